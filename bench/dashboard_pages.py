"""Asks for every page of the dashboard as one owner, inside this process.

python -m bench.dashboard_pages EMAIL

Prints the name and the address of each page as JSON. Then for each line of its input, an address
and whether to empty the cache before, it prints the ms that the page took, and its queries. The
pages are those of the URL configuration that can be read; what belongs to a thing is asked for the
newest one, and lists also for each order they offer, for a search and for the page after the first.
"""

import json
import re
import sys
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import django

#: What its answers begin with, among whatever else is printed.
ANSWER = "answer: "
#: Searches that find one row or few, as people do.
SEARCH = {"recipients": "reader777@", "suppressions": "reader50@", "mailings": "Mailing 5"}


def main(email: str) -> None:
    from django.core.cache import cache
    from django.test import Client

    from accounts.models import User

    client = Client(
        raise_request_exception=False, HTTP_HOST="localhost", headers={"accept-language": "en"}
    )
    owner = User.objects.get(email=email)
    client.force_login(owner)
    _answer(dict(_addresses(client, owner)))
    for line in sys.stdin:
        address, without_cache = json.loads(line)
        if without_cache:
            cache.clear()
        _answer(_measure(client, address))


def _answer(answer: Any) -> None:
    print(ANSWER + json.dumps(answer), flush=True)


def _addresses(client: Any, owner: Any) -> Iterator[tuple[str, str]]:
    """Yield the name and the address of each page that answers 200 to a reader."""
    for route, address in _routes(owner):
        answer = client.get(address)
        if answer.status_code != 200 or answer.streaming:
            continue
        yield route, address
        text = answer.content.decode()
        for order in sorted(set(re.findall(r'href="\?(sort=-?\w+)"', text))):
            yield f"{route}?{order}", f"{address}?{order}"
        noun = address.strip("/").rpartition("/")[2]
        if 'name="q"' in text:
            yield f"{route}?q", f"{address}?q={SEARCH.get(noun, 'e')}"
        if following := re.search(r'rel="next" href="([^"]+)"', text):
            yield f"{route}, next page", address + following[1].replace("&amp;", "&")


def _routes(owner: Any) -> Iterator[tuple[str, str]]:
    """Yield each pattern of the dashboard with the owner's newest things in it."""
    from django.urls import get_resolver

    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern) != "dashboard/":
            continue
        for page in pattern.url_patterns:
            route = str(page.pattern)
            address = _filled(route, owner)
            if address is not None and "delete" not in route:
                yield f"/dashboard/{route}", f"/dashboard/{address}"


def _filled(route: str, owner: Any) -> str | None:
    """Return a route with keys of the owner's things; None when there are none for it."""
    thing = _newest(route.partition("/")[0], owner)
    filled = route.replace("<int:pk>", str(thing))
    return None if "<" in filled or (filled != route and thing is None) else filled


def _newest(noun: str, owner: Any) -> int | None:
    from django.apps import apps

    from mailing.models import Attempt

    if noun == "attempts":
        # the largest one
        found = Attempt.objects.filter(mailing__owner=owner).order_by("-total")
        return found.values_list("pk", flat=True).first()
    names = {"lists": "recipientlist"}
    try:
        model = apps.get_model("mailing", names.get(noun, noun.removesuffix("s")))
    except LookupError:
        return None
    found = model.objects.filter(owner=owner).order_by("pk")
    return found.values_list("pk", flat=True).first()


def _measure(client: Any, address: str) -> tuple[float, int]:
    """Return the milliseconds that a page takes, and its queries."""
    from django.db import connection

    queries = count()
    begun = time.perf_counter()
    with connection.execute_wrapper(lambda execute, *rest: (next(queries), execute(*rest))[1]):
        answer = client.get(address)
    milliseconds = (time.perf_counter() - begun) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return milliseconds, next(queries)


if __name__ == "__main__":
    django.setup()
    main(sys.argv[1])
