"""Plural forms of gettext files are CLDR's, and Babel and gettext compile what comes out."""

from __future__ import annotations

import gettext
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from domain.icu.messages import plural_categories
from formats.bilingual.po.format import PoFormat
from formats.bilingual.po.plurals import plural_forms
from tests.msgfmt import complaints

PO = PoFormat()
GROUPS = json.loads(Path(__file__).with_name("cldr_plurals.json").read_text())["groups"]
LANGUAGES = [
    (language, group["numbers"]) for group in GROUPS for language in group["languages"].split()
]


def numbers(samples: str) -> Iterator[int]:
    """The first and the last of each stretch of CLDR's samples."""
    for stretch in samples.split():
        first, _, last = stretch.partition("~")
        yield from {int(first), int(last or first)}


def test_languages() -> None:
    """CLDR 48 has the plurals of 223 languages."""
    assert 223 == len(LANGUAGES)
    assert {"tr", "hu", "fa", "hy", "ka", "gd", "mt", "cy", "hsb"} <= dict(LANGUAGES).keys()


@pytest.mark.parametrize(("language", "samples"), LANGUAGES, ids=[name for name, _ in LANGUAGES])
def test_as_cldr_has_them(language: str, samples: dict[str, str]) -> None:
    """There is a form for each category that whole numbers have, in CLDR's order."""
    forms = plural_forms("", language)
    assert len(samples) == forms.count
    found = {
        category: {forms.form(number) for number in numbers(stretches)}
        for category, stretches in samples.items()
    }
    assert {category: {place} for place, category in enumerate(samples)} == found
    assert samples.keys() <= set(plural_categories(language))


TEMPLATE = """\
# Ann's program
#, fuzzy
msgid ""
msgstr ""
"Project-Id-Version: PACKAGE VERSION\\n"
"Language: \\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=CHARSET\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"

#, c-format
msgid "%d file was found"
msgid_plural "%d files were found"
msgstr[0] ""
msgstr[1] ""
"""


@pytest.mark.parametrize(
    ("language", "sources"),
    [
        ("tr", ["one", "many"]), ("hu", ["one", "many"]), ("fa", ["one", "many"]),
        ("hy", ["one", "many"]), ("ka", ["one", "many"]), ("ja", ["many"]),
        ("gd", ["one", "many", "many", "many"]),
        ("mt", ["one", "many", "many", "many", "many"]),
        ("cy", ["many", "one", "many", "many", "many", "many"]),
        ("hsb", ["one", "many", "many", "many"]),
    ],
)  # fmt: skip
def test_translated_template(language: str, sources: list[str], tmp_path: Path) -> None:
    """The singular is offered where a form is the one of 1; the header is not fuzzy any more."""
    data = TEMPLATE.encode()
    offered = {"%d file was found": "one", "%d files were found": "many"}
    assert sources == [offered[unit.text] for unit in PO.extract(data, language)]
    done = PO.assemble(data, [f"%d {n}" for n in range(len(sources))], language)
    assert done.startswith(b"# Ann's program\nmsgid")
    assert PO.same_structure(data, done) is None
    complaints(done, tmp_path)
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(done), abort_invalid=True))
    compiled.seek(0)
    told = gettext.GNUTranslations(compiled).ngettext("%d file was found", "", 1)
    assert f"%d {sources.index('one') if 'one' in sources else 0}" == told


def test_own_forms() -> None:
    """What a header says of plural forms counts, and a header that says nothing keeps its flag."""
    own = TEMPLATE.replace("nplurals=INTEGER; plural=EXPRESSION", "nplurals=2; plural=n>4")
    assert 2 == len(PO.extract(own.encode(), "gd"))
    assert own.encode() == PO.assemble(own.encode(), ["", ""], "gd")
