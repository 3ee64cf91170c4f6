"""Everything of the demo, in the order in which one needs the other."""

from django.db import transaction
from django.utils import timezone

from home.demo.imports import make_imports
from home.demo.letters import make_messages
from home.demo.mailings import make_mailings
from home.demo.open_lists import open_lists
from home.demo.people import make_people
from home.demo.recipients import make_recipients
from home.demo.segments import make_segments
from home.demo.site_pages import make_articles, make_standard_pages, write_home_pages
from home.groups import ensure_groups
from mailing.reports import counting


@transaction.atomic
def seed() -> dict[str, int]:
    """Make what is missing, leaving alone what is there; return how many of each were made."""
    now = timezone.now()
    ensure_groups()
    made = {
        "users": make_people(),
        "recipients": make_recipients(now),
        "open lists": open_lists(),
        "messages": make_messages(),
        "mailings": make_mailings(now),
        "segments": make_segments(),
        "imports": make_imports(),
        "articles": make_articles(now),
        "standard pages": make_standard_pages(),
        "home pages": write_home_pages(),
    }
    counting.catch_up()
    return made
