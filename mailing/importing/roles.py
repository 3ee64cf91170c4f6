"""What each column of a file is for, as its owner says it or as it was guessed."""

from collections.abc import Sequence

from mailing.importing.columns import Columns, key_from

EMAIL, IGNORE, COMMENT, ATTRIBUTE = "email", "ignore", "comment", "attribute"
#: Those that make up the name, in the order in which they are joined.
NAMES = ("full_name", "first_name", "middle_name", "last_name")
#: Those that no two columns can have.
SINGLE = (EMAIL, COMMENT, *NAMES)


def attribute(key: str) -> str:
    """Return the role of a column that becomes the attribute `key`."""
    return f"{ATTRIBUTE}:{key}"


def key_of(role: str) -> str:
    """Return the key of the attribute that a column becomes, empty for other roles."""
    kind, _colon, key = role.partition(":")
    return key if kind == ATTRIBUTE else ""


def guessed_roles(columns: Columns | None, row: Sequence[str]) -> list[str]:
    """Return a role for each column of a file; `row` are its headings, or its first cells."""
    if columns is None:
        return [attribute(key_from(text) or f"column_{n}") for n, text in enumerate(row, start=1)]
    roles = dict.fromkeys(range(columns.width), IGNORE)
    roles |= {place: attribute(key) for place, key in columns.attributes.items()}
    parts = (
        NAMES[:1] if len(columns.names) == 1 else (NAMES[1], *NAMES[2:][-len(columns.names) + 1 :])
    )
    roles |= dict(zip(columns.names, parts, strict=False))
    if columns.comment is not None:
        roles[columns.comment] = COMMENT
    roles[columns.email] = EMAIL
    return [roles[place] for place in range(columns.width)]


def columns_of(roles: Sequence[str], has_header: bool) -> Columns:
    """Return the columns by their roles, of which exactly one is that of the address."""
    places = {role: place for place, role in enumerate(roles)}
    return Columns(
        email=places[EMAIL],
        names=tuple(places[name] for name in NAMES if name in places),
        comment=places.get(COMMENT),
        attributes={place: key for place, role in enumerate(roles) if (key := key_of(role))},
        width=len(roles),
        has_header=has_header,
    )
