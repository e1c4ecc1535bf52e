"""Finding the translations that would change a document's structure."""

from __future__ import annotations

from domain.plan import plan
from formats.registry import by_name
from tasks.finalizing import structure_breakers

SOURCE = b"<p>A <b>bold</b> word.</p><p>Two.</p><p>Three <i>words</i> here.</p>"


def test_only_the_culprits() -> None:
    """A translation that lost its tag is named with what changed, its neighbours are not."""
    html = by_name("html")
    parts = plan(html.extract(SOURCE), "en")
    texts = {0: "Ein fettes Wort.", 1: "Zwei.", 2: "Hier sind drei <i>Wörter</i>."}
    broken = structure_breakers(html, SOURCE, parts, texts)
    assert list(broken) == [0]
    assert "b" in broken[0]


def test_a_sound_document() -> None:
    """Translations that keep the structure are all let through."""
    html = by_name("html")
    parts = plan(html.extract(SOURCE), "en")
    texts = {0: "Ein <b>fettes</b> Wort.", 1: "Zwei.", 2: "<i>Drei</i> Wörter."}
    assert structure_breakers(html, SOURCE, parts, texts) == {}


def test_culprits_that_only_break_it_together() -> None:
    """Of two translations that make a link only together, the first stays."""
    markdown = by_name("markdown")
    source = b"One word here. Two words here."
    parts = plan(markdown.extract(source), "en")
    texts = {0: "Ein [Wort.", 1: "Zwei](http://a.test) Worte."}
    broken = structure_breakers(markdown, source, parts, texts)
    assert broken == {1: "line 1: link to http://a.test was added"}
