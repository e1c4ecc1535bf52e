"""Each kind of damage to the markup in a text of each format is seen, and no moving of it is."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Callable, Iterator

import docx
import openpyxl
import pptx
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from domain.errors import DocumentError
from domain.placeholders.masking import Masked, differences, mask, restore
from formats.port import Format
from formats.registry import FORMATS, by_name

HTML_TEXT = "Press <b>Start</b> now, {name}, to go on."
XML_TEXT = 'Press <g id="1">Start</g> now, {name}, to go on.'
XLIFF = "urn:oasis:names:tc:xliff:document:1.2"
SUBTITLE = "00:00:01{0}000 --> 00:00:04{0}000\nPress <i>Start</i> now, {{name}}, to go on.\n"

TEXTS = {
    "text": HTML_TEXT,
    "markdown": "Press [Start](x.md) now, {name}, to go on.\n",
    "mdx": "Press [Start](x.md) now, {name}, to go on.\n",
    "html": f"<p>{HTML_TEXT}</p>",
    "texts": f'["{HTML_TEXT}"]',
    "json": f'{{"a": "{HTML_TEXT}"}}',
    "yaml": f'a: "{HTML_TEXT}"\n',
    "csv": f'id,text\n1,"{HTML_TEXT}"\n',
    "po": f'msgid "{HTML_TEXT}"\nmsgstr ""\n',
    "xliff": (
        f'<xliff version="1.2" xmlns="{XLIFF}"><file original="a" source-language="en"'
        f' datatype="x"><body><trans-unit id="1"><source>{XML_TEXT}</source></trans-unit></body>'
        "</file></xliff>"
    ),
    "properties": f"a = {HTML_TEXT}\n",
    "android": f'<resources><string name="a">{HTML_TEXT}</string></resources>',
    "strings": f'"a" = "{HTML_TEXT}";\n',
    "stringsdict": (
        '<plist version="1.0"><dict><key>a</key><dict><key>NSStringLocalizedFormatKey</key>'
        "<string>%#@n@</string><key>n</key><dict><key>NSStringFormatSpecTypeKey</key>"
        "<string>NSStringPluralRuleType</string><key>NSStringFormatValueTypeKey</key>"
        "<string>d</string><key>other</key>"
        "<string>Press [Start](x) now, %d of %@, to go on.</string></dict></dict>"
        "</dict></plist>"
    ),
    "xcstrings": f'{{"sourceLanguage": "en", "strings": {{"{HTML_TEXT}": {{}}}}}}',
    "srt": "1\n" + SUBTITLE.format(","),
    "vtt": "WEBVTT\n\n" + SUBTITLE.format("."),
}

BESIDE_PROSE = {
    "html": '<p>Press <b title="The start">Start</b> now, {name}, to go on.</p>',
    "markdown": 'Press [Start](x.md "The start") now, {name}, to go on.\n',
    "mdx": 'Press [Start](x.md "The start") now, {name}, to go on.\n',
}
"""Texts with prose in a mark of theirs, which is a unit of its own."""


def _docx() -> bytes:
    document = docx.Document()
    paragraph = document.add_paragraph("Press ")
    paragraph.add_run("Start").bold = True
    paragraph.add_run(" now, {name}, to go on.")
    return _saved(document.save)


def _xlsx() -> bytes:
    workbook = openpyxl.Workbook()
    assert workbook.active is not None
    bold = TextBlock(InlineFont(b=True), "Start")
    workbook.active["A1"] = CellRichText("Press ", bold, " now, {name}, to go on.")
    return _saved(workbook.save)


def _pptx() -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    paragraph = slide.placeholders[1].text_frame.paragraphs[0]
    for text, bold in (("Press ", None), ("Start", True), (" now, {name}, to go on.", None)):
        run = paragraph.add_run()
        run.text, run.font.bold = text, bold
    return _saved(presentation.save)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


DOCUMENTS = {
    **{name: text.encode() for name, text in TEXTS.items()},
    "docx": _docx(),
    "xlsx": _xlsx(),
    "pptx": _pptx(),
}

_ANY = re.compile("⟦[^⟦⟧]*⟧")


def _damaged(masked: Masked) -> Iterator[tuple[str, str]]:
    """A text with each kind of damage, once for each placeholder it can befall."""
    text = masked.text
    for match in _ANY.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        yield "lost", before + after
        yield "doubled", before + match[0] * 2 + after
        yield "renamed", f"{before}⟦v77⟧{after}"
        yield "cut", before + match[0][:-1] + after
        yield "translated", before + match[0].replace("⟦", "(").replace("⟧", ")") + after
    yield "invented", f"{text} ⟦v77⟧"
    yield "invented pair", f"⟦77⟧{text}⟦/77⟧"
    yield "stray", f"{text} ⟦"
    opening = re.search(r"⟦(\d+)⟧", text)
    assert opening is not None
    number = opening[1]
    swapped = text.replace(f"⟦/{number}⟧", "\0").replace(f"⟦{number}⟧", f"⟦/{number}⟧")
    yield "swapped", swapped.replace("\0", f"⟦{number}⟧")


def _unit(format_: Format) -> tuple[bytes, int, Masked]:
    """A document, and its unit with a pair and a variable."""
    data = DOCUMENTS[format_.name]
    for number, unit in enumerate(format_.extract(data, "de")):
        masked = mask(unit.text)
        if {"1", "v1"} <= set(masked.table):
            return data, number, masked
    raise AssertionError(f"no unit of {format_.name} has a pair and a variable")


def test_every_format_is_in_the_table() -> None:
    """A new format needs a document here."""
    assert DOCUMENTS.keys() == {format_.name for format_ in FORMATS}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_damage_is_seen(name: str) -> None:
    """No cell of the table is empty: every damage is told, before anything is put together."""
    _, _, masked = _unit(by_name(name))
    unseen = [kind for kind, text in _damaged(masked) if not differences(masked, text)]
    assert unseen == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_damage_that_got_through_breaks_nothing(name: str) -> None:
    """Were it not seen, the file would still be sound, or told to be none."""
    format_ = by_name(name)
    data, number, masked = _unit(format_)
    texts = [unit.text for unit in format_.extract(data, "de")]
    for _, damaged in _damaged(masked):
        texts[number] = "Ü " + restore(damaged, masked)
        output = format_.assemble(data, texts, "de")
        if format_.same_structure(data, output) is None:
            _read_again(format_, output)


def _read_again(format_: Format, output: bytes) -> None:
    """What holds two languages may have nothing left to translate."""
    with contextlib.suppress(DocumentError) if format_.bilingual else contextlib.nullcontext():
        format_.extract(output, "de")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_moving_is_no_damage(name: str) -> None:
    """A variable at the front and a pair at the end are right, and keep the structure."""
    format_ = by_name(name)
    data, number, masked = _unit(format_)
    variables = [f"⟦{v}⟧" for v in masked.table if v.startswith("v")]
    moved = " ".join((*variables, "drücken Sie jetzt ⟦1⟧Start⟦/1⟧."))
    assert differences(masked, moved) == ()
    texts = [unit.text for unit in format_.extract(data, "de")]
    texts[number] = restore(moved, masked)
    output = format_.assemble(data, texts, "de")
    assert output != data
    assert format_.same_structure(data, output) is None


@pytest.mark.parametrize("name", BESIDE_PROSE)
def test_damage_around_a_translated_title(name: str) -> None:
    """A translated title hides no damage to the mark that it is in, and damages nothing itself."""
    format_ = by_name(name)
    data = BESIDE_PROSE[name].encode()
    sentence, title = (unit.text for unit in format_.extract(data, "de"))
    assert title == "The start"
    masked = mask(sentence)
    assert [kind for kind, text in _damaged(masked) if not differences(masked, text)] == []
    for new_title in ("Der Anfang", "Ein '>)](⟦1⟧"):
        output = format_.assemble(data, [sentence, new_title], "de")
        assert format_.same_structure(data, output) is None
        assert [unit.text for unit in format_.extract(output, "de")][1:] == [new_title]
        for _, damaged in _damaged(masked):
            output = format_.assemble(data, ["Ü " + restore(damaged, masked), new_title], "de")
            if format_.same_structure(data, output) is None:
                _read_again(format_, output)
