"""Putting documents together without the translations that would change their structure."""

from __future__ import annotations

from domain.document.plan import plan
from formats.registry import by_name
from tasks.delivery.assembling import UNWRITTEN, assembled

SOURCE = b"<p>A <b>bold</b> word.</p><p>Two.</p><p>Three <i>words</i> here.</p>"


def test_only_the_culprits() -> None:
    """A translation that lost its tag is named with what changed, its neighbours are not."""
    html = by_name("html")
    parts = plan(html.extract(SOURCE, "de"), "en", "de")
    texts = {0: "Ein fettes Wort.", 1: "Zwei.", 2: "Hier sind drei <i>Wörter</i>."}
    output, broken = assembled(html, SOURCE, parts, texts, "de")
    assert (
        output
        == b"<p>A <b>bold</b> word.</p><p>Zwei.</p><p>Hier sind drei <i>W\xc3\xb6rter</i>.</p>"
    )
    assert list(broken) == [0]
    assert "b" in broken[0]


def test_a_sound_document() -> None:
    """Translations that keep the structure are all let through."""
    html = by_name("html")
    parts = plan(html.extract(SOURCE, "de"), "en", "de")
    texts = {0: "Ein <b>fettes</b> Wort.", 1: "Zwei.", 2: "<i>Drei</i> Wörter."}
    output, broken = assembled(html, SOURCE, parts, texts, "de")
    assert output.decode() == "<p>Ein <b>fettes</b> Wort.</p><p>Zwei.</p><p><i>Drei</i> Wörter.</p>"
    assert broken == {}


def test_culprits_that_only_break_it_together() -> None:
    """Of two translations that make a link only together, the first stays."""
    markdown = by_name("markdown")
    source = b"One word here. Two words here."
    parts = plan(markdown.extract(source, "de"), "en", "de")
    texts = {0: "Ein [Wort.", 1: "Zwei](http://a.test) Worte."}
    output, broken = assembled(markdown, source, parts, texts, "de")
    assert output == b"Ein [Wort. Two words here."
    assert broken == {1: "line 1: link to http://a.test was added"}


def test_what_cannot_be_written_is_told() -> None:
    """A translation that its place can't take leaves the source and says so; others stay."""
    srt = by_name("srt")
    times = "00:00:0{0},000 --> 00:00:0{0},900\n"
    source = f"1\n{times.format(1)}Press <i>Start</i>.\n\n2\n{times.format(2)}Go on.\n".encode()
    parts = plan(srt.extract(source, "de"), "en", "de")
    output, broken = assembled(srt, source, parts, {0: "Start drücken.", 1: "Weiter."}, "de")
    assert broken == {0: UNWRITTEN}
    assert output == source.replace(b"Go on.", b"Weiter.")
    texts = {0: "<i>Start</i> drücken.", 1: "Go on."}
    assert assembled(srt, source, parts, texts, "de")[1] == {}


def test_a_target_that_cannot_be_written_is_told() -> None:
    """A translation without its codes gives no target and says so, whoever has to look at it."""
    xliff = by_name("xliff")
    source = (
        b'<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en">'
        b'<file id="f"><unit id="a"><segment><source>Press <pc id="1">Start</pc>.</source>'
        b'</segment></unit><unit id="b"><segment><source>Go on.</source></segment></unit>'
        b"</file></xliff>"
    )
    parts = plan(xliff.extract(source, "de"), "en", "de")
    for unsure in ((), (0, 1)):
        texts = {0: "Start.", 1: "Weiter."}
        output, broken = assembled(xliff, source, parts, texts, "de", unsure)
        assert broken == {0: UNWRITTEN}
        assert output.count(b"<target>") == 1
    sound = {0: parts.segments[0].source, 1: "Weiter."}
    assert assembled(xliff, source, parts, sound, "de")[1] == {}


def test_a_message_that_its_charset_lacks_is_told() -> None:
    """A message whose charset can't hold its translation stays untranslated and says so."""
    po = by_name("po")
    source = (
        b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=ISO-8859-1\\n"\n\n'
        b'msgid "One"\nmsgstr ""\n\nmsgid "Two"\nmsgstr ""\n'
    )
    parts = plan(po.extract(source, "pl"), "en", "pl")
    output, broken = assembled(po, source, parts, {0: "Jeden", 1: "Dwieście łąk"}, "pl")
    assert broken == {1: UNWRITTEN}
    assert b'msgid "Two"\nmsgstr ""\n' in output
