from email.headerregistry import Address
from time import perf_counter

import pytest
from django.core.exceptions import ValidationError
from email_validator import validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from mailing import addresses
from mailing.addresses import ascii_domain, normalise_address, validate_address


def accepted(address: str) -> bool:
    try:
        validate_address(address)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    "address",
    [
        "name@example.org",
        "Name.O'Neil+tag@Sub.Example.ORG",
        " name@example.org\n",
        "\u200bname@example.org\ufeff",
        "имя@пример.рф",
        "name@пример.рф",
        "name@xn--e1afmkfd.xn--p1ai",
        "用户@例え.テスト",
        "a" * 64 + "@example.org",
        "name@" + "a" * 63 + ".example",
        "a_b-c@some-shop.example.co",
        "name@test.test",
        "name@localized.example",
        "!#$%&*/^`{|}~@example.org",
    ],
)
def test_addresses_that_letters_can_be_sent_to(address: str) -> None:
    validate_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "name",
        "name@",
        "@example.org",
        "name@example",
        "name@example..org",
        "name@-example.org",
        "name@example.org.",
        ".name@example.org",
        "na..me@example.org",
        "na me@example.org",
        "name@exa mple.org",
        "name@example.org, other@example.org",
        "name@example.org\r\nBcc: all@example.org",
        "na\x00me@example.org",
        "name@exam\x7fple.org",
        "na\u202eme@example.org",
        "na\ud800me@example.org",
        '"na me"@example.org',
        '"a@b"@example.org',
        "name@[127.0.0.1]",
        "Name <name@example.org>",
        "<name@example.org>",
        "=?utf-8?q?a?=@example.org",
        "name@localhost",
        "name@printer.local",
        "name@1.2.3.4",
        "name@example.1",
        "name@ab--cd.example",
        "name@xn--.example",
        "a" * 65 + "@example.org",
        "я" * 33 + "@example.org",
        "name@" + "a" * 64 + ".example",
        "name@" + "abcdefghi." * 25 + "example",
    ],
)
def test_addresses_that_are_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="is not an e-mail address"):
        validate_address(address)


local_parts = st.text("abz09.+-_'=?\"\\ <>,;:()\t", min_size=1, max_size=8) | st.text(max_size=70)
labels = st.text("abz09-x", min_size=1, max_size=8) | st.sampled_from(
    ["xn--", "рф", "org", "local"]
)
written = st.builds(
    lambda local, domain: f"{local}@{'.'.join(domain)}",
    local_parts,
    st.lists(labels, min_size=1, max_size=4),
)
hosts = st.lists(st.text("a0-xn", max_size=6), min_size=1, max_size=3).map(".".join)
tops = st.text("abtselocr", max_size=9) | st.sampled_from(["test", "local", "invalid", "arpa"])


@given(written)
@example("a@b.co")
@example("a@x.localb")
def test_whatever_is_accepted_fits_a_header_and_an_envelope(address: str) -> None:
    if accepted(address):
        address = normalise_address(address)
        local, _at, domain = address.rpartition("@")
        mailbox = Address(username=local, domain=ascii_domain(address))
        assert mailbox.addr_spec == f"{local}@{ascii_domain(address)}"
        assert domain
        assert ascii_domain(address).isascii()
        assert len(address.encode()) <= 254


@given(st.builds("{}@{}.{}".format, st.text("a9.+-_", max_size=6), hosts, tops))
def test_the_fast_check_accepts_nothing_that_the_thorough_one_refuses(address: str) -> None:
    if addresses.PLAIN.fullmatch(address):
        validate_email(address, check_deliverability=False, test_environment=True)


@given(written | st.text())
@example("İ@example.org")
@example("a@ⓔxample.org")
def test_there_is_one_spelling(address: str) -> None:
    once = normalise_address(address)
    assert normalise_address(once) == once
    assert normalise_address(f"  {address}\n") == once


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Name@Example.ORG ", "name@example.org"),
        ("ИМЯ@ПРИМЕР.РФ", "имя@пример.рф"),
        ("name@XN--E1AFMKFD.xn--p1ai", "name@пример.рф"),
        ("e\u0301@example.org", "é@example.org"),
        ("name@münchen.example", "name@münchen.example"),
        ("name@mu\u0308nchen.example", "name@münchen.example"),
    ],
)
def test_spelling(written: str, kept: str) -> None:
    assert normalise_address(written) == kept


def test_domains_in_ascii() -> None:
    assert ascii_domain("имя@пример.рф") == "xn--e1afmkfd.xn--p1ai"
    assert ascii_domain("Name@Example.ORG") == "example.org"
    with pytest.raises(ValueError, match="too long"):
        ascii_domain("name@" + "я" * 300)


def test_checking_plain_addresses_takes_no_time() -> None:
    written = [f"first.last+{n}@mail{n}.example.org" for n in range(20_000)]
    start = perf_counter()
    for address in written:
        validate_address(address)
    assert perf_counter() - start < 1
