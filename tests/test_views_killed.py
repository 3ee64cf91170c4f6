"""Views of several processes while the one that writes them down is killed again and again."""

import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.installation import MANAGE, Installation
from tests.shared import ROOT

pytestmark = pytest.mark.processes

PROCESSES, VIEWS_OF_EACH, ARTICLES = 4, 2500, 3

MAKE = """
from blog.models import BlogPage
from blog.tests.factories import BlogPageFactory
print(*[article.url for article in BlogPageFactory.create_batch({articles})])
"""

#: Reads articles in turn, each time as another visitor, and is killed at once afterwards.
READ = """
import os, signal
from django.test import Client
urls = {urls}
browser = Client(headers={{"Host": "localhost"}}, REMOTE_ADDR="192.0.2.{number}")
for n in range({views}):
    answer = browser.get(urls[n % len(urls)], headers={{"User-Agent": f"Firefox {{n}}"}})
    assert answer.status_code == 200
os.kill(os.getpid(), signal.SIGKILL)
"""

#: Writes views down without a pause in a process that is killed within a tenth of a second.
WRITE = """
import os, random, signal, sys, time
from django.db import connections
from blog.view_counts import ledger
connections.close_all()
kills = 0
while not os.path.exists({end!r}):
    child = os.fork()
    if not child:
        while True:
            ledger.write_down()
    time.sleep(random.uniform(0.005, 0.1))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    kills += 1
print(kills)
"""


def start(installation: Installation, code: str) -> subprocess.Popen[str]:
    command = [*MANAGE, "shell", "--no-imports", "-c", code]
    environment = {**installation.environment, "LOG_LEVEL": "ERROR"}
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def articles(installation: Installation) -> Iterator[list[str]]:
    """The addresses of articles that nobody has read."""
    yield installation.python(MAKE.format(articles=ARTICLES)).splitlines()[-1].split()
    installation.python("from blog.models import BlogPage; BlogPage.objects.all().delete()")


def test_ten_thousand_views_are_neither_lost_nor_counted_twice(
    installation: Installation, articles: list[str]
) -> None:
    end = installation.directory / "end"
    writer = start(installation, WRITE.format(end=str(end)))
    readers = [
        start(installation, READ.format(urls=articles, views=VIEWS_OF_EACH, number=number))
        for number in range(PROCESSES)
    ]
    for reader in readers:
        reader.communicate(timeout=120)
    assert [reader.returncode for reader in readers] == [-signal.SIGKILL] * PROCESSES
    time.sleep(0.5)
    end.touch()
    kills = int(writer.communicate(timeout=60)[0].split()[-1])

    installation.python("from blog.tasks import write_views_down; write_views_down()")

    assert kills > 20
    total = installation.value("SELECT sum(count) FROM blog_articleviews")
    by_day = installation.value("SELECT sum(count) FROM blog_dailyviews")
    assert (total, by_day) == (PROCESSES * VIEWS_OF_EACH,) * 2
