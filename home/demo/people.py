"""The demo's users, one or more of every role."""

from dataclasses import dataclass

from django.contrib.auth.models import Group

from accounts import roles
from accounts.addresses import confirm_address
from accounts.models import User

PASSWORD = "mailshot-demo"  # noqa: S105 - printed for everybody to log in with


@dataclass(frozen=True)
class Person:
    """A user of the demo. `group` and `blocked_for` are empty for most."""

    email: str
    full_name: str
    role: str
    group: str = ""
    is_administrator: bool = False
    language: str = ""
    time_zone: str = "UTC"
    blocked_for: str = ""


ADMINISTRATOR = "admin@example.org"
MANAGER = "manager@example.org"
EDITOR = "editor@example.org"
ALICE = "alice@example.org"
BOB = "bob@example.org"
VERA = "vera@example.org"

PEOPLE = (
    Person(ADMINISTRATOR, "Ada Admin", "administrator", is_administrator=True),
    Person(MANAGER, "Mary Manager", "manager", group=roles.MANAGERS),
    Person(EDITOR, "Eddie Editor", "content manager", group=roles.CONTENT_MANAGERS),
    Person(ALICE, "Alice Archer", "owner", time_zone="Europe/London"),
    Person(BOB, "Bob Baker", "owner", time_zone="America/New_York"),
    Person(VERA, "Вера Климова", "owner, in Russian", language="ru", time_zone="Europe/Moscow"),
    Person(
        "max@example.org",
        "Max Miller",
        "owner, blocked",
        blocked_for="Wrote to bought addresses, and again after a warning.",
    ),
)


def make_people() -> int:
    """Make the users who are missing; return how many."""
    known = set(User.objects.values_list("email", flat=True))
    missing = [person for person in PEOPLE if person.email not in known]
    for person in missing:
        _make(person)
    return len(missing)


def _make(person: Person) -> None:
    user = User.objects.create_user(
        person.email,
        PASSWORD,
        full_name=person.full_name,
        language=person.language,
        time_zone=person.time_zone,
        is_staff=person.is_administrator,
        is_superuser=person.is_administrator,
    )
    confirm_address(user)
    if person.group:
        user.groups.add(Group.objects.get(name=person.group))
    if person.blocked_for:
        user.block(by=User.objects.get(email=MANAGER), reason=person.blocked_for)


def logins() -> list[tuple[str, str, str]]:
    """Return role, address and password of every user of the demo that is left."""
    users = User.objects.in_bulk([person.email for person in PEOPLE], field_name="email")
    return [
        (person.role, person.email, _password(users[person.email]))
        for person in PEOPLE
        if person.email in users
    ]


def _password(user: User) -> str:
    return PASSWORD if user.check_password(PASSWORD) else "(changed)"
