"""Somebody who uses the site over HTTP."""

import re
import urllib.request
from http.cookiejar import CookieJar
from typing import NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


class Page(NamedTuple):
    """What the site answered in the end."""

    status: int
    path: str
    text: str


class Visitor:
    """A browser without a screen."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.site = f"http://127.0.0.1:{port}"
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({})
        )
        self.token = ""

    def is_answered(self) -> bool:
        """Whether anybody answers."""
        try:
            return self.get("/healthz").status == 200
        except URLError:
            return False

    def get(self, path: str) -> Page:
        return self._open(path, None)

    def post(self, path: str, **fields: str) -> Page:
        """Send a form, which an earlier page has shown."""
        told = {"csrfmiddlewaretoken": self.token, **fields}
        return self._open(path, urlencode(told).encode())

    def log_in(self, email: str, password: str) -> None:
        self.get("/accounts/login/")
        page = self.post("/accounts/login/", login=email, password=password)
        assert (page.status, page.path) == (200, "/dashboard/"), page

    def _open(self, path: str, content: bytes | None) -> Page:
        try:
            answer = self.opener.open(self.site + path, content, timeout=60)
        except HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode()
            if found := _TOKEN.search(text):
                self.token = found[1]
            return Page(answer.status, answer.url.removeprefix(self.site), text)
