"""Where in an HTML document's tree a token stands: its role, and whether it is to be translated."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from formats.html.lexer import Kind, Token


def names(listed: str) -> frozenset[str]:
    """The names in a list with spaces between them."""
    return frozenset(listed.split())


VOID = names(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source"
    " track wbr"
)
"""Elements without content or end tag."""

UNTRANSLATED = names("code samp svg math pre script style textarea xmp")
"""Elements whose content is no prose."""

_BLOCKS = names(
    "address applet area article aside audio base basefont blockquote body button canvas caption"
    " center col colgroup datalist dd details dialog dir div dl dt embed fieldset figcaption figure"
    " footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe input keygen"
    " label legend li link listing main marquee menu meta nav noembed noframes noscript object ol"
    " optgroup option p param picture plaintext pre script search section select slot source style"
    " summary table tbody td template textarea tfoot th thead title tr track ul video xmp"
)
_ROLES = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dt", "dd"), "list_item"),
    **dict.fromkeys(("td", "th"), "cell"),
    **dict.fromkeys(("caption", "figcaption", "legend"), "caption"),
    **dict.fromkeys(("button", "label", "option", "summary"), "label"),
    "title": "title",
}
_LISTS = ("ul", "ol", "menu", "dir")
_CLOSES = {
    "li": (("li",), _LISTS),
    **dict.fromkeys(("dt", "dd"), (("dt", "dd"), ("dl",))),
    **dict.fromkeys(("td", "th"), (("td", "th"), ("table",))),
    "tr": (("tr", "td", "th"), ("table",)),
    **dict.fromkeys(
        ("thead", "tbody", "tfoot"), (("thead", "tbody", "tfoot", "tr", "td", "th"), ("table",))
    ),
    "option": (("option",), ("select", "datalist")),
    "optgroup": (("option", "optgroup"), ("select",)),
}
_ENDS_A_PARAGRAPH = _BLOCKS - names(
    "area base basefont button canvas caption col colgroup embed iframe input label link meta"
    " noscript object param picture script select slot source style template textarea track"
)
_AROUND_PARAGRAPHS = ("button", "td", "th", "caption", "table", "object", "template", "html")
_ATTRIBUTE = re.compile(
    r"""[\s/"'](translate|class)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE
)


def is_inline(token: Token) -> bool:
    """Whether text before and after this token can belong to one sentence.

    An element of unknown name is inline, as in a browser.
    """
    return token.kind in (Kind.TEXT, Kind.OTHER) or token.name not in _BLOCKS


def translate_attribute(tag: str) -> bool | None:
    """What a start tag says of its content: `translate`, or the class `notranslate`."""
    said: bool | None = None
    for name, quoted in _ATTRIBUTE.findall(tag):
        value = quoted.strip("\"'").lower()
        if name.lower() == "class":
            said = False if "notranslate" in value.split() else said
        elif value in ("no", "yes", ""):
            said = value != "no"
    return said


@dataclass(frozen=True, slots=True)
class _Open:
    name: str
    role: str
    translated: bool
    cause: str = ""


class Tree:
    """The elements that are open, as a browser would have them without a mistake in the markup.

    End tags that may be left out are known (of `p`, `li`, `dt`, `dd`, cells, rows, options).
    """

    def __init__(self) -> None:
        self._open = [_Open("", "paragraph", True)]
        self._places: dict[str, list[int]] = defaultdict(list)

    @property
    def role(self) -> str:
        """What text here is."""
        return self._open[-1].role

    @property
    def translated(self) -> bool:
        """Whether text here is to be translated."""
        return self._open[-1].translated

    @property
    def cause(self) -> str:
        """The outermost element whose content is no prose that text here is in.

        Empty where there is none: then what says `translate="no"` is the cause.
        """
        return self._open[-1].cause

    def take(self, token: Token, tag: str) -> None:
        """Open or close what this token, which reads `tag`, opens or closes."""
        if token.kind is Kind.START:
            self._start(token.name, tag)
        elif token.kind is Kind.END and self._places[token.name]:
            self._close(self._places[token.name][-1])

    def _start(self, name: str, tag: str) -> None:
        closes, around = _CLOSES.get(name, ((), ()))
        self._close_inside(closes, around)
        if name in _ENDS_A_PARAGRAPH:
            self._close_inside(("p",), _AROUND_PARAGRAPHS)
        if name in VOID or tag.endswith("/>"):
            return
        parent = self._open[-1]
        role = _ROLES.get(name)
        if role is None:
            kept = name not in _BLOCKS or name in ("p", "div")
            role = parent.role if kept else "paragraph"
        said = translate_attribute(tag)
        translated = parent.translated if said is None else said
        self._places[name].append(len(self._open))
        is_prose = name not in UNTRANSLATED
        cause = parent.cause or ("" if is_prose else name)
        self._open.append(_Open(name, role, translated and is_prose, cause))

    def _close_inside(self, names: tuple[str, ...], around: tuple[str, ...]) -> None:
        """Close all from the outermost of `names` that stands inside the innermost of `around`."""
        barrier = max((self._places[name][-1] for name in around if self._places[name]), default=0)
        places = [self._places[name][-1] for name in names if self._places[name]]
        inside = [place for place in places if place > barrier]
        if inside:
            self._close(min(inside))

    def _close(self, place: int) -> None:
        while len(self._open) > place:
            self._places[self._open.pop().name].pop()
