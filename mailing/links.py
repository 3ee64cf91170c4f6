"""Signed addresses of the public letter pages, short enough for a mail header.

A token is the ids in base 62 followed by 83 bits of an HMAC over them, so nobody can guess the
address of somebody else's page, and nothing about it has to be stored.
"""

import hmac
import re
from collections.abc import Iterator
from functools import cache, lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SIGNATURE_LENGTH = 14  # 62**14 > 2**83
FORM = re.compile(
    rf"([0-9A-Za-z]{{1,11}}(?:-[0-9A-Za-z]{{1,11}})?)[0-9A-Za-z]{{{SIGNATURE_LENGTH}}}"
)


def _encode(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 62)
        digits = DIGITS[rest] + digits
        if not number:
            return digits


def _decode(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * 62 + DIGITS.index(digit)
    return number


@lru_cache(maxsize=16)
def _keyed(purpose: str, secret: str) -> hmac.HMAC:
    """Return the HMAC of nothing yet, since deriving its key takes longer than the rest."""
    return salted_hmac(f"mailing.links.{purpose}", "", secret, algorithm="sha256")


def _token(purpose: str, ids: tuple[int, ...], secret: str) -> str:
    value = "-".join(map(_encode, ids))
    mac = _keyed(purpose, secret).copy()
    mac.update(value.encode())
    signature = _encode(int.from_bytes(mac.digest()) % 62**SIGNATURE_LENGTH)
    return value + signature.rjust(SIGNATURE_LENGTH, DIGITS[0])


def _secrets() -> Iterator[str]:
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS


def _read(purpose: str, token: str) -> tuple[int, ...] | None:
    """Return the ids in `token`, or None when it was not made here for this purpose."""
    form = FORM.fullmatch(token)
    if form is None:
        return None
    ids = tuple(map(_decode, form[1].split("-")))
    if any(constant_time_compare(token, _token(purpose, ids, key)) for key in _secrets()):
        return ids
    return None


@cache
def _path(purpose: str) -> tuple[str, str]:
    """Return what stands before and after the token in an address; finding it takes long."""
    before, _token, after = reverse(f"letters:{purpose}", args=["-"]).rpartition("-")
    return before, after


def _address(purpose: str, ids: tuple[int, ...]) -> str:
    before, after = _path(purpose)
    token = _token(purpose, ids, settings.SECRET_KEY)
    return f"{settings.SITE_URL}{before}{token}{after}"


def unsubscribe_url(recipient_id: int, delivery_id: int) -> str:
    """Return the address at which the recipient of a letter stops all letters of its owner."""
    return _address("unsubscribe", (recipient_id, delivery_id))


def view_url(delivery_id: int) -> str:
    """Return the address at which a letter can be read in a browser."""
    return _address("view", (delivery_id,))


def confirm_url(request_id: int) -> str:
    """Return the address at which whoever asked for a list confirms it."""
    return _address("confirm", (request_id,))


def preferences_url(recipient_id: int) -> str:
    """Return the address at which a recipient chooses lists."""
    return _address("preferences", (recipient_id,))


def read_confirm(token: str) -> int | None:
    """Return the id of the subscription request, or None for a wrong token."""
    return _only_id("confirm", token)


def read_preferences(token: str) -> int | None:
    """Return the id of the recipient, or None for a wrong token."""
    return _only_id("preferences", token)


def read_unsubscribe(token: str) -> tuple[int, int] | None:
    """Return the ids of the recipient and the delivery, or None for a wrong token."""
    ids = _read("unsubscribe", token)
    return (ids[0], ids[1]) if ids and len(ids) == 2 else None


def read_view(token: str) -> int | None:
    """Return the id of the delivery, or None for a wrong token."""
    return _only_id("view", token)


def _only_id(purpose: str, token: str) -> int | None:
    ids = _read(purpose, token)
    return ids[0] if ids and len(ids) == 1 else None
