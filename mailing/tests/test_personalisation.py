import json
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import css_inline
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from mailing.markup import sanitise
from mailing.personalisation import (
    Fields,
    compile_html,
    compile_line,
    compile_text,
    fields_in,
    validate_fields,
    validate_single_line,
)

ANNA = Fields(
    email="anna@example.org",
    full_name="Anna Smith",
    attributes={"city": "Oslo", "n": 0, "tags": ["a", "b"], "none": None, "ok": True},
    unsubscribe_url="https://mail.example/m/u/abc?x=1&y=2",
    view_url="https://mail.example/m/v/abc",
)
NOBODY = Fields(email="x@example.org", unsubscribe_url="https://mail.example/m/u/abc")


def text(source: str, fields: Fields = ANNA) -> str:
    return compile_text(source).render(fields)


def html(source: str, fields: Fields = ANNA) -> str:
    return compile_html(source).render(fields)


def with_value(value: object) -> Fields:
    return Fields(email="x@example.org", attributes={"x": value})


def link(source: str, fields: Fields) -> str:
    """Return the address of the one link in the rendered source, as a browser reads it."""
    found: list[dict[str, str | None]] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(dict(attrs))

    Links().feed(html(source, fields))
    assert len(found) == 1
    assert found[0].keys() == {"href"}
    return found[0]["href"] or ""


# --- Fields and fallbacks -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Hello {{ full_name|there }}!", "Hello Anna Smith!"),
        ("{{email}} {{  email  }} {{\temail\n}}", "anna@example.org " * 2 + "anna@example.org"),
        ("{{ attributes.city|your town }}", "Oslo"),
        ("{{ unsubscribe_url }}", ANNA.unsubscribe_url),
        ("{{ view_url }}", ANNA.view_url),
        ("{{ attributes.n }} {{ attributes.ok }} {{ attributes.tags }}", '0 true ["a", "b"]'),
        ("no fields at all", "no fields at all"),
        ("", ""),
        ("{{{ email }}}", "{anna@example.org}"),
        ("{% now %} {x.__class__} { email } }} %s %(email)s {0}", None),
    ],
)
def test_fields_are_replaced_and_nothing_else_is(source: str, shown: str | None) -> None:
    assert text(source) == (source if shown is None else shown)


@pytest.mark.parametrize("value", ["", "  ", None])
def test_fallback_stands_in_for_an_empty_or_missing_value(value: str) -> None:
    assert (
        text("Hi {{ attributes.x | my dear } friend }}.", with_value(value))
        == "Hi my dear } friend."
    )
    assert text("Hi {{ attributes.y|you }}.", with_value(value)) == "Hi you."
    assert text("Hi {{ attributes.y }}.", with_value(value)) == "Hi ."


def test_a_value_is_never_expanded_again() -> None:
    fields = Fields(
        email="x@example.org", full_name="{{ email }}", attributes={"x": "{{ full_name }}"}
    )
    source = "{{ attributes.x }} {{ full_name }} {{ attributes.y|{ email } }}"
    assert text(source, fields) == "{{ full_name }} {{ email }} { email }"


@given(st.text(), st.text())
def test_rendering_puts_any_value_between_the_literals(before: str, value: str) -> None:
    fields = Fields(email="a@b.example", full_name=value, attributes={"y": value})
    shown = value if value.strip() else "?"
    literal = before.replace("{", "(").replace("/", "-")
    assert (
        text(literal + "{{ full_name|? }}.{{ attributes.y|? }}", fields)
        == f"{literal}{shown}.{shown}"
    )


def test_names_of_the_fields_used() -> None:
    source = "{{ email }} {{ attributes.city|x }} {{ attributes.имя }} {{ foo }}"
    assert fields_in(source) == {"email", "attributes.city", "attributes.имя"}


# --- Checks when saving -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "{{ foo }}",
        "{{7*7}}",
        "{{ }}",
        "{{}}",
        "{{ email.domain }}",
        "{{ attributes }}",
        "{{ attributes.a.b }}",
        "{{ email|x }} {{ __class__ }}",
        "{{ Email }}",
        "&#123;&#123; foo }}",
        "{{ full_name|{{ foo }} }}",
    ],
)
def test_unknown_fields_are_refused_by_name(source: str) -> None:
    with pytest.raises(ValidationError) as error:
        validate_fields(source)
    (message,) = error.value.messages
    assert "{{ full_name }}, {{ email }}, {{ unsubscribe_url }}" in message
    unknown = [
        name for name in ("foo", "7*7", "domain", "a.b", "__class__", "Email") if name in source
    ]
    assert all(name in message for name in unknown)


