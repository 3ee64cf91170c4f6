import re
from html.parser import HTMLParser
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailing.markup import inline_css, sanitise, text_from_html
from mailing.styles import clean_declarations, clean_stylesheet

PICTURE = "data:image/png;base64,iVBORw0KGgo="

# --- What stays ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        '<h1 id="top">A</h1><p class="lead" dir="ltr">B <strong>c</strong><br><em>d</em></p>',
        '<ul><li>a</li><li>b</li></ul><ol start="3"><li>c</li></ol><hr>',
        '<table width="600" cellpadding="0" bgcolor="#fff" role="presentation"><tbody><tr>'
        '<td align="center" colspan="2" style="padding: 0 10px">x</td></tr></tbody></table>',
        '<a href="https://e.example/?a=1&amp;b=2#c" target="_blank" title="t">x</a>',
        '<a href="mailto:name@example.org">x</a><a href="tel:+4722">x</a><a href="#top">x</a>',
        '<img src="https://e.example/a.png" alt="A &quot;b&quot;" width="10">',
        f'<img src="cid:logo@mail" alt=""><img src="{PICTURE}" alt="">',
        "<p style=\"color: #123; font: bold 16px/1.5 'Segoe UI', Arial; margin: 0 auto\">x</p>",
        '<p style="background: url(https://e.example/a) 0; width: calc(1px + (2em))">x</p>',
        "<style>\n.a > b, td[class=x] {\ncolor: red !important\n}\n</style>\n<p>x</p>",
        "<style>\n@media screen and (max-width: 9px) {\na {\nwidth: 9%\n}\n}\n</style>\nx",
        "<p>1 &lt; 2 &amp; 3 “é” {% now %} {x.y}</p>",
        "",
        "plain words",
    ],
)
def test_letters_keep_what_is_allowed(source: str) -> None:
    assert sanitise(source) == source


@pytest.mark.parametrize(
    "field",
    [
        "{{ email }}",
        "{{full_name|there}}",
        "{{ attributes.город|a &amp; b }}",
        "{{ full_name|&lt;you&gt; }}",
        "{{ unsubscribe_url }}",
    ],
)
@pytest.mark.parametrize(
    "place",
    [
        "<p>a {} b{}</p>",
        '<a href="{}">x</a>',
        '<a href="https://e.example/{}/?x={}#y">x</a>',
        '<a href="https://{}.e.example/">x</a>',
        '<a href="mailto:{}">x</a>',
        '<img src="https://e.example/a.png" alt="{}" title="a {}">',
        '<p style="color: {}; width: 1px">x</p>',
        "<table><tbody><tr><td>{}</td></tr></tbody></table>",
    ],
)
def test_fields_survive_everywhere(place: str, field: str) -> None:
    source = place.replace("{}", field)
    assert sanitise(source) == source


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("<p>{{ full_name|<b>my</b> dear }}</p>", "<p>{{ full_name|my dear }}</p>"),
        ("<p>{{<b>email</b>}}</p>", "<p>{{email}}</p>"),
        ("<p>{{&nbsp;email&nbsp;}}</p>", "<p>{{ email }}</p>"),
        ("<p>&#123;&#x7B; email &rcub;&rbrace;</p>", "<p>{{ email }}</p>"),
        ('<a href="%7B%7B%20view_url%20%7D%7D">x</a>', '<a href="{{ view_url }}">x</a>'),
        (
            "<a href='{{ attributes.x|\"q\" }}'>x</a>",
            '<a href="{{ attributes.x|&quot;q&quot; }}">x</a>',
        ),
        ("<p>{{ nobody }}</p>", "<p>{{ nobody }}</p>"),
    ],
)
def test_fields_as_editors_spell_them(source: str, kept: str) -> None:
    assert sanitise(source) == kept


def test_whole_documents_become_bodies() -> None:
    source = (
        "<!doctype html><html><head><title>T</title><meta charset=utf-8>"
        "<style type='text/css'><!-- .a{color:red} --></style><link rel=stylesheet href=x></head>"
        "<body bgcolor=red><!--[if mso]><p>Outlook</p><![endif]--><p class=a>Hi</p></body></html>"
    )
    assert sanitise(source) == '<style>\n.a {\ncolor: red\n}\n</style>\n<p class="a">Hi</p>'


def test_addresses_without_scheme_get_one() -> None:
    assert sanitise('<img src="//e.example/a.png">') == '<img src="https://e.example/a.png">'


