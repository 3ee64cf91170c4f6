"""Bodies and headers survive their encoding, and no line is too long."""

from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailing.personalisation import Fields, Template
from mailing.sending import mime
from mailing.sending.compose import CannotCompose, wire_address

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=3000)
LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Zs"]))
WORDS = st.lists(LINE.filter(bool), min_size=1, max_size=20).map(" ".join)


def longest_line(raw: bytes) -> int:
    return max(map(len, raw.split(b"\r\n")))


def template(*pieces: str) -> Template:
    """Return a template of which every second piece is a value."""
    head, *rest = pieces
    values = ((lambda _fields, value=value: value) for value in rest[::2])
    return Template(head, tuple(zip(values, rest[1::2], strict=True)))


def part(subtype: str, *pieces: str) -> bytes:
    return mime.part(subtype, template(*pieces))(Fields(email="ann@example.org"))


@given(st.lists(TEXT, min_size=5, max_size=5))
@example(["x" * 3000, "", "", "", ""])
@example(["Привет, мир! " * 300, "Аня", ", ", "", ""])
@example(["one\ntwo  \n.\n..\nFrom me\n=3D\n\tтри\n", ".", "\n", "x = y ", "\n."])
@example(["a café ", "Ann", " ", "b" * 70, " and \n"])
@example(["a café ", " ", "\n", "b" * 69 + " ", "\n"])
def test_a_body_arrives_as_it_was_in_short_lines_of_seven_bits(pieces: list[str]) -> None:
    text = "".join(pieces)
    raw = mime.alternatives("=_edge", part("plain", *pieces), part("html", "<p>", text, "</p>"))
    letter = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    plain = letter.get_body(("plain",))
    assert plain is not None

    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == text.rstrip("\n")
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert longest_line(raw) <= 998
    assert not letter.defects


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("plain", "7bit"),
        ("x" * 2000, "quoted-printable"),
        ("a café and a lot of plain text", "quoted-printable"),
        ("Новости", "base64"),
    ],
)
def test_the_shortest_encoding_is_used(text: str, encoding: str) -> None:
    assert f"Content-Transfer-Encoding: {encoding}\r\n".encode() in part("plain", text)


@given(WORDS)
@example("a" * 200)
@example("x" * 1200)
@example("Новости " * 30)
def test_a_header_arrives_as_it_was_in_short_lines(value: str) -> None:
    line = mime.header("Subject", value)
    raw = line.removeprefix(b"Subject:").decode("ascii").strip()

    assert str(make_header(decode_header(raw.replace("\r\n", "")))) == value or "=?" in value
    assert longest_line(line) <= 78
    assert all(rest.startswith((b" ", b"\t")) for rest in line.split(b"\r\n")[1:-1])


@given(st.text(max_size=150))
@example("Eve\r\nBcc: all@example.org")
@example('O"Neil, "Jr" <x@y.example>')
def test_a_name_cannot_leave_its_place(name: str) -> None:
    raw = b"To: " + mime.mailbox(name, "ann@example.org") + b"\r\n\r\n"
    letter = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)

    assert letter.keys() == ["To"]
    assert [each.addr_spec for each in letter["To"].addresses] == ["ann@example.org"]
    assert longest_line(raw) <= 998


@pytest.mark.parametrize(
    "address", ["", "nobody", "@example.org", "a@b.example\r\nRCPT TO:<c@d.example>", "a b@c.de"]
)
def test_what_is_no_address_is_not_written_to(address: str) -> None:
    with pytest.raises(CannotCompose):
        wire_address(address)
