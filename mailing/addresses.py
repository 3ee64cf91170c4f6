"""E-mail addresses: one spelling, and which are accepted."""

import re
import unicodedata

import idna
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

MAX_LENGTH = 254  # RFC 5321 section 4.5.3.1.3: a path is at most 256 octets with its brackets
MAX_LOCAL_LENGTH = 64  # octets, section 4.5.3.1.1

#: Marks without a shape that copying from web pages and tables leaves round an address.
_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"
_EDGES = re.compile(rf"^[\s{_INVISIBLE}]+|[\s{_INVISIBLE}]+$")

# Every address that this matches is one that email-validator accepts, a hundred times as slowly.
PLAIN = re.compile(
    r"(?=[^@]{1,64}@)(?=.{3,254}\Z)"
    r"[a-z0-9_-]+(?:[.+][a-z0-9_-]+)*"
    r"@(?:[a-z0-9](?!.--)(?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"(?!arpa|invalid|local|onion|test)[a-z]{2,63}"
)


def normalise_address(address: str) -> str:
    """Return the one spelling under which an address is kept, compared and written to.

    Lower case throughout: RFC 5321 section 2.4 lets a host tell cases of the local part apart
    and advises against relying on it. Domains are kept in letters, not in Punycode.
    """
    address = _EDGES.sub("", address)
    if address.isascii() and "@xn--" not in address and ".xn--" not in address:
        return address.lower()
    local, at, domain = _folded(address).rpartition("@")
    return f"{local}{at}{_domain_in_letters(domain)}"


def validate_address(address: str) -> None:
    """Raise ValidationError unless `address` is one that a letter can be sent to.

    What RFC 5321 and 6531 allow, less quoted local parts and domain literals.
    """
    address = normalise_address(address)
    if not (PLAIN.fullmatch(address) or _is_valid(address)):
        raise ValidationError(
            _("“%(address)s” is not an e-mail address. Write it like name@example.org."),
            code="invalid",
            params={"address": address[:MAX_LENGTH]},
        )


def ascii_domain(address: str) -> str:
    """Return the domain of `address` in ASCII (RFC 5891), for servers without SMTPUTF8.

    Raises ValueError for a domain that has no such form, which `validate_address` refuses.
    """
    domain = address.rpartition("@")[2]
    return domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()


def _is_valid(address: str) -> bool:
    local = address.rpartition("@")[0]
    # what looks like an encoded word (RFC 2047) would be decoded by readers of the header
    if len(local.encode(errors="replace")) > MAX_LOCAL_LENGTH or "=?" in local:
        return False
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return len(address.encode()) <= MAX_LENGTH


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def _domain_in_letters(domain: str) -> str:
    try:
        return idna.decode(domain, uts46=True)
    except (idna.IDNAError, UnicodeError):
        return domain
