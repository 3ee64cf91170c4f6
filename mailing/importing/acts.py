"""What an owner can do with an import, each act from the states in which it makes sense."""

from collections.abc import Callable, Iterable
from typing import IO

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from mailing.importing.layout import find_layout
from mailing.importing.limits import check_size
from mailing.importing.reading import DELIMITERS
from mailing.importing.receiving import receive
from mailing.importing.result import NAMES
from mailing.importing.roles import guessed_roles
from mailing.importing.storage import path_of, remove_files
from mailing.models import Import, RecipientList

Status = Import.Status
CHUNK = 1 << 16
#: Characters of a cell that are shown to whoever says what its column holds.
SAMPLE = 200


def begin(
    owner: User,
    stream: IO[bytes],
    *,
    file_name: str = "",
    lists: Iterable[RecipientList] = (),
    new_list: str = "",
) -> Import:
    """Keep a file that is to be imported. Raises UnreadableFile when it is too large."""
    chosen = list(lists)
    if any(each.owner_id != owner.pk for each in chosen):
        raise ValueError("a list of another owner")
    name = " ".join(file_name.replace("\0", " ").split())[:200]
    work = Import.objects.create(owner=owner, file_name=name, new_list=new_list.strip())
    work.lists.set(chosen)
    try:
        with path_of(work, "file").open("wb") as file:
            while chunk := stream.read(CHUNK):
                check_size(file.tell() + len(chunk))
                file.write(chunk)
    except BaseException:
        discard(work)
        raise
    return work


def read(work: Import, beat: Callable[[], None]) -> None:
    """Turn the file into text and guess what its columns hold. Raises UnreadableFile."""
    with path_of(work, "file").open("rb") as file, path_of(work, "text").open("wb+") as text:
        sheets = receive(file, text, work.sheet, beat)
        layout = find_layout(text, (",",) if sheets else DELIMITERS)
        length = text.seek(0, 2)
    columns, first = layout.columns, layout.rows[0]
    work.move(
        Status.READING,
        status=Status.MAPPING,
        sheets=sheets,
        sheet=work.sheet if work.sheet in sheets else (sheets or [""])[0],
        delimiter=layout.delimiter,
        start=list(layout.start),
        length=length,
        first_rows=[[cell[:SAMPLE] for cell in row] for row in layout.rows],
        roles=guessed_roles(columns, first),
        has_header=columns is None or columns.has_header,
    )


def choose_sheet(work: Import, sheet: str) -> bool:
    """Read another sheet of the same file."""
    return work.move(Status.MAPPING, Status.CHECKED, status=Status.READING, sheet=sheet)


def check(work: Import, roles: list[str], has_header: bool) -> bool:
    """Have the file gone through without taking anything in."""
    return _rewound(
        work,
        Status.MAPPING,
        Status.CHECKED,
        status=Status.CHECKING,
        roles=roles,
        has_header=has_header,
    )


@transaction.atomic
def start(work: Import) -> bool:
    """Take the file in; the list that was asked for is made only now."""
    return _start(work, Status.CHECKED)


@transaction.atomic
def start_unchecked(work: Import) -> bool:
    """Take the file in without having gone through it before."""
    return _start(work, Status.CHECKING)


def _start(work: Import, before: str) -> bool:
    if not _rewound(work, before, status=Status.RUNNING, started_at=timezone.now()):
        return False
    if work.new_list:
        mine = RecipientList.objects.owned_by(work.owner)
        found = mine.filter(name__iexact=work.new_list).first()
        work.lists.add(found or mine.create(owner=work.owner, name=work.new_list))
    return True


def _rewound(work: Import, *before: str, **changes: object) -> bool:
    """Change the status and begin at the first row again."""
    offset, line = work.start or (0, 1)
    nothing = dict.fromkeys(NAMES, 0)
    if not work.move(*before, **changes, **nothing, position=offset, line=line, error=""):
        return False
    work.rows.all().delete()
    remove_files(work, "seen")
    return True


def cancel(work: Import) -> bool:
    """Stop; what was taken in stays, and can be undone."""
    if work.move(Status.RUNNING, status=Status.CANCELLED, finished_at=timezone.now()):
        remove_files(work)
        return True
    if work.status in Import.OPEN:
        discard(work)
        return True
    return False


def clear_away(work: Import) -> None:
    """Leave nothing of an import that did not come to its end."""
    if not cancel(work) and work.status == Status.FAILED and not work.may_undo:
        discard(work)


def discard(work: Import) -> None:
    """Forget an import that has changed nothing."""
    remove_files(work)
    Import.objects.filter(pk=work.pk).delete()


def undo(work: Import) -> bool:
    """Have everything that the import did taken back."""
    if not work.may_undo:
        return False
    length = work.steps.count() + work.changes.count()
    return work.move(*Import.OVER, status=Status.UNDOING, position=0, length=max(1, length))


def fail(work: Import, reason: str) -> None:
    """Give up, saying why; what was taken in stays, and can be undone."""
    if work.move(*Import.BUSY, status=Status.FAILED, error=reason, finished_at=timezone.now()):
        remove_files(work)
