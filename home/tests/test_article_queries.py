"""The richest article there can be asks the database no more often than the site allows."""

import pytest
from django.test import Client

from accounts.models import User
from blog.models import BlogPage
from blog.tests.factories import ImageFactory, first_blog
from blog.tests.test_queries import MOST, queries, write
from home.models import StandardPage
from home.tests.factories import first_home
from mailing.models import SubscriptionForm
from mailing.tests.factories import SubscriptionFormFactory

pytestmark = pytest.mark.django_db

ARTICLES = ["/blog/article/", "/ru/blog/article/"]


@pytest.fixture
def form(alice: User) -> SubscriptionForm:
    return SubscriptionFormFactory.create(recipient_list__owner=alice, is_released=True)


def enrich(article: BlogPage, form: SubscriptionForm, about: StandardPage) -> None:
    """Put blocks of every kind into an article that ask the database for something."""
    blog = article.get_parent()
    pictures = [
        {"image": image, "alt_text": "A", "caption": ""} for image in ImageFactory.create_batch(5)
    ]
    words = {"title": "Go on", "text": "", "button": "Read", "url": ""}
    text = f'<p><a linktype="page" id="{blog.pk}">The blog</a></p>'
    draft = f'<p><a id="{about.pk}" linktype="page">Not yet there</a></p>'
    article.body = [
        *(("heading", f"Part {n}") for n in range(4)),
        ("text", text),
        ("picture", pictures[0]),
        ("gallery", {"pictures": pictures[1:]}),
        ("subscription", {"heading": "Join", "text": "", "list": form.pk, "button": ""}),
        ("text", draft),
        ("action", {**words, "page": blog}),
        ("action", {**words, "page": about}),
    ]
    article.save()


def test_the_richest_article_makes_as_few_queries_as_allowed(
    client: Client, admin: User, form: SubscriptionForm
) -> None:
    write(10, admin, ImageFactory.create_batch(4))
    about = first_home().add_child(instance=StandardPage(title="Not yet", live=False))
    for path in ARTICLES:
        url_path = f"/home{path.replace('/ru/', '-ru/')}"
        enrich(BlogPage.objects.get(url_path=url_path), form, about)

    counts = queries(client)

    assert {path: counts[path] for path in ARTICLES if counts[path] > MOST[path]} == {}
    page = client.get("/ru/blog/article/").content.decode()
    assert '<a href="/ru/blog/">The blog</a>' in page
    assert '<a class="button button--primary" href="/ru/blog/">Read</a>' in page
    assert f'name="{form.token}"' in page or str(form.token) in page


def test_a_link_to_a_page_leads_to_it_in_the_language_of_the_visitor(client: Client) -> None:
    blog = first_blog()
    russian = blog.get_translations().get()
    text = f'<p><a linktype="page" id="{blog.pk}">Blog</a></p>'
    about = StandardPage(title="О нас", slug="o-nas", body=[("text", text)])
    russian.get_parent().add_child(instance=about)

    assert '<a href="/ru/blog/">Blog</a>' in client.get("/ru/o-nas/").content.decode()