def test_every_unknown_field_is_named() -> None:
    with pytest.raises(ValidationError) as error:
        validate_fields("{{ one }} {{ email }} {{two|x}}")
    assert error.value.messages[0].startswith("{{ one }}, {{two|x}}: ")


@pytest.mark.parametrize("source", ["Hi {{ email }", "{{ email", "{{ email {{ full_name }}"])
def test_fields_must_be_closed(source: str) -> None:
    with pytest.raises(ValidationError, match="Close it"):
        validate_fields(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ email }}{{full_name|a}b}}",
        "{% if x %} {x.__class__} {y}} }}",
        "<p>{{&nbsp;email&nbsp;}} {{ <b>full_name</b>|you }}</p>",
        "{{ attributes.first-name }} {{ attributes.город }}",
        "@media print { a { color: red }}",
        "",
    ],
)
def test_known_fields_and_other_braces_are_accepted(source: str) -> None:
    validate_fields(source)


def test_a_header_line_is_one_line() -> None:
    validate_single_line("Hello, мир {{ full_name }}")
    for bad in ("a\nb", "a\rb", "a\x00", "a\x7f", "a\x85", "a\u2028"):
        with pytest.raises(ValidationError):
            validate_single_line(bad)


# --- Header lines -------------------------------------------------------------------------------


@given(st.text())
def test_no_value_ends_a_header_line(value: str) -> None:
    line = compile_line("Hi\n {{ full_name|a\nb }}!").render(Fields(email="", full_name=value))
    assert len(line.splitlines()) == 1
    assert not any(ord(c) < 32 for c in line)


def test_header_injection_becomes_text() -> None:
    fields = Fields(email="", full_name="Eve\r\nBcc: all@example.org")
    assert compile_line("Hi {{ full_name }}").render(fields) == "Hi Eve Bcc: all@example.org"


def test_names_in_header_lines_stay_as_they_are() -> None:
    fields = Fields(email="", full_name="Жанна\u00a0д’Арк <b>")
    assert compile_line("{{ full_name }}").render(fields) == "Жанна\u00a0д’Арк <b>"


# --- HTML ---------------------------------------------------------------------------------------


@given(st.text())
def test_values_and_fallbacks_are_escaped_in_html(value: str) -> None:
    fields = Fields(email="", full_name=value)
    shown = escape(value) if value.strip() else "&lt;you&gt;"
    assert html("<p>{{ full_name|<you> }}</p>", fields) == f"<p>{shown}</p>"


def test_entities_in_a_field_are_read_as_html() -> None:
    source = sanitise("<p>{{&nbsp;full_name&nbsp;|&nbsp;Tom &amp; Co }}</p>")
    assert html(source) == "<p>Anna Smith</p>"
    assert html(source, NOBODY) == "<p>Tom &amp; Co</p>"


@given(st.text())
def test_a_value_cannot_leave_an_attribute(value: str) -> None:
    source = '<a href="https://e.example/?q={{ attributes.x }}">'
    address = link(source, with_value(value))
    assert address.startswith("https://e.example/?q=")
    assert not set(address[len("https://e.example/?q=") :]) & set(" &#?\"'<>\n:")