# --- What goes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("<script>x</script>a", "a"),
        ("a<iframe src=https://e.example>b</iframe>", "a"),
        ("<svg><script>x</script><text>a</text></svg>b", "b"),
        ("<math><mi>a</mi></math>b", "b"),
        ("<form action=/x><input name=a><button>b</button></form>", "b"),
        ("<textarea>a</textarea><select><option>b</select>c", "c"),
        ("<object data=x>a</object><embed src=x>b", "b"),
        ("<p onclick=x onmouseover='y'>a</p>", "<p>a</p>"),
        ("<base href=https://e.example><meta http-equiv=refresh content=0>a", "a"),
        ("<a href=javascript:x>a</a>", "<a>a</a>"),
        ("<a href=' java\nscript:x'>a</a>", "<a>a</a>"),
        ("<a href='java&#9;script:x'>a</a>", "<a>a</a>"),
        ("<a href='\x01javascript:x'>a</a>", "<a>a</a>"),
        ("<a href='jav  ascript:x'>a</a>", "<a>a</a>"),
        ("<a href='data:text/html,x'>a</a>", "<a>a</a>"),
        (f"<a href='{PICTURE}'>a</a>", "<a>a</a>"),
        ("<a href='/accounts/logout/'>a</a>", "<a>a</a>"),
        ("<a href='java{{ attributes.x }}script:x'>a</a>", "<a>a</a>"),
        ("<a href='{{ attributes.x }}:x'>a</a>", "<a>a</a>"),
        ("<a href='{{ attributes.x }}javascript:x'>a</a>", "<a>a</a>"),
        ("<a href='&#123;{ attributes.x }}javascript:x'>a</a>", "<a>a</a>"),
        (
            "<a href='https://e.example' target=_top rel=opener>a</a>",
            '<a href="https://e.example">a</a>',
        ),
        ("<img src='data:image/svg+xml;base64,AAAA'>", "<img>"),
        ("<img src=x onerror=alert(1)>", "<img>"),
        (
            "<table background='javascript:x'><tr><td>a</table>",
            "<table><tbody><tr><td>a</td></tr></tbody></table>",
        ),
        ("<style>@import url(https://e.example/a.css); @font-face{src:url(x)}</style>a", "a"),
        ("<style>a{color:{{ attributes.x }}}</style>a", "a"),
        ("<style media=print>a{color:red}</style>a", "a"),
        ("<p style='position:fixed;top:0'>a</p>", "<p>a</p>"),
    ],
)
def test_letters_lose_what_is_not_allowed(source: str, left: str) -> None:
    assert sanitise(source) == left


@pytest.mark.parametrize(
    "declaration",
    [
        "position: absolute",
        "behavior: url(x)",
        "-moz-binding: url(https://e.example)",
        "content: 'x'",
        "width: expression(alert(1))",
        "width: exp/**/ression(alert(1))",
        "width: expr\\65ssion(alert(1))",
        "background: url(javascript:x)",
        "background: u\\72l(https://e.example)",
        "background: url('https://e.example/a)",
        "background: url(data:image/svg+xml;base64,AA)",
        "background: image-set('https://e.example' 1x)",
        "filter: progid:x",
        "color: red}",
        "color: </style>",
        'color: "red',
        "color: rgb(1",
        "color",
        "@import: x",
    ],
)
def test_styles_that_are_not_allowed(declaration: str) -> None:
    assert (
        clean_declarations(f"width: 1px; {declaration}; height: 2px") == "width: 1px; height: 2px"
    )


def test_style_rules_that_are_not_allowed() -> None:
    css = """
        @charset "x"; @import 'y'; .a { color: red; } @supports (x: y) { .b { color: red } }
        @media print { @font-face { src: x } .c { color: red; position: fixed } } @page { top: 0 }
        .d</style><script> { color: red } .e { color: red
    """
    assert clean_stylesheet(css) == ".a {\ncolor: red\n}\n@media print {\n.c {\ncolor: red\n}\n}"


# --- Properties ---------------------------------------------------------------------------------

SCRAPS = """
<p> </p> <b> </b> <i> </i> <a_href="https://e.example/{{email}}"> <a_href=x> </a> <table> </table>
<tr> <td> </td> <ul> <li> <div> </div> <font> <h1> <br> <style> </style> a{color:red} @media_x{ } ;
<p_style="color:red;x:y"> <p_title="<style>"> <p_title='_" <!-- --> <!--[if <script> </script> <svg>
</svg> <math> <mi> <textarea> </textarea> <select> <template> <noscript> <plaintext> <form> <pre>
<button> &lt; &amp; & &#123; {{ }} email {{email}} {{full_name|a&lt;b}} %7B%7Bemail%7D%7D | < > { }
<caption> <colgroup> <center> <nobr> <title> <xmp> <![CDATA[ ]]> <?x <img_src=cid:x> f0x0x
"""
pieces = st.sampled_from([scrap.replace("_", " ") for scrap in SCRAPS.split()])
soup = st.lists(pieces | st.text(max_size=3), max_size=25).map("".join)


