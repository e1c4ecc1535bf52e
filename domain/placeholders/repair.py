"""Answers whose placeholders are provably right but for how they are written, put right.

A repair counts only when the answer has no fault left, so none can hide another fault: every name
is then there once, in its pair and closed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Set

from domain.placeholders.markup import scan
from domain.placeholders.masking import Masked, differences

_FORMS = re.compile(
    r"""
    (?: ⟦ | 〚 | 【 | ［ ［? | \[\[ | \\u27e6 | &\#(?:10214|x27e6); )
    (?P<name> [^\[\]⟦⟧〚〛【】［］&]{1,24}? )
    (?: ⟧ | 〛 | 】 | ］ ］? | \]\] | \\u27e7 | &\#(?:10215|x27e7); )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PLACEHOLDER = re.compile(r"⟦([^⟦⟧]*+)⟧")
_INVISIBLE = frozenset(["Cf", "Zs", "Cc"])


def repaired(masked: Masked, answer: str) -> str:
    """The answer with placeholders as they are to be written, where only that was wrong.

    Known again are other brackets (`[[1]]`, `【1】`, `\\u27e61\\u27e7`), other digits and letter
    case, space and invisible characters within, `⟦1/⟧` for `⟦/1⟧`; markup written out in place of
    its placeholder; and one of several placeholders of the same markup in place of another.

    Returns:
        The answer as it was, where that leaves any fault.
    """
    if not differences(masked, answer):
        return answer
    spelled = _respelled(masked, answer)
    for candidate in (spelled, _exchanged(masked, _put_back(masked, spelled))):
        if not differences(masked, candidate):
            return candidate
    return answer


def _respelled(masked: Masked, answer: str) -> str:
    own = {match[0] for match in _FORMS.finditer(masked.text)}
    return _FORMS.sub(lambda match: _known_again(masked, match, own), answer)


def _known_again(masked: Masked, match: re.Match[str], own: Set[str]) -> str:
    """A placeholder as it is to be written; what the source itself has written so stays."""
    if match[0] in own:
        return match[0]
    name = _plain(match["name"])
    if name not in masked.table:
        flipped = f"/{name.strip('/')}" if name.endswith("/") else name
        name = flipped if flipped in masked.table else ""
    return f"⟦{name}⟧" if name else match[0]


def _plain(name: str) -> str:
    """A name in ASCII lower case, without what can't be seen."""
    shown = (c for c in name if unicodedata.category(c) not in _INVISIBLE)
    digits = (str(d) if (d := unicodedata.digit(c, None)) is not None else c for c in shown)
    return unicodedata.normalize("NFKC", "".join(digits)).replace("\\", "/").lower()


def _put_back(masked: Masked, answer: str) -> str:
    """Markup written out as often as its placeholders are missing, under their names."""
    present = set(_PLACEHOLDER.findall(answer))
    missing = {
        markup: [name for name in names if name not in present]
        for markup, names in _by_markup(masked.table).items()
    }
    tokens = [(token, answer[token.start : token.end]) for token in scan(answer, masked.protection)]
    counts = Counter(markup for _, markup in tokens)
    names = {
        markup: iter(absent) for markup, absent in missing.items() if len(absent) == counts[markup]
    }
    parts = []
    position = 0
    for token, markup in tokens:
        if markup in names:
            parts += [answer[position : token.start], f"⟦{next(names[markup])}⟧"]
            position = token.end
    return "".join(parts) + answer[position:]


def _exchanged(masked: Masked, answer: str) -> str:
    """Placeholders of the same variable under each name once, where there are as many of them."""
    counts = Counter(_PLACEHOLDER.findall(answer))
    in_turn: dict[str, Iterator[str]] = {}
    for names in _by_markup(masked.table).values():
        alike = [name for name in names if not name.strip("/").isdigit()]
        if len(alike) > 1 and sum(counts[name] for name in alike) == len(alike):
            turn = iter(alike)
            in_turn |= dict.fromkeys(alike, turn)

    def exchanged(match: re.Match[str]) -> str:
        turn = in_turn.get(match[1])
        return match[0] if turn is None else f"⟦{next(turn)}⟧"

    return _PLACEHOLDER.sub(exchanged, answer)


def _by_markup(table: Mapping[str, str]) -> Mapping[str, list[str]]:
    names: defaultdict[str, list[str]] = defaultdict(list)
    for name, markup in table.items():
        names[markup].append(name)
    return names
