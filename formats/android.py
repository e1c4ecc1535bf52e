"""Android string resources: a unit a string, an item of an array, or a plural form."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from domain.errors import DocumentError
from domain.icu import CATEGORIES, plural_categories, plural_samples
from domain.plan import Unit
from formats import slots, stretches
from formats.android_text import Content, codes, content, is_resource
from formats.android_values import Value, values
from formats.android_xml import read
from formats.slots import Slot
from formats.stretches import Stretch

_QUANTITY = re.compile(r"""(\squantity\s*=\s*["'])[^"'<]*(["'])""")


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


@dataclass(frozen=True, slots=True)
class AndroidFormat:
    """`strings.xml`; what says `translatable="false"` or names another resource is left alone."""

    name: str = "android"
    suffixes: tuple[str, ...] = ("strings.xml",)
    media_type: str = "application/xml"
    bilingual: bool = False

    def extract(self, data: bytes, target_lang: str) -> tuple[Unit, ...]:
        """A unit a text with prose; of plurals, one a form that the target language has.

        A form that the source lacks is translated from its `other`. The path is the name, with a
        dot and the number or form of an item; the note is the comment right above.
        """
        found = _slots(read(data).text, target_lang)
        return slots.units([slot for slot in found if isinstance(slot, _Text)])

    def assemble(
        self,
        data: bytes,
        texts: Sequence[str],
        target_lang: str,
        undone: Collection[int] = (),
    ) -> bytes:
        """The file with a text in the place of each unit.

        Where the text of `other` is translated, forms that the target language has not go.
        """
        decoded = read(data)
        found = _slots(decoded.text, target_lang)
        units = [slot.unit for slot in found if isinstance(slot, _Text)]
        changed = {
            unit.path
            for unit, text in zip(units, texts, strict=True)
            if text.strip() and text != unit.text
        }
        given = iter(texts)
        all_texts = [
            next(given) if isinstance(slot, _Text) else "-" * (slot.unit.path in changed)
            for slot in found
        ]
        filled = slots.fill(decoded.text, found, all_texts)
        return decoded.encode(filled, errors="xmlcharrefreplace")

    def same_structure(self, source: bytes, translated: bytes) -> str | None:
        """Whether all but the texts is the same, and the inline codes in each.

        Of plurals other forms may be there, but for `other`.
        """
        before, after = read(source), read(translated)
        if (before.bom, before.codec) != (after.bom, after.codec):
            return "the encoding changed"
        return stretches.difference(*_reduced(before.text), *_reduced(after.text))


def _is_translated(text: str, value: Value) -> bool:
    raw = text[value.start : value.end]
    return value.translated and not is_resource(raw) and _content(text, value).has_prose


def _slots(text: str, target_lang: str) -> list[Slot]:
    found = values(text)
    plurals: defaultdict[int | None, list[Value]] = defaultdict(list)
    for value in found:
        plurals[value.plurals].append(value)
    made: list[Slot] = []
    for value in found:
        if value.plurals is None:
            made += [_text(text, value)] if _is_translated(text, value) else []
        elif value is plurals[value.plurals][0]:
            made += _forms(text, plurals[value.plurals], target_lang)
    return made


def _text(text: str, value: Value, note: str = "") -> _Text:
    found = _content(text, value)
    unit = Unit(
        found.text,
        "label",
        whole=True,
        path=value.path,
        note="\n".join(filter(None, (value.note, note))),
        max_chars=value.max_chars,
    )
    return _Text(value.start + found.start, value.start + found.end, unit, found)


def _content(text: str, value: Value) -> Content:
    try:
        return content(text[value.start : value.end])
    except ValueError:
        raise DocumentError(
            "it holds a NUL character or half a surrogate pair; take it out",
            line=text.count("\n", 0, value.start) + 1,
            field=value.path,
        ) from None


def _forms(text: str, items: Sequence[Value], target_lang: str) -> Iterator[Slot]:
    """The places of one plurals' items, and of those that the target language has besides.

    Without an `other`, which Android asks for, they are as they are.
    """
    other = next((item for item in items if item.quantity == "other"), None)
    wanted = plural_categories(target_lang) if other else CATEGORIES
    surplus = set(CATEGORIES) - set(wanted)
    missing = [form for form in wanted if form not in {item.quantity for item in items}]
    for item in items:
        if item.quantity in surplus and other:
            path = other.path
            yield _Surplus(_gap_start(text, item), item.element_end, Unit("", path=path))
        elif _is_translated(text, item):
            if item is other:
                yield from (_new_form(text, item, form, target_lang) for form in missing)
            yield _text(text, item, _form_note(item.quantity, target_lang))


def _new_form(text: str, base: Value, category: str, target_lang: str) -> _Text:
    """A place right before an item for one of another quantity, with its white space."""
    found = _text(text, base, _form_note(category, target_lang))
    start_tag = text[base.element_start : base.start]
    start_tag = _QUANTITY.sub(lambda match: match[1] + category + match[2], start_tag)
    gap = text[_gap_start(text, base) : base.element_start]
    path = base.path.removesuffix(base.quantity) + category
    return replace(
        found,
        start=base.element_start,
        end=base.element_start,
        unit=replace(found.unit, path=path),
        before=start_tag + text[base.start : found.start],
        after=text[found.end : base.element_end] + gap,
    )


def _form_note(category: str, target_lang: str) -> str:
    samples = ", ".join(plural_samples(target_lang, category))
    return f"the plural form {category}" + (f", for numbers such as {samples}" if samples else "")


def _gap_start(text: str, item: Value) -> int:
    """Where the white space before an item begins."""
    start = item.element_start
    while text[start - 1].isspace():
        start -= 1
    return start


def _reduced(text: str) -> tuple[str, list[Stretch]]:
    """The document without the forms of plurals that differ between languages, and its texts."""
    found = values(text)
    with_other = {value.plurals for value in found if value.quantity == "other"}
    kept: list[Stretch] = []
    parts = []
    at = left_out = lines = 0
    for value in found:
        varies = value.plurals in with_other and value.quantity != "other"
        if not varies or not value.translated:
            raw = text[value.start : value.end]
            kept.append(
                Stretch(
                    value.start - left_out,
                    value.end - left_out,
                    value.path,
                    _is_translated(text, value),
                    codes(raw),
                    lines,
                )
            )
        else:
            start = _gap_start(text, value)
            parts.append(text[at:start])
            at = value.element_end
            left_out += at - start
            lines += text.count("\n", start, at)
    return "".join((*parts, text[at:])), kept
