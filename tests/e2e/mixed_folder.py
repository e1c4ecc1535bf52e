"""One small document of each format, as an engineer would find them in a product's repository."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import openpyxl
import pptx

MESSAGES_PO = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"

#. Shown above the list
#: src/list.c:12
#, c-format
msgid "%d file in %s"
msgid_plural "%d files in %s"
msgstr[0] ""
msgstr[1] ""

msgctxt "menu"
msgid "Open the file"
msgstr ""
"""

XLIFF_12 = """\
<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
  <file original="a.html" source-language="en" target-language="de" datatype="html">
    <body>
      <trans-unit id="1">
        <source>Press <g id="1">Start</g> to go on.</source>
      </trans-unit>
    </body>
  </file>
</xliff>
"""

XLIFF_2 = """\
<?xml version="1.0" encoding="UTF-8"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="de">
  <file id="f1">
    <unit id="u1">
      <segment id="s1">
        <source>Press <pc id="1">Start</pc> to go on.</source>
      </segment>
    </unit>
  </file>
</xliff>
"""

ANDROID = """\
<?xml version="1.0" encoding="utf-8"?>
<resources>
    <!-- Greets by name -->
    <string name="hello">Don\\'t worry, %1$s, <b>all</b> is well</string>
    <plurals name="files">
        <item quantity="one">%d file</item>
        <item quantity="other">%d files</item>
    </plurals>
</resources>
"""

SRT = """\
1
00:00:01,000 --> 00:00:03,500
Good evening.
<i>Who is there?</i>

2
00:00:04,000 --> 00:00:06,000
Only the wind.
"""

VTT = """\
WEBVTT

NOTE not for viewers

one
00:00:01.000 --> 00:00:03.500 align:start
<v Anna>Good evening.

00:00:04.000 --> 00:00:06.000
Only the wind.
"""

TEXTS = {
    "notes.txt": "The first note.\n\nThe second note.\n",
    "guide.md": "# The guide\n\nRead *this* first.\n\n| Key | Use |\n| --- | --- |\n| a | one |\n",
    "page.mdx": 'import A from "./a"\n\n# The page\n\n<A value={1} />\n',
    "page.html": '<!doctype html><title>The page</title><p>See <a href="x">the shop</a>.</p>',
    "en.json": '{"menu": {"open": "Open it"}, "n": "{n, plural, one {# day} other {# days}}"}',
    "en.yaml": "title: The settings # shown\nitems:\n  - 'First item'\n",
    "products.csv": 'sku,title\n1,Red bicycle\n2,"Blue, folding bicycle"\n',
    "messages.po": MESSAGES_PO,
    "old.xlf": XLIFF_12,
    "new.xliff": XLIFF_2,
    "app.properties": "# Greeting\nhello = Hello, {0}!\nbye=Good bye\n",
    "strings.xml": ANDROID,
    "Main.strings": '/* A button */\n"open" = "Open %@";\n',
    "Localizable.xcstrings": (
        '{"sourceLanguage": "en", "strings": {"Open the file": {}}, "version": "1.0"}'
    ),
    "film.srt": SRT,
    "film.vtt": VTT,
}


def _docx() -> bytes:
    document = docx.Document()
    document.add_heading("The report", level=1)
    paragraph = document.add_paragraph("All is ")
    paragraph.add_run("very").bold = True
    paragraph.add_run(" well.")
    document.add_table(1, 1).cell(0, 0).text = "A cell"
    return _saved(document.save)


def _xlsx() -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (["Item", "Price", "Sum"], ["Red bicycle", 12.5, "=B2*2"]):
        sheet.append(row)
    return _saved(workbook.save)


def _pptx() -> bytes:
    presentation = pptx.Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "The plan"
    slide.placeholders[1].text = "First we begin."
    return _saved(presentation.save)


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def mixed_folder() -> dict[str, bytes]:
    """The documents by file name."""
    texts = {name: text.encode() for name, text in TEXTS.items()}
    return {**texts, "report.docx": _docx(), "prices.xlsx": _xlsx(), "plan.pptx": _pptx()}
