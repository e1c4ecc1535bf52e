"""TMX, read and written."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from domain.errors import DocumentError
from formats.bilingual.tmx import TmxUnit, Variant, Written, is_writable, read_tmx, tmx_lines

HEAD = '<?xml version="1.0"?>\n<tmx version="1.4"><header srclang="en"/><body>\n'
TAIL = "\n</body></tmx>"


def read(text: str | bytes) -> list[TmxUnit]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(read_tmx(io.BytesIO(data), where="a.tmx"))


def seg(content: str) -> Variant:
    """What a text reads as, in a file that is otherwise sound."""
    (unit,) = read(f'{HEAD}<tu><tuv xml:lang="de"><seg>{content}</seg></tuv></tu>{TAIL}')
    return unit.variants[0]


def test_a_unit_has_a_line_and_its_texts() -> None:
    """A unit is told with its line, its source language and a text a language."""
    text = f"""{HEAD}<tu tuid="1"><note>n</note>
<tuv xml:lang="EN-us"><prop type="x">p</prop><seg> One &amp; two. </seg></tuv>
<tuv xml:lang="de"><seg>Eins &#38; zwei.</seg></tuv></tu>
<tu srclang="fr"><tuv lang="fr"><seg>Un.</seg></tuv></tu>
<tu srclang="*all*"><tuv xml:lang="de"><seg/></tuv></tu>{TAIL}"""

    assert [
        TmxUnit(3, "en", (Variant("en-US", "One & two."), Variant("de", "Eins & zwei."))),
        TmxUnit(6, "fr", (Variant("fr", "Un."),)),
        TmxUnit(7, "*all*", (Variant("de", ""),)),
    ] == read(text)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            'A <bpt i="1">&lt;b&gt;</bpt>b<ept i="1">&lt;/b&gt;</ept>',
            Variant("de", "A <b>b</b>"),
        ),
        ("A<ph>{n}</ph><it pos='begin'>&lt;i&gt;</it>", Variant("de", "A{n}<i>")),
        ("A <hi>b</hi> <ut>\\b</ut>", Variant("de", "A b \\b")),
        ("<ph>&lt;img alt='<sub>Ja</sub>'&gt;</ph>", Variant("de", "<img alt='Ja'>")),
        ("<ph>⟦1⟧</ph>A<ph>⟦/1⟧</ph>", Variant("de", "⟦1⟧A⟦/1⟧", masked=True)),
        ("<ph>⟦br1⟧</ph>A", Variant("de", "⟦br1⟧A", masked=True)),
        ("⟦1⟧A", Variant("de", "⟦1⟧A")),
        ("A<ph x='1'/>", Variant("de", "A", whole=False)),
    ],
)
def test_inline_codes_are_taken_literally(content: str, expected: Variant) -> None:
    """A code is what stands in it; only in `ph` a placeholder of ours is one."""
    assert expected == seg(content)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_a_file_says_its_own_encoding(encoding: str) -> None:
    """Files are read in the encoding they declare or begin with."""
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = HEAD.replace("?>", f' encoding="{declared}"?>')
    text += f'<tu><tuv xml:lang="de"><seg>Größe</seg></tuv></tu>{TAIL}'

    assert [Variant("de", "Größe")] == list(read(text.encode(encoding))[0].variants)


def test_a_named_dtd_is_not_opened() -> None:
    """The usual line that names TMX's own DTD does no harm."""
    dtd = '<!DOCTYPE tmx SYSTEM "tmx14.dtd">'

    assert [] == read(f'{dtd}<tmx><header srclang="en"/><body/></tmx>')


def test_lines_are_right_in_long_files() -> None:
    """Beyond 65,535 lines a unit still knows its own."""
    text = f"{HEAD}{chr(10) * 70_000}<tu><tuv xml:lang='de'><seg>A</seg></tuv></tu>{TAIL}"

    assert 70_003 == read(text)[0].line


BOMB = '<!DOCTYPE tmx [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<tmx><seg>&b;</seg></tmx>'
OUTSIDE = '<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<tmx><seg>&a;</seg></tmx>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.tmx:1: no valid XML: no element found: line 1, column 0"),
        ("<tmx>\n<body>", "a.tmx:2: no valid XML: no element found: line 2, column 6"),
        ("<tmx>\n</body>", "a.tmx:2: no valid XML: mismatched tag: line 2, column 2"),
        ("\n<xliff/>", "a.tmx:2: no TMX: its root is <xliff>, not <tmx>"),
        (BOMB, "a.tmx:1: it declares entities or names some outside; write their text out instead"),
        (
            OUTSIDE,
            "a.tmx:1: it declares entities or names some outside; write their text out instead",
        ),
        (f"{HEAD}\n<tu><tuv>", "a.tmx:4: a <tuv> has no xml:lang"),
        (f"{HEAD}<tu><seg></seg>", "a.tmx:3: a <seg> stands outside of any <tuv>"),
        (
            f"{HEAD}<tu><tuv xml:lang='klingonisch'>",
            "a.tmx:3: 'klingonisch' is no language code; write one by BCP-47, such as 'de', 'en' "
            "or 'pt-BR'",
        ),
        (
            "<tmx><header/><body>\n<tu>\n</tu></body></tmx>",
            "a.tmx:2: neither the header nor the <tu> has a srclang",
        ),
        ('<?xml version="1.0" encoding="x-none"?><tmx/>', "a.tmx:1: no valid XML: "),
    ],
)
def test_a_bad_file_is_named_with_its_line(text: str, message: str) -> None:
    """What is no TMX is an error that says file, line and what."""
    with pytest.raises(DocumentError) as raised:
        read(text)

    assert str(raised.value).startswith(message)


def test_what_is_written_is_read_the_same() -> None:
    """Units come back as they were written, placeholders and all."""
    noon = datetime(2026, 3, 6, 12, tzinfo=UTC)
    unit = Written("A <⟦1⟧b⟦/1⟧ & {c}\r\n", "⟦1⟧B⟦/1⟧ > A ⟦", noon, {"score": "96"})
    bare = Written("C", "D", noon, {})

    text = "".join(tmx_lines([unit, bare], source_lang="en", target_lang="de", version="1.0"))

    assert [
        TmxUnit(
            5,
            "en",
            (
                Variant("en", "A <⟦1⟧b⟦/1⟧ & {c}", masked=True),
                Variant("de", "⟦1⟧B⟦/1⟧ > A ⟦", masked=True),
            ),
        ),
        TmxUnit(11, "en", (Variant("en", "C"), Variant("de", "D"))),
    ] == read(text)
    assert '<tu changedate="20260306T120000Z">\n<prop type="x-score">96</prop>' in text
    assert '<seg>A &lt;<ph x="1">⟦1⟧</ph>b<ph x="2">⟦/1⟧</ph> &amp; {c}&#13;\n</seg>' in text
    assert '<seg><ph x="1">⟦1⟧</ph>B<ph x="2">⟦/1⟧</ph> &gt; A ⟦</seg>' in text


def test_what_xml_cannot_hold_is_known() -> None:
    """Control characters can't be written; tabs and emoji can."""
    assert is_writable("a\tb\n🌙")
    assert not any(map(is_writable, ["\0", "\x1b", "\ufffe", "\ud800"]))