@pytest.mark.parametrize(
    ("source", "value", "address"),
    [
        (
            "https://e.example/{{ attributes.x }}/",
            "a b/ё?#",
            "https://e.example/a%20b/%D1%91%3F%23/",
        ),
        ("https://{{ attributes.x }}.e.example/", "evil.org/", "https://evil.org%2F.e.example/"),
        ("https://e.example{{ attributes.x }}", "@evil.org/", "https://e.example%40evil.org%2F"),
        (
            "https://e.example:{{ attributes.x }}",
            "1@evil.org/",
            "https://e.example:1%40evil.org%2F",
        ),
        ("mailto:{{ attributes.x }}", "a+b@c.example", "mailto:a+b@c.example"),
        (
            "mailto:{{ attributes.x }}?subject=a&amp;b=c",
            "a?bcc=z&y",
            "mailto:a%3Fbcc%3Dz%26y?subject=a&b=c",
        ),
        ("tel:{{ attributes.x }}", "+47 22", "tel:+47%2022"),
        ("{{ attributes.x }}", "https://e.example/a?b=c&d#e", "https://e.example/a?b=c&d#e"),
        ("{{ attributes.x }}/more", "HTTP://e.example", "HTTP://e.example/more"),
        ("{{ attributes.x|https://f.example }}", "not an address", "https://f.example"),
        ("{{ attributes.x|javascript:alert(1) }}", "", ""),
        (
            "{{ attributes.y }}{{ attributes.x }}",
            "javascript:alert(1)",
            "javascript%3Aalert%281%29",
        ),
    ],
)
def test_values_in_addresses(source: str, value: str, address: str) -> None:
    assert link(f'<a href="{source}">', with_value(value)) == address


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//evil.example",
        "https:evil",
        "https://",
    ],
)
@pytest.mark.parametrize(
    "source", ["{{ attributes.x }}", " {{ attributes.x|{ }}", "{{attributes.x}}{{attributes.x}}"]
)
def test_a_value_never_becomes_the_scheme_of_a_link(source: str, value: str) -> None:
    assert not urlsplit(link(f'<a href="{source}">', with_value(value))).scheme


@pytest.mark.parametrize(
    "source", ["j{{ attributes.x }}:alert(1)", "{{attributes.y}}{{attributes.x}}:alert(1)"]
)
def test_a_value_never_completes_the_scheme_of_a_link(source: str) -> None:
    address = link(f'<a href="{source}">', with_value("javascript"))
    assert "javascript" not in address


def test_own_addresses_stay_whole() -> None:
    assert link('<a href="{{ unsubscribe_url }}">', ANNA) == ANNA.unsubscribe_url
    assert link("<a href=' {{ view_url }} '>", ANNA).strip() == ANNA.view_url
    assert link('<a href="https://e.example/?to={{ view_url }}">', ANNA) == (
        "https://e.example/?to=https%3A//mail.example/m/v/abc"
    )


def test_only_addresses_are_percent_encoded() -> None:
    source = '<p title="href=\'{{ full_name }}\'">{{ full_name }} &lt;a href="{{ full_name }}"</p>'
    assert html(source) == source.replace("{{ full_name }}", "Anna Smith")


def test_fields_survive_the_sanitiser_and_the_inliner() -> None:
    body = (
        '<p style="color: red">Hi {{ full_name|dear <friend> }}</p>'
        '<p><a href="{{ unsubscribe_url }}">leave</a>'
        '<a href="https://e.example/{{ attributes.city }}?n={{ full_name|a b }}&amp;x=1">go</a></p>'
    )
    inlined = css_inline.inline(sanitise(body), load_remote_stylesheets=False)
    letter = html(inlined)
    assert "Hi Anna Smith" in letter
    assert f'href="{escape(ANNA.unsubscribe_url)}"' in letter
    assert 'href="https://e.example/Oslo?n=Anna%20Smith&amp;x=1"' in letter


@pytest.mark.parametrize(
    ("value", "style"),
    [
        ("#abc", "color: #abc"),
        ("rebeccapurple", "color: rebeccapurple"),
        ("red; background: url(https://evil.example)", "color: #eee"),
        ('red" onclick="x', "color: #eee"),
        ("", "color: #eee"),
    ],
)
def test_only_plain_values_get_into_styles(value: str, style: str) -> None:
    source = sanitise('<p style="color: {{ attributes.x|#eee }}">a</p>')
    assert html(source, with_value(value)) == f'<p style="{style}">a</p>'


# --- Plain text ---------------------------------------------------------------------------------


def test_web_addresses_in_plain_text_stay_whole() -> None:
    source = "Go to https://e.example/{{ attributes.city }}?n={{ full_name|a b }}, {{ full_name }}"
    assert text(source) == "Go to https://e.example/Oslo?n=Anna%20Smith, Anna Smith"
    assert text("<{{ unsubscribe_url }}>") == f"<{ANNA.unsubscribe_url}>"


def test_plain_text_is_not_escaped() -> None:
    fields = Fields(email="", full_name="Tom & <Jerry>\n2")
    assert text("{{ full_name }} {{ attributes.x|& <b> }}", fields) == "Tom & <Jerry>\n2 & <b>"


def test_any_json_value_can_be_shown() -> None:
    value = {"a": [1, "é"], "b": 1.5}
    assert json.loads(text("{{ attributes.x }}", with_value(value))) == value
    assert json.loads(unescape(html("{{ attributes.x }}", with_value(value)))) == value
