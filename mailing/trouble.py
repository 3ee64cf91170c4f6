"""What a mail server's trouble means, for people who do not speak SMTP."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

#: By the answer code (RFC 5321 section 4.2, RFC 4954 section 6 for logging in).
CODES: dict[str, Words] = {
    "421": _(
        "The server has no time for us now: it is busy, restarting, or finds that we send too fast."
    ),
    "450": _("The server cannot take letters at the moment."),
    "451": _("The server has an error of its own."),
    "452": _("The server has no room left for letters."),
    "454": _("The server cannot check our login at the moment."),
    "530": _("The server wants us to log in or to encrypt, and the settings do not say how."),
    "534": _("The server does not accept our way of logging in."),
    "535": _("The server does not accept our login: the user name or the password is wrong."),
    "538": _("The server wants an encrypted connection for logging in."),
    "550": _("The server takes no letters from us: it knows neither us nor our address."),
    "553": _("The server does not accept the address that the letters come from."),
    "554": _("The server takes no letters from us."),
}
#: By the first digit of any other code.
KINDS: dict[str, Words] = {
    "4": _("The server cannot take letters at the moment."),
    "5": _("The server takes no letters from us."),
}
#: By what the machine says when there was no answer with a code.
SAYINGS: tuple[tuple[str, Words], ...] = (
    (
        "refused",
        _("Nothing answers at the server’s address: it is switched off, or a firewall is between."),
    ),
    ("too long|timed out|timeout", _("The server does not answer in time.")),
    (
        "closed|reset|broken pipe|disconnected",
        _("The server broke off the conversation."),
    ),
    (
        "not known|resolution|getaddrinfo|nodename|no address",
        _("The server’s name is not found: it is misspelt, or the name service is down."),
    ),
    ("unreachable|no route", _("There is no way through the network to the server.")),
    ("certificate|ssl|tls", _("No secure connection to the server can be made.")),
)
UNKNOWN = _("The server cannot be used at the moment.")


def meaning(answer: str) -> Words:
    """Return what `answer`, as an attempt keeps it, means in plain words."""
    if found := re.match(r"([45])\d\d\b", answer):
        return CODES.get(found[0], KINDS[found[1]])
    said = (words for pattern, words in SAYINGS if re.search(pattern, answer, re.IGNORECASE))
    return next(said, UNKNOWN)
