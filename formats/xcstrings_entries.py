"""Localizations of a string catalog: their texts by plural form, device and substitution."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from domain.errors import DocumentError
from domain.icu import plural_categories, plural_samples
from domain.plan import Unit

_DONE = frozenset({"translated", "needs_review"})
_NEW = "new"
_PLURAL = "plural"
_ZERO = "zero"

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A text of a localization, with its state."""

    unit: Unit
    string: Node

    @property
    def is_new(self) -> bool:
        """Whether it is not translated yet."""
        return bool(self.string["state"] == _NEW)

    def fill(self, text: str, state: str) -> None:
        """Puts a translation in."""
        self.string.update(state=state, value=text)


def in_language(source: Node, there: Any, lang: str) -> Node:
    """A localization with the forms of the source's, and of plurals those of the language (CLDR).

    A form that the source lacks is made from its `other`; `zero` stays, which on Apple's platforms
    every language may have.

    Args:
        source: the source language's localization.
        there: what the file has for the language, if anything; its translations stay.
        lang: BCP-47.

    Raises:
        DocumentError: a localization is not as Xcode writes one.
    """
    found = deepcopy(source)
    _spread(found, there, lang)
    return found


def leaves(node: Node, path: str, note: str, lang: str) -> Iterator[Leaf]:
    """The texts of a localization, in order.

    Args:
        node: as `in_language` makes it.
        path: what paths begin with; the form, the device and the substitution stand behind it.
        note: what the developer says; which numbers a form stands for is added.
        lang: BCP-47.
    """
    if "stringUnit" in node:
        string = node["stringUnit"]
        yield Leaf(Unit(string["value"], role="label", path=path, note=note), string)
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


def _spread(node: Any, there: Any, lang: str) -> None:
    if not isinstance(node, dict):
        raise DocumentError("a localization in this file is none")
    known = there if isinstance(there, dict) else {}
    if "stringUnit" in node:
        node["stringUnit"] = _string(node["stringUnit"], known.get("stringUnit"))
    for kind, forms in _under(node, "variations").items():
        if kind == _PLURAL:
            forms = node["variations"][kind] = _plural_forms(forms, lang)
        for form, inner in forms.items():
            _spread(inner, _under(_under(known, "variations"), kind).get(form), lang)
    for name, inner in _under(node, "substitutions").items():
        _spread(inner, _under(known, "substitutions").get(name), lang)


def _under(node: Node, key: str) -> Node:
    found = node.get(key, {})
    if not isinstance(found, dict):
        raise DocumentError(f"what is under {key!r} in this file is no object")
    return found


def _string(source: Any, known: Any) -> Node:
    value = source.get("value") if isinstance(source, dict) else None
    if not isinstance(value, str):
        raise DocumentError("a stringUnit in this file has no value")
    is_done = isinstance(known, dict) and known.get("state") in _DONE and known.get("value")
    return dict(known) if is_done else {"state": _NEW, "value": value}


def _plural_forms(forms: Any, lang: str) -> Node:
    """The forms of a plural that a language has, sorted as Xcode sorts keys."""
    if not isinstance(forms, dict) or "other" not in forms:
        raise DocumentError("a plural in this file lacks its form 'other'")
    wanted = {*plural_categories(lang), *({_ZERO} & forms.keys())}
    return {form: deepcopy(forms.get(form, forms["other"])) for form in sorted(wanted)}
