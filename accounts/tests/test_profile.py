"""What people say about themselves: name, picture, language, time zone."""

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from PIL import Image

from accounts.avatars import MAX_BYTES
from accounts.forms.profile import ProfileForm
from accounts.models import User
from accounts.tests.browsing import Login, Response

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/settings/"
FORM = {"full_name": "Alice", "language": "", "time_zone": "Europe/Berlin"}


def picture(kind: str, size: tuple[int, int] = (900, 600), **options: object) -> bytes:
    """Return a file whose left half is red and right half is blue."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    image.save(buffer := BytesIO(), kind, **options)
    return buffer.getvalue()


def colour(image: Image.Image, place: int) -> tuple[int, int, int]:
    """Return how red, green and blue the picture is so many pixels from its corner."""
    red, green, blue = image.convert("RGB").crop((place, place, place + 1, place + 1)).tobytes()
    return red, green, blue


def upload(client: Client, content: bytes, name: str = "me.jpg") -> Response:
    return client.post(PAGE, {**FORM, "avatar": SimpleUploadedFile(name, content)})


def stored_files() -> list[Path]:
    return sorted(Path(settings.MEDIA_ROOT).rglob("*.*"))


@pytest.fixture
def client(login: Login, alice: User) -> Client:
    return login(alice)


@pytest.fixture
def commits_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run at once what waits for the end of the transaction, which tests never reach."""
    monkeypatch.setattr(transaction, "on_commit", lambda call: call())


def test_everybody_who_is_logged_in_has_the_page(
    login: Login, alice: User, manager: User, content_manager: User, admin: User
) -> None:
    for user in (alice, manager, content_manager, admin):
        assert login(user).get(PAGE).status_code == 200
    assert Client().get(PAGE)["Location"].startswith("/accounts/login/")


def test_saving(client: Client, alice: User) -> None:
    response = client.post(PAGE, {**FORM, "full_name": " Alice B. "}, follow=True)
    assert "Your settings are saved." in response.content.decode()
    alice.refresh_from_db()
    assert (alice.full_name, alice.time_zone) == ("Alice B.", "Europe/Berlin")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("language", "xx"),
        ("full_name", "x" * 151),
        ("time_zone", ""),
    ],
)
def test_bad_input_is_refused_by_field(client: Client, alice: User, field: str, value: str) -> None:
    response = client.post(PAGE, {**FORM, field: value})
    assert [*response.context["form"].errors] == [field]
    alice.refresh_from_db()
    assert alice.full_name == "Alice Archer"


def test_the_language_takes_effect_on_the_next_page(client: Client) -> None:
    response = client.post(PAGE, {**FORM, "language": "ru"}, follow=True)
    assert '<html lang="ru">' in response.content.decode()


def test_the_time_zone_takes_effect_on_the_next_page(login: Login, manager: User) -> None:
    client = login(manager)
    User.objects.update(date_joined="2026-01-02T03:04:05Z")
    assert "3:04" in client.get("/dashboard/users/").content.decode()
    client.post(PAGE, {**FORM, "time_zone": "Asia/Tokyo"})
    assert "12:04" in client.get("/dashboard/users/").content.decode()


def test_zones_are_offered_by_region_with_their_distance_from_utc(client: Client) -> None:
    page = client.get(PAGE).content.decode()
    assert '<option value="Asia/Kolkata">Kolkata (UTC+05:30)</option>' in page
    assert '<option value="UTC" selected>UTC</option>' in page
    assert "Buenos Aires, Argentina (UTC−03:00)" in page


def test_an_outdated_zone_can_be_kept(client: Client, alice: User) -> None:
    User.objects.update(time_zone="US/Pacific")
    client.post(PAGE, {**FORM, "time_zone": "US/Pacific"})
    alice.refresh_from_db()
    assert (alice.full_name, alice.time_zone) == ("Alice", "US/Pacific")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_becomes_a_small_square(client: Client, alice: User, kind: str) -> None:
    assert upload(client, picture(kind)).status_code == 302
    alice.refresh_from_db()
    with Image.open(alice.avatar.path) as image:
        assert (image.format, image.size) == ("WEBP", (512, 512))
        assert colour(image, 10)[0] > 200
    assert "me" not in str(alice.avatar.name)
    assert f'src="/media/{alice.avatar.name}"' in client.get(PAGE).content.decode()


def test_metadata_is_dropped_and_the_picture_turned_the_right_way_up(
    client: Client, alice: User
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # taken upside down
    exif[0x010E] = "taken at home"
    upload(client, picture("JPEG", exif=exif))
    alice.refresh_from_db()
    with Image.open(alice.avatar.path) as image:
        assert not image.getexif()
        red, _green, blue = colour(image, 10)
    assert blue > red
    assert b"home" not in stored_files()[0].read_bytes()


def test_of_an_animation_the_first_frame_is_taken(client: Client, alice: User) -> None:
    frames = [Image.new("RGB", (80, 80), colour) for colour in ("lime", "red", "blue")]
    frames[0].save(buffer := BytesIO(), "GIF", save_all=True, append_images=frames[1:])
    upload(client, buffer.getvalue(), "me.gif")
    alice.refresh_from_db()
    with Image.open(alice.avatar.path) as image:
        assert image.size == (80, 80)
        assert getattr(image, "n_frames", 1) == 1
        assert colour(image, 5)[1] > 200


def bomb() -> bytes:
    """Return a tiny file that claims 30,000 × 30,000 pixels."""
    return picture("PNG", (10, 10)).replace(
        (10).to_bytes(4, "big") * 2, (30_000).to_bytes(4, "big") * 2
    )


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"no picture at all", "not a picture"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "not a picture",
        ),
        (picture("BMP"), "not a picture"),
        (picture("JPEG")[:500], "not a picture"),
        (picture("PNG", (6000, 5000), compress_level=1), "too many pixels"),
        (bomb(), "picture"),
        (b"x" * (MAX_BYTES + 1), "2.0"),
        (b"", "empty"),
    ],
)
def test_anything_else_is_refused_by_field(
    client: Client, alice: User, content: bytes, complaint: str
) -> None:
    response = upload(client, content)
    assert complaint in str(response.context["form"].errors["avatar"])
    alice.refresh_from_db()
    assert not alice.avatar
    assert not stored_files()


@pytest.mark.usefixtures("commits_at_once")
def test_an_old_picture_is_removed_with_its_file(client: Client, alice: User) -> None:
    for _time in range(2):
        upload(client, picture("PNG"))
    alice.refresh_from_db()
    assert [path.name for path in stored_files()] == [Path(alice.avatar.path).name]
    client.post(PAGE, FORM)
    assert stored_files()
    client.post(PAGE, {**FORM, "avatar-clear": "on"})
    alice.refresh_from_db()
    assert not alice.avatar
    assert not stored_files()


@pytest.mark.usefixtures("commits_at_once")
def test_the_picture_goes_with_the_user(client: Client, alice: User) -> None:
    upload(client, picture("PNG"))
    User.objects.filter(pk=alice.pk).delete()
    assert not stored_files()


def test_saving_does_not_undo_a_block_of_the_same_moment(alice: User) -> None:
    form = ProfileForm(FORM, instance=User.objects.get())
    assert form.is_valid()
    alice.block(by=None, reason="spam")
    form.save()
    assert User.objects.get().is_blocked
