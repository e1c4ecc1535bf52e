"""What two Markdown documents must share when one is the other's translation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markdown_it.token import Token

from formats.common.prose import has_prose
from formats.html import structure as html_structure
from formats.html.attributes import without_prose
from formats.html.lexer import markup_at
from formats.markdown import anchors, containers, fence_titles, front_matter, toml_values
from formats.markdown.dialects import COMMONMARK, Dialect
from formats.markdown.mdx import attributes as mdx_attributes
from formats.markdown.mdx import rules as mdx_rules
from formats.markdown.parser import whole
from formats.markdown.syntax.json_front_matter import MARKUP as JSON_MARKUP
from formats.markdown.syntax.marks import MARK
from formats.markdown.syntax.protection import PROTECTED
from formats.markdown.syntax.toml_front_matter import MARKUP as TOML_MARKUP
from formats.markdown.writing.addresses import bare
from formats.markdown.writing.emphasis import TAGS, emphasized, shown

_VERBATIM = ("fence", "code_block", "html_block", "front_matter", MARK, mdx_rules.MODULE)
_TAGS_OF_EMPHASIS = frozenset(f"tag {tag}" for tag in TAGS)


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    line: int
    detail: object
    inner: tuple[str, ...]
    emphasized: int = 0
    shown: int = 0
    addresses: frozenset[str] = frozenset()


def difference(source: str, translated: str, dialect: Dialect = COMMONMARK) -> str | None:
    """The first difference in words; None where blocks, their levels and what is verbatim agree.

    Inside a block's text the order is free: a translation may move a link or a code span. Ids that
    its headings were given are no difference.
    """
    tokens, definitions = whole(source, dialect)
    without_ids = anchors.without_given(source, translated, dialect)
    new_tokens, new_definitions = whole(without_ids, dialect)
    parts, new_parts = list(_parts(tokens, dialect)), list(_parts(new_tokens, dialect))
    for part, new in zip(parts, new_parts, strict=False):
        if (part.name, part.detail) != (new.name, new.detail):
            became = f"became {new.name}" if part.name != new.name else "changed"
            return f"line {part.line}: {part.name} {became}"
        if new.emphasized < part.emphasized and new.shown > part.shown:
            return f"line {part.line}: marks of emphasis are shown, not read"
        if part.inner != new.inner and (change := _inner_change(part, new)):
            return f"line {part.line}: {change}"
    if len(parts) != len(new_parts):
        return f"{len(parts)} blocks became {len(new_parts)}"
    if _targets(definitions) != _targets(new_definitions):
        return "the link reference definitions changed"
    return None


def _inner_change(before: _Part, after: _Part) -> str | None:
    counted, new = Counter(before.inner), Counter(after.inner)
    if lost := counted - new:
        return f"{next(iter(lost))} is missing"
    allowed = _TAGS_OF_EMPHASIS | {f"link to {address}" for address in before.addresses}
    if gained := {one for one in new - counted if one not in allowed}:
        return f"{next(iter(gained))} was added"
    return None


def _targets(definitions: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    return [
        (label, to["href"], to["title"] if not has_prose(to["title"]) else "…")
        for label, to in definitions.items()
    ]


def _parts(tokens: list[Token], dialect: Dialect) -> Iterator[_Part]:
    line = 0
    for token in tokens:
        line = token.map[0] + 1 if token.map else line
        if token.type == "inline":
            children = token.children or []
            emphasis = emphasized(children), shown(children)
            addresses = bare(token.content, dialect)
            yield _Part(
                "text", line, bool(token.content), tuple(_inner(children)), *emphasis, addresses
            )
            continue
        yield _Part(_named(token), line, _detail(token, dialect), ())


def _detail(token: Token, dialect: Dialect) -> object:
    if token.type == "heading_open":
        # of an underline the parser tells one character, of `#` signs all: the level says enough
        return token.level, token.markup[:1], token.attrs
    content: object = token.content if token.type in _VERBATIM else ""
    if token.type == "front_matter":
        if token.markup == TOML_MARKUP:
            content = toml_values.without_prose(token.content)
        else:
            is_json = token.markup == JSON_MARKUP
            content = front_matter.without_prose(token.content, is_json=is_json)
    elif token.type == "html_block":
        content = html_structure.outline(token.content)
    elif token.type == mdx_rules.FLOW:
        content = mdx_attributes.without_prose(token.content)
    elif token.type == containers.MARK:
        content = containers.without_titles(token.content, dialect)
    info = fence_titles.without_title(token.info) if token.type == "fence" else token.info
    return token.level, token.markup, info, token.attrs, token.hidden, content


def _named(token: Token) -> str:
    if token.type == "heading_open":
        return f"heading of level {token.tag.removeprefix('h')}"
    return token.type.replace("_open", "").replace("_close", "'s end").replace("_", " ")


def _inner(children: list[Token]) -> Iterator[str]:
    depth = 0
    for before, token in pairwise([None, *children]):
        assert token is not None
        depth += token.nesting
        if token.type == "code_inline":
            yield f"code span `{token.content}`"
        elif token.type == "html_inline":
            tag = without_prose(markup_at(token.content, 0), token.content)
            yield f"tag {' '.join(tag.split())}"
        elif token.type == mdx_rules.TAG:
            yield f"tag {mdx_attributes.without_prose(token.content)}"
        elif token.type == mdx_rules.EXPRESSION:
            yield f"expression {token.content}"
        elif token.type == "link_open":
            yield f"link to {token.attrs.get('href')}"
        elif token.type == "image":
            yield f"image {token.attrs.get('src')}"
        elif token.type == "footnote_ref":
            yield f"footnote {token.meta.get('label')}"
        elif token.type == PROTECTED:
            behind = before.type if before and token.content.startswith("{") else ""
            yield f"{token.content}{behind and f' behind {behind}'}"
        elif token.type == "hardbreak" and depth == 0:
            yield "line break"
