"""What the columns of a file are, as said on the command line or guessed."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from mailing.attributes import KEY, MAX_KEY_LENGTH, MAX_KEYS
from mailing.importing.limits import UnreadableFile
from mailing.importing.roles import COMMENT, EMAIL, IGNORE, NAMES, SINGLE, key_of
from mailing.models import Import


def guess_made(work: Import, sheet: str) -> None:
    """Raise UnreadableFile unless the file was read, and the sheet that was asked for."""
    if work.error:
        raise UnreadableFile(work.error)
    if sheet and work.sheet != sheet:
        raise UnreadableFile(
            _("There is no sheet “%(name)s”. There are: %(names)s.")
            % {"name": sheet, "names": ", ".join(work.sheets) or "—"}
        )


def chosen_roles(work: Import, said: Sequence[str]) -> list[str]:
    """Return the roles of the columns. Raises UnreadableFile when they make no sense."""
    roles: list[str] = list(work.roles)
    chosen = dict(_chosen(work, each) for each in said)
    for place, role in chosen.items():
        if role in SINGLE and role in roles:
            roles[roles.index(role)] = IGNORE
        roles[place] = role
    if EMAIL not in roles:
        raise UnreadableFile(
            _("There is no column with e-mail addresses. Name one “email” in the first line.")
        )
    if problem := problem_with_keys(roles):
        raise UnreadableFile(problem)
    return roles


def problem_with_keys(roles: Sequence[str]) -> str:
    """Return what is wrong with the attributes that columns become, or nothing."""
    keys = [key for role in roles if (key := key_of(role))]
    if len(keys) > MAX_KEYS:
        return _(
            "The file has %(count)s columns that would become attributes. Keep to %(limit)s."
        ) % {"count": len(keys), "limit": MAX_KEYS}
    twice = next((key for key in keys if keys.count(key) > 1), None)
    return _("Two columns would become the attribute “%(key)s”.") % {"key": twice} if twice else ""


def _chosen(work: Import, said: str) -> tuple[int, str]:
    heading, equals, role = said.rpartition("=")
    row = [cell.strip().lower() for cell in work.first_rows[0]]
    wanted = heading.strip().lower()
    if wanted in row and work.has_header:
        place = row.index(wanted)
    elif wanted.isdecimal() and 1 <= int(wanted) <= len(row):
        place = int(wanted) - 1
    else:
        raise UnreadableFile(_("There is no column “%(name)s”.") % {"name": heading or said})
    key = key_of(role)
    is_key = bool(KEY.fullmatch(key)) and len(key) <= MAX_KEY_LENGTH
    if not equals or not (is_key or role in {EMAIL, IGNORE, COMMENT, *NAMES}):
        raise UnreadableFile(_("“%(role)s” is nothing that a column can be.") % {"role": role})
    return place, role
