"""What answers allow browsers to do, and whom the site believes."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from config.middleware import client_address
from config.urls import handler500
from config.urls import urlpatterns as ours

pytestmark = pytest.mark.django_db


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("a view that breaks")


urlpatterns = [path("broken/", broken), *ours]
__all__ = ["handler500", "urlpatterns"]


def policy_of(client: Client, page: str) -> dict[str, str]:
    """Return the directives of a page's policy."""
    header = client.get(page)["Content-Security-Policy"]
    return {
        name: rest for name, _, rest in (part.strip().partition(" ") for part in header.split(";"))
    }


@pytest.mark.parametrize(
    "page", ["/", "/blog/", "/accounts/login/", "/accounts/signup/", "/nowhere/"]
)
def test_our_pages_allow_nothing_inline_and_nothing_from_elsewhere(
    client: Client, page: str
) -> None:
    policy = policy_of(client, page)

    assert policy["default-src"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert policy["object-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert "unsafe" not in " ".join(policy.values())


def test_only_the_cms_allows_inline_scripts(admin_client: Client) -> None:
    assert "'unsafe-inline'" in policy_of(admin_client, "/cms/")["script-src"]
    assert "'unsafe-eval'" not in policy_of(admin_client, "/cms/")["script-src"]
    assert "unsafe" not in " ".join(policy_of(admin_client, "/admin/").values())


def test_answers_carry_the_usual_protections(client: Client) -> None:
    answer = client.get("/")

    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.urls(__name__)
def test_a_broken_page_shows_the_id_that_is_in_the_log(client: Client) -> None:
    client.raise_request_exception = False
    answer = client.get("/broken/")

    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.content.decode()


@pytest.fixture
def media(settings: LazySettings) -> Path:
    """The directory of uploaded files."""
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    return root


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a.png", True), ("a.jpg", True), ("a.svg", False), ("a.html", False), ("a", False)],
)
def test_uploads_are_shown_only_when_they_are_pictures(
    client: Client, media: Path, name: str, shown: bool
) -> None:
    (media / name).write_bytes(b"<script>alert(1)</script>")
    answer = client.get(f"/media/{name}")

    answer.getvalue()

    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name",
    ["documents/secret.pdf", "./documents/secret.pdf", "x/../documents/secret.pdf", "../secret"],
)
def test_documents_are_had_from_wagtail_alone(client: Client, media: Path, name: str) -> None:
    (media / "documents").mkdir()
    (media / "documents" / "secret.pdf").write_bytes(b"%PDF")

    assert client.get(f"/media/{name}").status_code in {400, 404}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.1.1.1", "127.0.0.1"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "9.9.9.9, 1.1.1.1", "1.1.1.1"),
        (2, "9.9.9.9, 1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (2, "1.1.1.1", "1.1.1.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_what_our_proxies_wrote_is_believed(
    settings: LazySettings, proxies: int, forwarded: str, address: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded})
    client_address(lambda request: HttpResponse())(request)

    assert request.META["REMOTE_ADDR"] == address
