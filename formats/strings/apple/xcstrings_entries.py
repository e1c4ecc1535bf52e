"""Localizations of a string catalog: their texts by plural form, device and substitution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.document.plan import Unit
from domain.errors import DocumentError
from domain.icu.messages import plural_categories, plural_samples

TRANSLATED = "translated"
NEEDS_REVIEW = "needs_review"
NEW = "new"

_DONE = frozenset({TRANSLATED, NEEDS_REVIEW})
_UNIT = "stringUnit"
_STRINGS = {_UNIT: "value", "stringSet": "values"}
_PLURAL = "plural"
_OTHER = "other"
_ZERO = "zero"

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text of a localization, with its state.

    Attributes:
        unit: of the document.
        string: a stringUnit, or the stringSet that it belongs to.
        index: its place in a stringSet.
    """

    unit: Unit
    string: Node
    index: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether it is not translated yet."""
        return bool(self.string["state"] == NEW)

    def fill(self, text: str, state: str) -> None:
        """Puts a translation in; a set is only `translated` when all its texts are."""
        if self.index is None:
            self.string.update(state=state, value=text)
            return
        self.string["values"][self.index] = text
        if self.string["state"] != NEEDS_REVIEW:
            self.string["state"] = TRANSLATED if state == TRANSLATED else NEEDS_REVIEW


def in_language(source: Node, there: Any, lang: str) -> Node:
    """A localization with the forms of the source's, and of plurals those of the language (CLDR).

    A form that the source lacks is made from its `other`; `zero` stays, which on Apple's platforms
    every language may have. Where the language varies by something else, it keeps doing so.

    Args:
        source: the source language's localization.
        there: what the file has for the language, if anything; its translations stay.
        lang: BCP-47.

    Raises:
        DocumentError: a localization is not as Xcode writes one.
    """
    return _merged(source, there, lang)


def leaves(node: Node, path: str, note: str, lang: str) -> Iterator[Leaf]:
    """The texts of a localization, in order.

    Args:
        node: as `in_language` makes it.
        path: what paths begin with; the form, the device and the substitution stand behind it.
        note: what the developer says; which numbers a form stands for is added.
        lang: BCP-47.
    """
    if string := node.get(_UNIT):
        yield Leaf(Unit(string["value"], role="label", path=path, note=note), string)
    if strings := node.get("stringSet"):
        for index, text in enumerate(strings["values"]):
            unit = Unit(text, role="label", path=f"{path}.{index + 1}", note=note)
            yield Leaf(unit, strings, index)
    for kind, forms in node.get("variations", {}).items():
        for form, inner in forms.items():
            told = _numbers(form, lang) if kind == _PLURAL else f"On {form}."
            both = "; ".join(filter(None, (note, told)))
            yield from leaves(inner, f"{path}.{form}", both, lang)
    for name, inner in node.get("substitutions", {}).items():
        yield from leaves(inner, f"{path}.{name}", note, lang)


def _numbers(form: str, lang: str) -> str:
    samples = plural_samples(lang, form)
    return f"The number is {form}" + (f", such as {', '.join(samples)}" if samples else "")


def _merged(source: Any, there: Any, lang: str) -> Node:
    if not isinstance(source, dict):
        raise DocumentError("a localization in this file is none")
    known = there if isinstance(there, dict) else {}
    found = {**source, **known}
    for key in (*_STRINGS, "variations"):
        found.pop(key, None)
    own, base = _under(known, "variations"), _under(source, "variations")
    done = next((key for key in _STRINGS if _is_done(known.get(key))), None)
    if done:
        found[done] = dict(known[done])
    elif own or base:
        found["variations"] = {
            kind: _forms(source, kind, _under(own, kind), lang) for kind in own or base
        }
    else:
        found |= {key: _string(source[key], key) for key in _STRINGS if key in source}
    if substitutions := _under(source, "substitutions"):
        there = _under(known, "substitutions")
        found["substitutions"] = there | {
            name: _merged(inner, there.get(name), lang) for name, inner in substitutions.items()
        }
    return dict(sorted(found.items()))


def _forms(source: Node, kind: str, own: Node, lang: str) -> Node:
    """The forms that a language has of a variation, sorted as Xcode sorts keys."""
    base = _under(_under(source, "variations"), kind)
    if not base:
        return {form: _merged(source, own[form], lang) for form in own}
    if kind == _PLURAL and _OTHER not in base:
        raise DocumentError("a plural in this file lacks its form 'other'")
    wanted = set(base)
    if kind == _PLURAL:
        wanted = {*plural_categories(lang), *({_ZERO} & base.keys())}
    there = {form for form, inner in own.items() if _has_done(inner)}
    fallback = base.get(_OTHER) or next(iter(base.values()))
    return {
        form: _merged(base.get(form, fallback), own.get(form), lang)
        for form in sorted(wanted | there)
    }


def _under(node: Node, key: str) -> Node:
    found = node.get(key, {})
    if not isinstance(found, dict):
        raise DocumentError(f"what is under {key!r} in this file is no object")
    return found


def _string(source: Any, key: str) -> Node:
    value = source.get(_STRINGS[key]) if isinstance(source, dict) else None
    texts = [value] if key == _UNIT else value
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise DocumentError(f"a {key} in this file has no {_STRINGS[key]}")
    return {"state": NEW, _STRINGS[key]: value if key == _UNIT else list(texts)}


def _is_done(string: Any) -> bool:
    if not isinstance(string, dict) or string.get("state") not in _DONE:
        return False
    return any(string.get(key) for key in _STRINGS.values())


def _has_done(node: Any) -> bool:
    """Whether anything in a localization is translated."""
    if not isinstance(node, dict):
        return False
    return _is_done(node) or any(_has_done(inner) for inner in node.values())
