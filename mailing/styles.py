"""CSS in letters: which properties and values are allowed, inline and in `<style>` elements."""

import re
from collections.abc import Iterator

_PROPERTY = re.compile(
    r"background(?:-(?:color|image|position|repeat|size))?"
    r"|border(?:-[a-z-]+)?|box-(?:shadow|sizing)|caption-side|clear|color(?:-scheme)?|direction"
    r"|display|empty-cells|float|font(?:-[a-z-]+)?|height|letter-spacing|line-height"
    r"|list-style(?:-(?:position|type))?|margin(?:-[a-z]+)?|(?:max|min)-(?:height|width)"
    r"|mso-[a-z-]+|object-fit|opacity|overflow(?:-wrap)?|padding(?:-[a-z]+)?|page-break-[a-z]+"
    r"|table-layout|text-(?:align|decoration(?:-[a-z]+)?|indent|overflow|shadow|transform)"
    r"|-(?:ms|webkit)-text-size-adjust|vertical-align|visibility|white-space|width"
    r"|word-(?:break|spacing|wrap)"
)
_FUNCTION = re.compile(
    r"(?:|calc|clamp|hsla?|linear-gradient|max|min|radial-gradient|rgba?|var)", re.IGNORECASE
)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_PICTURE = re.compile(r"url\(\s*(['\"]?)https?://[^\s'\"()<>\\;{}]+\1\s*\)", re.IGNORECASE)
_CHARACTERS = re.compile(r"[\w\s#%.,+*/!()'\"-]+")
_BEFORE_PARENTHESIS = re.compile(r"([\w-]*)\s*\(")
_SELECTOR = re.compile(r"[\w\s.#*>+~:,()=\[\]\"'^$|-]+")
_MEDIA = re.compile(r"@media[\w\s:,.()/-]+", re.IGNORECASE)


def clean_declarations(css: str) -> str:
    """Return the allowed declarations of an inline style, in one spelling."""
    css = _COMMENT.sub(" ", css)
    return "; ".join(filter(None, map(_clean_declaration, css.split(";"))))


def clean_stylesheet(css: str) -> str:
    """Return the allowed rules of a style sheet; of the at-rules only `@media` is allowed."""
    css = _COMMENT.sub(" ", css)
    return "\n".join(filter(None, (_clean_rule(*block) for block in _blocks(css))))


def _clean_declaration(declaration: str) -> str:
    name, _colon, value = declaration.partition(":")
    name, value = name.strip().lower(), " ".join(value.split())
    allowed = _PROPERTY.fullmatch(name) and _is_safe(value)
    return f"{name}: {value}" if allowed else ""


def _is_safe(value: str) -> bool:
    # escapes and colons, with which a function or a scheme could hide, are not among the characters
    rest = _PICTURE.sub(" ", value)
    return (
        (bool(_CHARACTERS.fullmatch(rest)) and "url" not in rest.lower())
        and all(map(_FUNCTION.fullmatch, _BEFORE_PARENTHESIS.findall(rest)))
        and rest.count("(") == rest.count(")")
        and rest.count("'") % 2 == rest.count('"') % 2 == 0
    )


def _clean_rule(prelude: str, content: str) -> str:
    prelude = " ".join(prelude.rpartition(";")[2].split())
    if _MEDIA.fullmatch(prelude):
        rules = [
            _clean_rule(*block)
            for block in _blocks(content)
            if not block[0].lstrip().startswith("@")
        ]
        inside = "\n".join(filter(None, rules))
    else:
        inside = clean_declarations(content) if _SELECTOR.fullmatch(prelude) else ""
    return f"{prelude} {{\n{inside}\n}}" if inside else ""


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before the braces and inside them, for each outermost pair."""
    depth, prelude = 0, ""
    content: list[str] = []
    for part in re.split(r"([{}])", css):
        depth += {"{": 1, "}": -1}.get(part, 0)
        if depth <= 0:
            if part == "}" and content:
                yield prelude, "".join(content[1:])
            depth, content, prelude = 0, [], "" if part == "}" else part
        else:
            content.append(part)