@settings(max_examples=400)
@given(soup)
def test_sanitising_twice_is_the_same_as_once(source: str) -> None:
    once = sanitise(source)
    assert sanitise(once) == once


class Checker(HTMLParser):
    """Fails at anything that could run, whatever a lenient reader makes of the markup."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in {
            "script",
            "svg",
            "math",
            "iframe",
            "form",
            "input",
            "template",
            "textarea",
        }
        for name, value in attrs:
            assert not name.startswith("on")
            if name in {"href", "src"}:
                assert re.match(r"https://|cid:|#|\{\{", value or "")


@settings(max_examples=400)
@given(soup)
def test_nothing_that_runs_is_left(source: str) -> None:
    checker = Checker()
    checker.feed(sanitise(source))
    checker.close()


@pytest.mark.parametrize(
    "piece", ["<b>", "<b><p>", '<a "', "<!--", "<style>", "<style ", "{{", "%7B%7B", "a{", "/*"]
)
def test_hostile_bodies_take_little_time(piece: str) -> None:
    begun = perf_counter()
    text_from_html(sanitise(piece * 5_000))
    text_from_html(sanitise(f"<style>{piece * 5_000}"))
    assert perf_counter() - begun < 5


def test_characters_that_cannot_be_stored_go() -> None:
    assert sanitise("a\x00b\ud800c") == "ab?c"


# --- Plain text ---------------------------------------------------------------------------------


def test_plain_text_reads_well() -> None:
    body = """
        <style>p { color: red }</style>
        <h1>News for {{ full_name|you &amp; yours }}</h1>
        <p>First <b>paragraph</b>
           with a <a href="https://e.example/a?b=1&amp;c={{ email }}">link</a>.</p>
        <p>Write to <a href="mailto:me@example.org">me@example.org</a>,
           see <a href="https://e.example">https://e.example</a> or <a href="#top">above</a>.</p>
        <ul><li>one</li><li>two</li></ul>
        <a href="{{ view_url }}"><img src="https://e.example/a.png" alt="A picture"></a>
        <p style="display: none">hidden</p>
        <p><a href="{{ unsubscribe_url }}">Leave</a></p>
    """
    assert text_from_html(sanitise(body)) == (
        "News for {{ full_name|you & yours }}\n\n"
        "First paragraph with a link <https://e.example/a?b=1&c={{ email }}>.\n\n"
        "Write to me@example.org, see https://e.example or above.\n\n"
        "  * one\n"
        "  * two\n"
        "[A picture] <{{ view_url }}>\n\n"
        "Leave <{{ unsubscribe_url }}>"
    )


def test_tables_are_read_row_by_row() -> None:
    wide = "word " * 100
    body = (
        f"<table><tr><td><table><tr><td><p>{wide}</p></td><td><p>Two</p></td></tr></table></td></tr>"
        "<tr><td>Price</td><td>10 €</td></tr></table>"
    )
    assert text_from_html(body) == f"{wide.strip()}\n\nTwo\n\nPrice 10 €"


def test_preformatted_lines_stay() -> None:
    assert text_from_html("<p>a</p><pre>x  y\n  z</pre>") == "a\n\nx  y\n  z"


@pytest.mark.parametrize(
    "source", ["", " ", "<p></p>", "<img src='cid:x'>", "<style>p{color:red}</style>", "<!-- x -->"]
)
def test_nothing_has_no_text(source: str) -> None:
    assert text_from_html(source) == ""


def test_elements_nested_too_deep_to_be_read_still_give_their_text() -> None:
    assert text_from_html("<div>" * 5_000 + "deep {{ email }}").endswith("deep {{ email }}")


# --- Inlining -----------------------------------------------------------------------------------


def test_styles_go_into_the_elements_and_media_queries_stay() -> None:
    document = (
        "<html><head><style>p { color: red } @media print { p { color: blue } }</style>"
        '<link rel="stylesheet" href="http://127.0.0.1:1/a.css"></head>'
        '<body><p style="width: 1px">{{ full_name|Tom &amp; Co }}</p></body></html>'
    )
    inlined = inline_css(document)
    assert 'style="color: red;width: 1px"' in inlined
    assert "@media print" in inlined
    assert "p { color: red }" not in inlined
    assert "{{ full_name|Tom &amp; Co }}" in inlined
