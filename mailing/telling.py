"""What owners are told when a manager does something to a mailing: a letter and a notice."""

from django.utils.translation import gettext_noop

from accounts.letters import write_to
from accounts.models import Notice
from mailing.models import Mailing

DISABLED = gettext_noop("A manager has disabled the mailing “%(mailing)s”. Reason: %(reason)s")
ENABLED = gettext_noop(
    "A manager has enabled the mailing “%(mailing)s” again. Resume it when it is to go on."
)


def tell_disabled(mailing: Mailing, reason: str) -> None:
    """Tell the owner why letters of `mailing` do not leave any more, and what to do."""
    values = {"mailing": mailing.name, "reason": reason}
    url = mailing.get_absolute_url()
    Notice.post(mailing.owner, Notice.Level.WARNING, DISABLED, values, url)
    write_to(mailing.owner, "mailing_disabled", url=url, **values)


def tell_enabled(mailing: Mailing) -> None:
    """Tell the owner that `mailing` may go on."""
    values = {"mailing": mailing.name}
    url = mailing.get_absolute_url()
    Notice.post(mailing.owner, Notice.Level.SUCCESS, ENABLED, values, url)
    write_to(mailing.owner, "mailing_enabled", url=url, **values)
