"""People who read articles."""

from collections.abc import Mapping

from django.test import Client

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def reader(number: int = 0, headers: Mapping[str, str] | None = None) -> Client:
    """Return the browser of a visitor at an address of their own."""
    return Client(
        REMOTE_ADDR=f"192.0.{number // 250}.{number % 250}",
        headers={"User-Agent": FIREFOX, **(headers or {})},
    )
