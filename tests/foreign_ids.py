"""What a malicious owner posts: keys of another owner's rows, wherever a form takes one.

A new form that takes keys needs a line here.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

Things = dict[str, Any]
Keys = Callable[[Things, Things], list[int]]
Form = Callable[[Things, Things], dict[str, Any]]
PLAN = {"name": "Mine", "starts_at": "2030-02-01T09:00", "period": "once", "time_zone": "UTC"}


def plan(own: Things, **foreign: Any) -> dict[str, Any]:
    """Return what the form of a mailing posts."""
    return {**PLAN, "message": own["message"].pk, "lists": [own["list"].pk], **foreign}


def file_of_people() -> SimpleUploadedFile:
    return SimpleUploadedFile("people.csv", b"email\nann@example.org\n")


def segment(kind: str, test: str, thing: Any, group: int = 0) -> dict[str, Any]:
    """Return what the builder posts of one condition."""
    row = {"kind": kind, "group": group, "test": test, "value": thing.pk}
    posted = {f"row-0-{name}": value for name, value in row.items()}
    return {"name": "Mine", "match-0": "all", "match-1": "any", **posted}


def bulk_posts(action: str) -> Iterator[tuple[str, str, Keys, Form]]:
    """Yield ways to do something with another's recipients, or with a list of another's."""

    def ticked(whose: str, list_of: str) -> Form:
        def form(own: Things, its: Things) -> dict[str, Any]:
            owners = {"own": own, "its": its}
            keys = {own["recipient"].pk, owners[whose]["recipient"].pk}
            chosen = owners[list_of]["list" if list_of == "its" else "second list"].pk
            posted = {"scope": "ticked", "action": action, "recipient": [*keys]}
            return {**posted, "list": chosen, "confirmed": "1"}

        return form

    page, of_list = "mailing:recipients_bulk", "mailing:list_bulk"
    yield "another's recipient", page, lambda own, its: [], ticked("its", "own")
    yield (
        "another's recipient on a list",
        of_list,
        lambda own, its: [own["list"].pk],
        ticked("its", "own"),
    )
    yield "on another's list", of_list, lambda own, its: [its["list"].pk], ticked("own", "own")
    if action in {"add", "remove"}:
        yield "by another's list", page, lambda own, its: [], ticked("own", "its")
        yield "to another's list", of_list, lambda own, its: [own["list"].pk], ticked("own", "its")


#: What it tries; the address, with keys of the attacker's own or the victim's things; the form.
POSTS: list[tuple[str, str, Keys, Form]] = [
    ("plan with a message", "mailing:mailing_create", lambda own, its: [],
     lambda own, its: plan(own, message=its["message"].pk)),
    ("change a plan", "mailing:mailing_edit", lambda own, its: [own["mailing"].pk],
     lambda own, its: plan(own, lists=[its["list"].pk], message=its["message"].pk)),
    ("change another's plan", "mailing:mailing_edit", lambda own, its: [its["mailing"].pk],
     lambda own, its: plan(own)),
    ("add to a list", "mailing:recipient_create", lambda own, its: [],
     lambda own, its: {"email": "ann@example.org", "lists": [its["list"].pk]}),
    ("move to a list", "mailing:recipient_edit", lambda own, its: [own["recipient"].pk],
     lambda own, its: {"email": "ann@example.org", "lists": [its["list"].pk]}),
    ("give a message away", "mailing:message_create", lambda own, its: [],
     lambda own, its: {
         "name": "M", "subject": "S", "body_html": "<p>B</p>", "owner": its["user"].pk
     }),
    ("give a list away", "mailing:list_create", lambda own, its: [],
     lambda own, its: {"name": "L", "owner": its["user"].pk}),
    ("suppress for another", "mailing:suppression_create", lambda own, its: [],
     lambda own, its: {"email": "ann@example.org", "owner": its["user"].pk}),
]  # fmt: skip


#: What is refused outright: neither the victim's things change nor the attacker's own.
REFUSED: list[tuple[str, str, Keys, Form]] = [
    ("send to a list", "mailing:mailing_recipients", lambda own, its: [own["mailing"].pk],
     lambda own, its: {"lists": [own["list"].pk, its["list"].pk]}),
    ("send to a segment", "mailing:mailing_recipients", lambda own, its: [own["mailing"].pk],
     lambda own, its: {"lists": [own["list"].pk], "segments": [its["segment"].pk]}),
    ("leave out a list", "mailing:mailing_recipients", lambda own, its: [own["mailing"].pk],
     lambda own, its: {"lists": [own["list"].pk], "excluded_lists": [its["list"].pk]}),
    ("send to a recipient", "mailing:mailing_recipients", lambda own, its: [own["mailing"].pk],
     lambda own, its: {"recipients": its["recipient"].email}),
    ("send to one found", "mailing:mailing_recipients", lambda own, its: [own["mailing"].pk],
     lambda own, its: {"lists": [own["list"].pk], "found": [its["recipient"].email]}),
    ("send another's to a list", "mailing:mailing_recipients", lambda own, its: [its["mailing"].pk],
     lambda own, its: {"lists": [own["list"].pk]}),
    ("send a message", "mailing:mailing_edit", lambda own, its: [own["mailing"].pk],
     lambda own, its: {"name": "Mine", "message": its["message"].pk}),
    ("take another's off a list", "mailing:list_remove",
     lambda own, its: [own["list"].pk, its["recipient"].pk], lambda own, its: {}),
    ("take off another's list", "mailing:list_remove",
     lambda own, its: [its["list"].pk, its["recipient"].pk], lambda own, its: {}),
    ("take one's own off another's list", "mailing:list_remove",
     lambda own, its: [its["list"].pk, own["recipient"].pk], lambda own, its: {}),
    ("a segment by a list", "mailing:segment_create", lambda own, its: [],
     lambda own, its: segment("list", "on", its["list"])),
    ("a segment by a mailing", "mailing:segment_create", lambda own, its: [],
     lambda own, its: segment("mailing", "got", its["mailing"])),
    ("a segment by a list, in a group", "mailing:segment_create", lambda own, its: [],
     lambda own, its: segment("list", "not_on", its["list"], group=1)),
    ("change a segment", "mailing:segment_edit", lambda own, its: [own["segment"].pk],
     lambda own, its: segment("list", "on", its["list"])),
    ("change another's segment", "mailing:segment_edit", lambda own, its: [its["segment"].pk],
     lambda own, its: segment("list", "on", own["list"])),
    ("delete another's segment", "mailing:segment_delete", lambda own, its: [its["segment"].pk],
     lambda own, its: {}),
    ("import to a list", "mailing:recipients_import", lambda own, its: [],
     lambda own, its: {"file": file_of_people(), "lists": [its["list"].pk]}),
    ("columns of another's import", "mailing:import_columns", lambda own, its: [its["import"].pk],
     lambda own, its: {"role_0": "ignore", "role_1": "email"}),
    ("start another's import", "mailing:import_start", lambda own, its: [its["import"].pk],
     lambda own, its: {}),
    ("cancel another's import", "mailing:import_cancel", lambda own, its: [its["import"].pk],
     lambda own, its: {}),
    ("undo another's import", "mailing:import_undo", lambda own, its: [its["finished import"].pk],
     lambda own, its: {}),
    *((f"{action} {what}", name, arguments, form)
      for action in ("add", "remove", "delete", "export")
      for what, name, arguments, form in bulk_posts(action)),
]  # fmt: skip
