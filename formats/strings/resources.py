"""Files of texts by key, with a text for each plural form that a language has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.document.plan import Unit
from domain.errors import DocumentError
from domain.icu.messages import CATEGORIES, plural_categories, plural_samples
from formats.common import slots, stretches
from formats.common.slots import Slot
from formats.common.stretches import Stretch
from formats.strings.resource_values import Content, Dialect, Value


@dataclass(frozen=True, slots=True)
class _Text:
    """A place for a translated text.

    Attributes:
        content: the text's, or that of the item a new one is made after.
        before: what of a new item stands before the text; empty where the item is there.
        after: what of it stands after the text.
    """

    start: int
    end: int
    unit: Unit
    content: Content
    before: str = ""
    after: str = ""

    def put(self, translation: str) -> str | None:
        written = self.content.written(translation)
        return None if written is None else self.before + written + self.after


@dataclass(frozen=True, slots=True)
class _Surplus:
    """An item of plurals that the target language has no use for; any translation takes it out.

    Its unit has no text, and the path of the item on which it depends whether it goes.
    """

    start: int
    end: int
    unit: Unit

    def put(self, translation: str) -> str | None:
        return ""


def units(text: str, dialect: Dialect, target_lang: str) -> tuple[Unit, ...]:
    """A unit a text with prose; of plurals, one a form that the target language has (CLDR).

    A form that the source lacks is translated from its `other`.

    Raises:
        DocumentError: there is none, or a value is malformed.
    """
    found = _slots(text, dialect, target_lang)
    return slots.units([slot for slot in found if isinstance(slot, _Text)])


def assembled(text: str, dialect: Dialect, texts: Sequence[str], target_lang: str) -> str:
    """The document with a text in the place of each unit.

    Where the text of `other` is translated, forms that the target language has not go.

    Raises:
        ValueError: there are more or fewer texts than units.
    """
    found = _slots(text, dialect, target_lang)
    own = [slot.unit for slot in found if isinstance(slot, _Text)]
    changed = {
        unit.path for unit, new in zip(own, texts, strict=True) if new.strip() and new != unit.text
    }
    given = iter(texts)
    all_texts = [
        next(given) if isinstance(slot, _Text) else "-" * (slot.unit.path in changed)
        for slot in found
    ]
    return slots.fill(text, found, all_texts)


def difference(source: str, translated: str, dialect: Dialect) -> str | None:
    """The first difference outside of the texts, in words; None where there is none.

    Of plurals other forms may be there, but for `other`.
    """
    return stretches.difference(*_reduced(source, dialect), *_reduced(translated, dialect))


def _is_translated(text: str, value: Value, dialect: Dialect) -> bool:
    return value.translated and _content(text, value, dialect).has_prose


def _slots(text: str, dialect: Dialect, target_lang: str) -> list[Slot]:
    found = dialect.values(text)
    plurals: defaultdict[int | None, list[Value]] = defaultdict(list)
    for value in found:
        plurals[value.plural].append(value)
    made: list[Slot] = []
    for value in found:
        if value.plural is None:
            made += filter(None, [_text(text, value, dialect)])
        elif value is plurals[value.plural][0]:
            made += _forms(text, plurals[value.plural], dialect, target_lang)
    return made


def _text(text: str, value: Value, dialect: Dialect, note: str = "") -> _Text | None:
    found = _content(text, value, dialect) if value.translated else None
    if found is None or not found.has_prose:
        return None
    unit = Unit(
        found.text,
        "label",
        whole=True,
        path=value.path,
        note="\n".join(filter(None, (value.note, note))),
        max_chars=value.max_chars,
    )
    return _Text(value.start + found.start, value.start + found.end, unit, found)


def _content(text: str, value: Value, dialect: Dialect) -> Content:
    try:
        return dialect.content(text[value.start : value.end])
    except ValueError:
        raise DocumentError(
            "it holds a NUL character or half a surrogate pair; take it out",
            line=text.count("\n", 0, value.start) + 1,
            field=value.path,
        ) from None


def _forms(text: str, items: Sequence[Value], dialect: Dialect, target_lang: str) -> Iterator[Slot]:
    """The places of one plurals' items, and of those that the target language has besides.

    Without an `other`, which all languages have, they are as they are.
    """
    other = next((item for item in items if item.form == "other"), None)
    wanted = plural_categories(target_lang) if other else CATEGORIES
    surplus = set(CATEGORIES) - set(wanted) - dialect.in_any_language
    missing = [form for form in wanted if form not in {item.form for item in items}]
    for item in items:
        if item.form in surplus and other:
            path = other.path
            yield _Surplus(_gap_start(text, item), item.item_end, Unit("", path=path))
            continue
        place = _text(text, item, dialect, _form_note(item.form, target_lang))
        if place and item is other:
            for form in missing:
                yield _new_form(text, item, place, dialect, form, _form_note(form, target_lang))
        if place:
            yield place


def _new_form(
    text: str, other: Value, place: _Text, dialect: Dialect, form: str, note: str
) -> _Text:
    """A place right before the item `other` for one of another form, with its white space."""
    start_tag = text[other.item_start : other.start]
    start_tag = dialect.form.sub(lambda match: match[1] + form + match[3], start_tag)
    gap = text[_gap_start(text, other) : other.item_start]
    return replace(
        place,
        start=other.item_start,
        end=other.item_start,
        unit=replace(
            place.unit,
            path=other.path.removesuffix(other.form) + form,
            note="\n".join(filter(None, (other.note, note))),
        ),
        before=start_tag + text[other.start : place.start],
        after=text[place.end : other.item_end] + gap,
    )


def _form_note(category: str, target_lang: str) -> str:
    samples = ", ".join(plural_samples(target_lang, category))
    return f"the plural form {category}" + (f", for numbers such as {samples}" if samples else "")


def _gap_start(text: str, item: Value) -> int:
    """Where the white space before an item begins."""
    start = item.item_start
    while text[start - 1].isspace():
        start -= 1
    return start


def _reduced(text: str, dialect: Dialect) -> tuple[str, list[Stretch]]:
    """The document without the forms of plurals that differ between languages, and its texts."""
    found = dialect.values(text)
    with_other = {value.plural for value in found if value.form == "other"}
    kept: list[Stretch] = []
    parts = []
    at = left_out = lines = 0
    for value in found:
        varies = value.plural in with_other and value.form != "other"
        if not varies or not value.translated:
            raw = text[value.start : value.end]
            kept.append(
                Stretch(
                    value.start - left_out,
                    value.end - left_out,
                    value.path,
                    _is_translated(text, value, dialect),
                    dialect.codes(raw),
                    lines,
                )
            )
        else:
            start = _gap_start(text, value)
            parts.append(text[at:start])
            at = value.item_end
            left_out += at - start
            lines += text.count("\n", start, at)
    return "".join((*parts, text[at:])), kept
