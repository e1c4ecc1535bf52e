"""Cuts HTML into tokens without losing a character.

The cuts are those of the HTML standard's tokenizer (section 13.2.5), as far as they matter here.
`html.parser` is not used: it is quadratic on unclosed tags, raises on `<![x`, and where it cuts
changes between Python's patch releases, which would renumber a document's segments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto


class Kind(Enum):
    """What a token is. OTHER: comments, declarations, and content that is not markup."""

    TEXT = auto()
    START = auto()
    END = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of the document from `start` to `end`; `name` is the tag's, in lower case."""

    kind: Kind
    name: str
    start: int
    end: int


_TAG = re.compile(
    r"""
    <(?P<slash>/?)(?P<name>[A-Za-z][^\t\n\f\r />]*+)
    (?:
        [\t\n\f\r /]++
      | (?:=[^\t\n\f\r />=]*+|[^\t\n\f\r />=]++)        # an attribute's name, and its value
        (?:
            [\t\n\f\r ]*+=[\t\n\f\r ]*+
            (?:"[^"]*+"|'[^']*+'|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))
          | (?![\t\n\f\r ]*+=[\t\n\f\r ]*+["'])         # no value; one without an end ends no tag
        )
    )*+>
    """,
    re.VERBOSE,
)
MARKUP = re.compile(r"<(?=[A-Za-z!?]|/.)", re.DOTALL)
_NOTMARKUP = frozenset(
    {"script", "style", "xmp", "iframe", "noembed", "noframes", "textarea", "title", "plaintext"}
)
_CLOSING = {name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE) for name in _NOTMARKUP}
_UNFINISHED_TAG = re.compile("</?[A-Za-z]")
_COMMENT_END = re.compile(r"--!?>")


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """The tokens from `start` on; each begins where the one before it ends."""
    at = start
    while at < len(text):
        markup = MARKUP.search(text, at)
        upto = markup.start() if markup else len(text)
        if at < upto:
            yield Token(Kind.TEXT, "", at, upto)
        if not markup:
            return
        token = markup_at(text, upto)
        yield token
        at = token.end
        if token.kind is Kind.START and token.name in _NOTMARKUP and text[at - 2] != "/":
            closing = _CLOSING[token.name].search(text, at) if token.name != "plaintext" else None
            end = closing.start() if closing else len(text)
            if at < end:
                kind = Kind.TEXT if token.name == "title" else Kind.OTHER
                yield Token(kind, "", at, end)
            at = end


def markup_at(text: str, at: int) -> Token:
    """The tag, comment or declaration that the `<` at this place begins.

    One that nothing ends takes the rest of the text, as in a browser.
    """
    tag = _TAG.match(text, at)
    if tag:
        kind = Kind.END if tag["slash"] else Kind.START
        return Token(kind, tag["name"].lower(), at, tag.end())
    if _UNFINISHED_TAG.match(text, at):
        end = len(text)
    elif text.startswith(("<!-->", "<!--->"), at):
        end = text.index(">", at) + 1
    elif text.startswith("<!--", at):
        comment_end = _COMMENT_END.search(text, at + 4)
        end = comment_end.end() if comment_end else len(text)
    else:
        closing = "]]>" if text.startswith("<![CDATA[", at) else ">"
        found = text.find(closing, at)
        end = found + len(closing) if found >= 0 else len(text)
    return Token(Kind.OTHER, "", at, end)
