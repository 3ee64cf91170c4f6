"""The demo's imports: one that left rows out, and one that waits to be started."""

from dataclasses import dataclass
from io import BytesIO

from accounts.models import User
from home.demo.recipients import CUSTOMERS, READERS, RUSSIAN_READERS, DemoList
from mailing.importing import acts, jobs
from mailing.models import Import, RecipientList

#: Rows that cannot come in.
WRONG = ("Rosa Fern,no address yet", "Tim Alder,tim@ alder.example", "Ann,ann@@example.com")
#: People whom nobody knows yet; they come in when the visitor starts the import.
NEWCOMERS = (
    "Nora Quill,nora.quill@example.org",
    "Owen Reed,owen.reed@example.com",
    "Petra Sand,petra.sand@example.net",
    "Quentin Tull,quentin.tull@example.org",
    "Ruth Vale,ruth.vale@example.com",
    "Simon Wren,simon.wren@example.net",
)


@dataclass(frozen=True)
class File:
    """A file of people of a list, most of them known already."""

    demo: DemoList
    name: str
    heading: str
    people: slice
    is_started: bool
    others: tuple[str, ...] = ()


FILES = (
    File(CUSTOMERS, "book-fair-guests.csv", "Name,E-mail", slice(0, 40), is_started=True),
    File(READERS, "reading-group.csv", "Name,E-mail", slice(30, 44), False, NEWCOMERS),
    File(RUSSIAN_READERS, "гости-ярмарки.csv", "Имя,E-mail", slice(0, 20), is_started=True),
)


def make_imports() -> int:
    """Make the imports that are missing, for owners who have none; return how many."""
    known = set(Import.objects.values_list("owner__email", flat=True))
    missing = [each for each in FILES if each.demo.owner not in known]
    for each in missing:
        _make(each)
    return len(missing)


def _make(each: File) -> None:
    owner = User.objects.get(email=each.demo.owner)
    rows = [f"{name},{address}" for name, address in each.demo.people[each.people]]
    text = "\n".join([each.heading, *rows[:5], *WRONG, *rows[5:], *each.others, rows[0]])
    lists = RecipientList.objects.owned_by(owner).filter(name=each.demo.name)
    work = acts.begin(owner, BytesIO(text.encode()), file_name=each.name, lists=lists)
    jobs.work_through(work)
    acts.check(work, work.roles, work.has_header)
    jobs.work_through(work)
    if each.is_started:
        acts.start(work)
        jobs.work_through(work)
