"""Ids of headings, kept where a heading's translation would have another.

A link to `#the-notes`, from wherever, leads to the id that a site's generator makes of a heading's
text. Where a translation changes that id, the heading gets the old one: as `{#the-notes}` or as a
line `(the-notes)=` where the dialect has that, else as an anchor of HTML before its text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote

from markdown_it.token import Token

from formats.markdown.blocks import HEADING_ID, rows_of
from formats.markdown.dialects import Dialect
from formats.markdown.generators.heading import Heading
from formats.markdown.generators.slugs import GENERATORS, WITHOUT_IMAGES
from formats.markdown.mdx import rules as mdx_rules
from formats.markdown.parser import blocks, inline

_LINKED = re.compile(r"""(?:\]\(|\]:[ \t]*+|\bhref=["'])<?#(?P<id>[^\s()<>"']++)""")
_EXPLICIT = re.compile(r"\{[ \t]*#(?P<braces>[^\s{}]+)[^{}]*\}$|\{/\*[ \t]*#?(?P<comment>[\w-]+)")
_ANCHOR = re.compile(r"""<a (?:id|name)=["'](?P<id>[^"']*+)["'](?:></a>|[ ]?/>)""")
_GIVEN = re.compile(
    r"""[ ]\{\#(?P<braces>[^\s{}]++)\} | [ ]\#(?P<within>[^\s{}]++)(?=[ ]*\})
      | <a[ ]id="(?P<anchor>[^"]*+)"></a> | ^\((?P<target>[^()\n]++)\)=\n""",
    re.VERBOSE | re.MULTILINE,
)
"""All forms of an id that is given."""
_ATTRIBUTES = re.compile(r"\{:?[ ]*[#.][^\s{}]")
_READ = frozenset({"text", "code_inline", "image", mdx_rules.EXPRESSION})
_Generator = Callable[[Sequence[Heading]], list[str]]


@dataclass(frozen=True, slots=True)
class _Found:
    """A heading, and where what it reads begins and ends in the document."""

    heading: Heading
    start: int
    end: int


def anchored(source: str, translated: str, dialect: Dialect) -> str:
    """The translation with the source's ids at the headings whose own would be others.

    In a dialect whose pages are read one by one (`only_linked`) they are given to those headings
    alone that the page itself links to.
    """
    linked = {unquote(match["id"]) for match in _LINKED.finditer(source)}
    if not dialect.heading_ids or source == translated or (dialect.only_linked and not linked):
        return translated
    before, after = _headings(source, dialect), _headings(translated, dialect)
    if len(before) != len(after):
        return translated
    generator = _generator([one.heading for one in before], linked, dialect)
    form = _form(source, dialect)
    ids = generator([one.heading for one in before])
    given = _to_be_given(ids, [one.heading for one in after], generator, form)
    parts = []
    at = 0
    for found, identifier in zip(after, given, strict=True):
        is_wanted = identifier in linked or not dialect.only_linked
        if identifier and is_wanted and not _is_given(source, identifier):
            place, written = _mark(translated, found, identifier, form)
            parts += [translated[at:place], written]
            at = place
    return "".join((*parts, translated[at:]))


def _form(source: str, dialect: Dialect) -> str:
    if dialect.id_form != "either":
        return dialect.id_form
    return "braces" if _ATTRIBUTES.search(source) else "anchor"


def _is_given(source: str, identifier: str) -> bool:
    """Whether something else in the document has this id already."""
    if identifier not in source:
        return False
    name = re.escape(identifier)
    given = rf"""\{{[^{{}}\n]*#{name}(?![\w.:-])|\bid=["']{name}["']|^\({name}\)=$"""
    return re.search(given, source, re.MULTILINE) is not None


def _mark(text: str, found: _Found, identifier: str, form: str) -> tuple[int, str]:
    """Where an id stands, and how it is written there."""
    if form == "braces":
        if HEADING_ID.search(text, found.start, found.end):
            inner = text[found.start : found.end - 1].rstrip()
            return found.start + len(inner), f" #{identifier}"
        return found.end, f" {{#{identifier}}}"
    if form == "target":
        line = text.rfind("\n", 0, found.start) + 1
        lead = "" if text[:line].endswith(("\n\n", ")=\n")) or not line else "\n"
        return line, f"{lead}({identifier})=\n"
    return found.start, f'<a id="{identifier}"></a>'


def without_given(source: str, translated: str, dialect: Dialect) -> str:
    """A translation without the ids that its headings were given."""
    if not dialect.heading_ids or not any(mark in translated for mark in ("#", "<a id=", ")=")):
        return translated
    headings = [one.heading for one in _headings(source, dialect)]
    generators = GENERATORS[dialect.heading_ids]
    ids = {made for generator in generators for made in generator(headings)}
    own = {match[0] for match in _GIVEN.finditer(source)}

    def without(match: re.Match[str]) -> str:
        is_given = match[match.lastgroup or 0] in ids and match[0] not in own
        return "" if is_given else match[0]

    return _GIVEN.sub(without, translated)


def _generator(
    headings: Sequence[Heading], linked: Collection[str], dialect: Dialect
) -> _Generator:
    """Of those that sites of a dialect choose from the one whose ids the page itself links to."""
    return max(
        GENERATORS[dialect.heading_ids], key=lambda one: len(set(one(headings)) & set(linked))
    )


def _to_be_given(
    ids: Sequence[str], headings: Sequence[Heading], generator: _Generator, form: str
) -> list[str | None]:
    """For each translated heading the id that it lacks.

    One that is given in braces is not made any more, which may renumber others.
    """
    given: list[str | None] = [None] * len(ids)
    in_braces = form == "braces"
    while True:
        as_given = [
            Heading(one.text, new or one.explicit) if in_braces else one
            for one, new in zip(headings, given, strict=True)
        ]
        made = generator(as_given)
        more = [
            old if old and old != new and one.explicit is None else has
            for old, new, one, has in zip(ids, made, headings, given, strict=True)
        ]
        settled = [has or old for has, old in zip(given, more, strict=True)]
        if settled == given:
            return given
        given = settled


def _headings(text: str, dialect: Dialect) -> list[_Found]:
    tokens, _ = blocks(text, dialect)
    rows = rows_of(text)
    return [
        found
        for opening, content in pairwise(tokens)
        if opening.type == "heading_open" and content.map
        for found in _found(text, rows, content, dialect)
    ]


def _found(
    text: str, rows: Sequence[tuple[int, int]], content: Token, dialect: Dialect
) -> Iterator[_Found]:
    first, last = (content.map or [0, 0])[0], (content.map or [0, 0])[1] - 1
    lines = content.content.split("\n")
    start = text.rfind(lines[0].strip(), *rows[first])
    end = text.rfind(lines[-1].strip(), *rows[last])
    if start >= 0 and end >= 0:
        yield _Found(_heading(content.content, dialect), start, end + len(lines[-1].strip()))


def _heading(content: str, dialect: Dialect) -> Heading:
    explicit = None
    if mark := HEADING_ID.search(content):
        named = _EXPLICIT.search(mark[0].strip())
        explicit = named["braces"] or named["comment"] if named else None
        content = content[: mark.start()]
    if anchor := _ANCHOR.match(content):
        explicit = anchor["id"]
        content = content[anchor.end() :]
    if dialect.eaten:
        content = re.sub(dialect.eaten, "", content)
    read = _READ - {"image"} if dialect.heading_ids in WITHOUT_IMAGES else _READ
    return Heading("".join(_read(inline(content, dialect), read)), explicit)


def _read(tokens: Sequence[Token], read: Collection[str]) -> Iterator[str]:
    """What a heading says, without its marks; of an image its alternative text."""
    for token in tokens:
        if token.type in read:
            is_code = token.type == mdx_rules.EXPRESSION
            yield token.content[1:-1] if is_code else token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield "\n"
