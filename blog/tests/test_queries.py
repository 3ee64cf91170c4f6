"""Pages of the blog ask the database as seldom with a hundred articles as with ten."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.images.models import AbstractImage

from accounts.models import User
from blog.models import BlogIndexPage, BlogPage
from blog.tests.factories import BlogPageFactory, ImageFactory
from blog.view_counts import shown

pytestmark = pytest.mark.django_db

#: The most queries that each page may make with nothing cached.
MOST = {
    "/blog/article/": 12,
    "/ru/blog/article/": 12,
    "/blog/": 15,
    "/ru/blog/": 15,
    "/blog/?page=2": 15,
    "/blog/?q=part": 15,
    "/blog/?order=oldest": 15,
    "/blog/tag/one/": 15,
    "/": 16,
    "/ru/": 17,
}


@pytest.fixture
def pictures() -> list[AbstractImage]:
    return ImageFactory.create_batch(4)


def write(number: int, author: User, pictures: list[AbstractImage]) -> None:
    """Write articles with all there can be on one, in both languages."""
    for blog in BlogIndexPage.objects.all():
        for n in range(number):
            BlogPageFactory.create(
                parent=blog,
                picture=pictures[n % len(pictures)],
                author=author,
                body=[("heading", f"Part {part}") for part in range(4)],
                tags=["one", "two", f"only-{n % 7}"],
                **({"slug": "article"} if n == 5 and number == 10 else {}),
            )


def queries(client: Client) -> dict[str, int]:
    """Return how often each page asks the database when nothing is cached, in memory either."""
    for path in MOST:
        client.get(path)  # renditions are made once
    counts = {}
    for path in MOST:
        cache.clear()
        shown._memory.clear()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        counts[path] = len(asked)
    return counts


def test_queries_do_not_grow_with_the_blog(
    client: Client, admin: User, pictures: list[AbstractImage]
) -> None:
    write(10, admin, pictures)
    of_ten = queries(client)
    write(90, admin, pictures)

    assert queries(client) == of_ten
    assert {path: number for path, number in of_ten.items() if number > MOST[path]} == {}


@pytest.mark.parametrize("path", ["/blog/article/", "/ru/blog/article/"])
def test_queries_do_not_grow_with_the_pictures_in_an_article(
    client: Client, admin: User, path: str
) -> None:
    write(10, admin, ImageFactory.create_batch(2))
    few = queries(client)[path]
    article = BlogPage.objects.get(url_path=f"/home{path.replace('/ru/', '-ru/')}")
    pictures = [
        {"image": picture, "alt_text": f"Picture {number}", "caption": ""}
        for number, picture in enumerate(ImageFactory.create_batch(20))
    ]
    article.body = [
        *(("picture", picture) for picture in pictures),
        *(("gallery", {"pictures": pictures[n : n + 4]}) for n in range(0, 12, 4)),
    ]
    article.save()

    assert queries(client)[path] == few
    page = client.get(path).content.decode()
    assert all(f'alt="Picture {number}"' in page for number in range(20))
