"""The end of a mailing, after which nothing is sent."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from mailing.models import Mailing
from mailing.models.mailing import ForbiddenChange
from mailing.retry import GIVE_UP_AFTER


def refuse_after_end(mailing: Mailing) -> None:
    """Raise ForbiddenChange when the end of `mailing` has passed."""
    if mailing.ends_at and mailing.ends_at <= timezone.now():
        raise ForbiddenChange(_("The end of the mailing has passed: choose a later one."))


def end_of_retries(mailing: Mailing, now: datetime) -> datetime:
    """Return until when letters are tried of an attempt that begins, or goes on, at `now`."""
    return mailing.ends_at or now + GIVE_UP_AFTER
