"""What a person does at the entrance, for tests."""

import hmac
import re
import struct
import time
from base64 import b32decode
from collections.abc import Callable
from hashlib import sha1
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.tasks import send_letters
from accounts.tests.factories import PASSWORD

Login = Callable[[User], Client]
PassHours = Callable[[float], None]
#: What the test client returns: a response that also knows `context` and `redirect_chain`.
Response = Any

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_up(client: Client, email: str, password: str = PASSWORD, **fields: str) -> Response:
    form = {"email": email, "password1": password, "password2": password, **fields}
    return client.post("/accounts/signup/", form)


def log_in(client: Client, email: str, password: str = PASSWORD, wanted: str = "") -> Response:
    query = f"?next={wanted}" if wanted else ""
    return client.post(f"/accounts/login/{query}", {"login": email, "password": password})


def is_logged_in(client: Client) -> bool:
    """Tell whether a page that needs a login opens."""
    return client.get("/dashboard/settings/").status_code == 200


def sent_letters() -> list[Any]:
    """Have a worker send what is due; return every letter sent so far."""
    send_letters()
    return list(mail.outbox)


def link_in_letter(to: str, number: int = -1) -> str:
    """Return the path that the first link of the newest letter to somebody leads to."""
    letter = [letter for letter in sent_letters() if letter.to == [to]][number]
    match = re.search(r"https?://\S+/accounts/\S+", str(letter.body))
    assert match, letter.body
    return urlsplit(match[0]).path


def totp_code(secret: str = SECRET, at: float | None = None) -> str:
    """Return the code that an authenticator app shows (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.new(b32decode(secret), counter, sha1).digest()
    offset = digest[-1] & 0x0F
    value = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{value % 10**6:06}"


def switch_on_second_factor(user: User) -> list[str]:
    """Give the user an authenticator app with SECRET; return the recovery codes."""
    TOTP.activate(user, SECRET)
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    return codes
