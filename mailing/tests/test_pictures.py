"""Pictures for letters: made anew, hard to guess, and kept while letters need them."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.models import User
from mailing.models import Picture
from mailing.models import picture as picture_rules
from mailing.tests.factories import MessageFactory, PictureFactory

Login = Callable[[User], Client]
PAGE = reverse("mailing:pictures")
HX = {"HX-Request": "true"}


@pytest.fixture
def client(alice: User, login: Login) -> Client:
    return login(alice)


def picture_file(kind: str = "JPEG", size: tuple[int, int] = (1600, 900), **more: Any) -> bytes:
    buffer = BytesIO()
    mode = more.pop("mode", "RGB")
    Image.effect_noise(size, 60).convert(mode).save(buffer, kind, **more)
    return buffer.getvalue()


def upload(client: Client, content: bytes, name: str = "photo.jpg", **more: Any) -> Any:
    data = {"file": SimpleUploadedFile(name, content), "alt": "A hill", **more}
    return client.post(PAGE, data)


def test_a_picture_is_made_anew_and_fits_a_letter(client: Client, alice: User) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret camera"
    assert upload(client, picture_file(exif=exif)).status_code == 302
    picture = Picture.objects.get()
    with picture.file.open() as file:
        content = file.read()
    assert b"Secret camera" not in content
    with Image.open(BytesIO(content)) as made:
        assert (made.format, made.size) == ("JPEG", (1200, 675))
    assert (picture.owner, picture.width, picture.height) == (alice, 1200, 675)
    assert (picture.shown_width, picture.shown_height) == (600, 338)


def test_its_address_cannot_be_guessed_and_needs_no_login(client: Client) -> None:
    upload(client, picture_file())
    url = Picture.objects.get().url
    assert re.fullmatch(r"http://testserver/media/letters/[0-9a-f]{32}\.jpg", url)
    answer = Client().get(url)
    answer.close()
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_transparency_stays(client: Client, kind: str) -> None:
    buffer = BytesIO()
    Image.new("RGBA", (40, 40), (200, 0, 0, 0)).save(buffer, kind)
    upload(client, buffer.getvalue(), f"logo.{kind.lower()}")
    with Picture.objects.get().file.open() as file, Image.open(file) as made:
        assert (made.format, made.mode) == ("PNG", "RGBA")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("page.png", b"<html><script>alert(1)</script></html>"),
        ("cut.jpg", picture_file()[:300]),
        ("empty.png", b""),
        ("print.tiff", picture_file("TIFF", (20, 20))),
    ],
)
def test_what_is_no_picture_is_refused(client: Client, name: str, content: bytes) -> None:
    response = upload(client, content, name)
    assert response.context["form"].errors["file"]
    assert not Picture.objects.exists()


def test_bounds(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.avatars.MAX_PIXELS", 100)
    response = upload(client, picture_file(size=(20, 20)))
    assert "too many pixels" in str(response.context["form"].errors["file"])
    monkeypatch.undo()
    monkeypatch.setattr("mailing.forms.message.MAX_BYTES", 100)
    response = upload(client, picture_file())
    assert "Choose a file of at most" in str(response.context["form"].errors["file"])
    monkeypatch.undo()
    monkeypatch.setattr(picture_rules, "MAX_TOTAL", 1000)
    response = upload(client, picture_file())
    assert "take up" in str(response.context["form"].errors["file"])
    assert not Picture.objects.exists()


def test_an_alternative_text_is_asked_for(client: Client) -> None:
    response = upload(client, picture_file(), alt="")
    assert list(response.context["form"].errors) == ["alt"]


def test_its_element_has_sizes_and_a_harmless_text(alice: User) -> None:
    picture = PictureFactory.create(owner=alice, alt='"><script>alert(1)</script>', width=900)
    assert picture.html.endswith(
        'alt="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" width="600" height="1">'
    )


@pytest.mark.parametrize("headers", [{}, HX])
def test_hostile_texts_are_inert_in_the_library(
    client: Client, alice: User, headers: dict[str, str]
) -> None:
    PictureFactory.create(owner=alice, alt='"><script>alert(1)</script>')
    page = client.get(PAGE, headers=headers).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    assert "&amp;lt;script" in page  # the element is an attribute's value there


def test_the_library_shows_own_pictures_alone(client: Client, alice: User, bob: User) -> None:
    PictureFactory.create(owner=alice, alt="Mine")
    PictureFactory.create(owner=bob, alt="Foreign")
    for headers in ({}, HX):
        page = client.get(PAGE, headers=headers).content.decode()
        assert "Mine" in page
        assert "Foreign" not in page


def test_htmx_gets_the_choice_with_the_new_picture_in_it(client: Client) -> None:
    data = {"file": SimpleUploadedFile("a.jpg", picture_file()), "alt": "A hill"}
    page = client.post(PAGE, data, headers=HX).content.decode()
    assert "<html" not in page
    assert 'alt="A hill"' in page


def test_a_picture_that_nothing_shows_goes_with_its_file(
    client: Client,
    alice: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    picture = PictureFactory.create(owner=alice)
    name = str(picture.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mailing:picture_delete", args=[picture.pk]))
    assert not Picture.objects.exists()
    assert not default_storage.exists(name)


def test_a_picture_that_a_letter_shows_stays_readable(
    client: Client,
    alice: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    picture = PictureFactory.create(owner=alice)
    message = MessageFactory.create(owner=alice, body_html=f"<p>Look: {picture.html}</p>")
    message.body_html = "<p>No picture any more.</p>"
    message.save()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mailing:picture_delete", args=[picture.pk]))
    assert not client.get(PAGE).context["page_obj"].object_list
    answer = client.get(picture.url)
    answer.close()
    assert answer.status_code == 200


def test_only_own_pictures_are_kept_for_a_message(alice: User, bob: User) -> None:
    picture = PictureFactory.create(owner=bob)
    MessageFactory.create(owner=alice, body_html=picture.html)
    picture.refresh_from_db()
    assert not picture.is_used
