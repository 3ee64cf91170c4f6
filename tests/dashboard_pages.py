"""Every page of the dashboard: who reads it, and of which things there is one."""

import json
import subprocess
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.installation import MANAGE
from tests.local_site import Local, environment

#: Whose pages they are: an owner's, everybody's who oversees, of managers, of administrators.
OWNERS, SHARED, MANAGERS, ADMINISTRATORS = "owners", "shared", "managers", "administrators"
READERS = {
    "alice": (OWNERS, SHARED),
    "manager": (SHARED, MANAGERS),
    "admin": (OWNERS, SHARED, MANAGERS, ADMINISTRATORS),
}


class Pages(NamedTuple):
    """Who reads the pages of an address, the things in it (THINGS), and queries worth a look."""

    whose: str
    things: tuple[str, ...] = ()
    queries: tuple[str, ...] = ("",)


NOTHING = "?q=zebra"
TABLE = {
    "mailing:home": Pages(SHARED),
    "mailing:recipients": Pages(OWNERS, (), ("", NOTHING, "?added_from=2020-01-01")),
    "mailing:recipient_create": Pages(OWNERS),
    "mailing:recipient_detail": Pages(OWNERS, ("recipient",)),
    "mailing:recipient_edit": Pages(OWNERS, ("recipient",)),
    "mailing:recipient_delete": Pages(OWNERS, ("recipient",)),
    "mailing:recipients_import": Pages(OWNERS),
    "mailing:imports": Pages(OWNERS),
    "mailing:import_detail": Pages(OWNERS, ("import",)),
    "mailing:import_columns": Pages(OWNERS, ("waiting import",)),
    "mailing:import_cancel": Pages(OWNERS, ("waiting import",)),
    "mailing:import_undo": Pages(OWNERS, ("finished import",)),
    "mailing:lists": Pages(OWNERS),
    "mailing:list_create": Pages(OWNERS),
    "mailing:list_detail": Pages(OWNERS, ("list",), ("", NOTHING)),
    "mailing:list_edit": Pages(OWNERS, ("list",)),
    "mailing:list_delete": Pages(OWNERS, ("list",)),
    "mailing:segments": Pages(OWNERS),
    "mailing:segment_create": Pages(OWNERS),
    "mailing:segment_detail": Pages(OWNERS, ("segment",)),
    "mailing:segment_edit": Pages(OWNERS, ("segment",)),
    "mailing:segment_delete": Pages(OWNERS, ("segment",)),
    "mailing:messages": Pages(OWNERS),
    "mailing:message_begin": Pages(OWNERS),
    "mailing:message_articles": Pages(OWNERS),
    "mailing:message_from_article": Pages(OWNERS, ("article",)),
    "mailing:message_create": Pages(OWNERS, (), ("", "?layout=announcement", "?layout=invitation")),
    "mailing:message_detail": Pages(OWNERS, ("message",)),
    "mailing:message_edit": Pages(OWNERS, ("message",)),
    "mailing:message_delete": Pages(OWNERS, ("message",)),
    "mailing:message_versions": Pages(OWNERS, ("message",)),
    "mailing:message_version": Pages(OWNERS, ("message", "version")),
    "mailing:pictures": Pages(OWNERS),
    "mailing:picture_delete": Pages(OWNERS, ("picture",)),
    "mailing:mailings": Pages(SHARED, (), ("", NOTHING)),
    "mailing:mailing_calendar": Pages(SHARED),
    "mailing:mailing_detail": Pages(SHARED, ("mailing",)),
    "mailing:mailing_plan": Pages(SHARED, ("draft",)),
    "mailing:mailing_create": Pages(OWNERS),
    "mailing:mailing_edit": Pages(OWNERS, ("draft",)),
    "mailing:mailing_recipients": Pages(OWNERS, ("draft",)),
    "mailing:mailing_time": Pages(OWNERS, ("draft",)),
    "mailing:mailing_review": Pages(OWNERS, ("draft",)),
    "mailing:mailing_delete": Pages(OWNERS, ("draft",)),
    "mailing:mailing_action run": Pages(OWNERS, ("draft", "run")),
    "mailing:mailing_action stop": Pages(OWNERS, ("paused", "stop")),
    "mailing:mailing_action disable": Pages(MANAGERS, ("scheduled", "disable")),
    "mailing:attempt_detail": Pages(SHARED, ("attempt",), ("", NOTHING)),
    "mailing:attempt_why": Pages(SHARED, ("attempt",)),
    "mailing:attempt_action": Pages(OWNERS, ("uncertain attempt", "mark")),
    "mailing:reports": Pages(SHARED, (), ("", "?period=year", "?since=2030-01-01")),
    "mailing:suppressions": Pages(OWNERS),
    "mailing:suppression_create": Pages(OWNERS),
    "mailing:suppression_delete": Pages(OWNERS, ("suppression",)),
    "accounts:users": Pages(MANAGERS, (), ("", NOTHING)),
    "accounts:user_detail": Pages(MANAGERS, ("user",)),
    "accounts:user_block": Pages(MANAGERS, ("open user",)),
    "accounts:user_unblock": Pages(MANAGERS, ("blocked user",)),
    "accounts:audit": Pages(ADMINISTRATORS, (), ("", NOTHING)),
    "accounts:profile": Pages(SHARED),
    "account_email": Pages(SHARED),
    "account_change_password": Pages(SHARED),
    "mfa_index": Pages(SHARED),
}
#: What is no page: acts, files, letters in their frames, and parts that htmx puts into pages.
NO_PAGES = {
    *("accounts:audit_csv", "accounts:language", "accounts:notice_dismiss"),
    *("mailing:attempt_export", "mailing:attempt_progress", "mailing:import_rows"),
    *("mailing:import_start", "mailing:list_remove", "mailing:list_size", "mailing:mailing_find"),
    *("mailing:message_article_preview", "mailing:message_attach", "mailing:message_attachment"),
    *("mailing:message_detach", "mailing:message_draft", "mailing:message_draft_letter"),
    *("mailing:message_layout", "mailing:message_preview", "mailing:message_recipients"),
    *("mailing:message_test", "mailing:message_version_preview", "mailing:recipient_data"),
    *("mailing:recipients_bulk", "mailing:recipients_change", "mailing:report_download"),
    *("mailing:segment_matches", "mailing:segments_count", "mailing:trial_letter"),
    "mailing:list_bulk",
}
THINGS = """
import json
from accounts.models import User
from blog.models import BlogPage
from mailing.models import Attempt, Import, Mailing, Message, Picture, Recipient, RecipientList
from mailing.models import Segment, Suppression
alice = User.objects.get(email="alice@example.org")
mine = lambda model, **which: list(
    model.objects.filter(owner=alice, **which).order_by("pk").values_list("pk", flat=True)
)
message = Message.objects.filter(owner=alice, attachments__isnull=False).first()
ended = Attempt.objects.filter(mailing__owner=alice, finished_at__isnull=False)
under_way = Attempt.objects.filter(mailing__owner=alice, finished_at=None)
uncertain = ended.filter(uncertain__gt=0).first()
unreached = mine(Recipient, state="bounced")
print(json.dumps({
    "recipient": [*mine(Recipient)[:1], *unreached[:1]],
    "import": mine(Import),
    "waiting import": mine(Import, status="checked")[:1],
    "finished import": mine(Import, status="finished")[:1],
    "list": mine(RecipientList)[:1],
    "segment": mine(Segment),
    "message": [message.pk],
    "version": [message.versions.last().pk],
    "article": [BlogPage.objects.published().first().pk],
    "picture": mine(Picture)[:1],
    "mailing": mine(Mailing),
    "draft": mine(Mailing, status="draft")[:1],
    "paused": mine(Mailing, status="paused")[:1],
    "scheduled": mine(Mailing, status="scheduled")[:1],
    "attempt": [uncertain.pk, *under_way.values_list("pk", flat=True)],
    "uncertain attempt": [uncertain.pk],
    "suppression": mine(Suppression, reason="manual")[:1],
    "user": [alice.pk, User.objects.exclude(blocked_at=None).first().pk],
    "open user": [alice.pk],
    "blocked user": [User.objects.exclude(blocked_at=None).first().pk],
}))
"""


def names_of_addresses() -> set[str]:
    """Return the names of the dashboard's addresses, as the URL configuration has them."""
    return {
        f"{included.namespace}:{pattern.name}"
        for included in get_resolver().url_patterns
        if isinstance(included, URLResolver) and included.namespace in {"accounts", "mailing"}
        for pattern in included.url_patterns
        if isinstance(pattern, URLPattern)
    }


def things_of(local: Local) -> dict[str, list[int]]:
    """Return the keys of the demo owner's things on a running site."""
    answer = subprocess.run(
        [*MANAGE, "shell", "--no-imports", "-c", THINGS],
        env=environment(local.directory),
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, list[int]] = json.loads(answer.stdout)
    assert all(found.values()), f"the demo lacks {[name for name in found if not found[name]]}"
    return found


def paths_for(reader: str, things: dict[str, list[int]]) -> Iterator[str]:
    """Return the addresses that somebody of the demo reads. The things are the owner's."""
    for name, pages in TABLE.items():
        is_anothers = pages.whose == OWNERS and reader != "alice" and pages.things
        if pages.whose in READERS[reader] and not is_anothers:
            for values in product(*(things.get(thing, [thing]) for thing in pages.things)):
                address = reverse(name.split()[0], args=values)
                yield from (address + query for query in pages.queries)
