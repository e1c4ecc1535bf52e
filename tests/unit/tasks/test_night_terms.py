"""What the terms of a night became."""

from tasks.night_terms import NightTerms, TermKey, Use

KEY = TermKey("ann", "en", "de", "", "dashboard")
FIRST = Use("Übersicht", "a.md")


def test_the_first_translation_stays() -> None:
    """Each later document is told the first translation, where its own is another."""
    terms = NightTerms()

    assert terms.settle(KEY, FIRST) is None
    assert terms.settle(KEY, Use("Tafel", "b.md")) == FIRST
    assert terms.settle(KEY, Use("Brett", "c.md")) == FIRST
    assert terms.settle(KEY, Use("übersicht", "d.md")) is None


def test_what_tells_terms_apart() -> None:
    """Another owner, language or domain may have another translation."""
    terms = NightTerms()
    terms.settle(KEY, FIRST)

    for field in ("owner", "source_lang", "target_lang", "domain", "term"):
        assert terms.settle(KEY._replace(**{field: "x"}), Use("Tafel", "b.md")) is None


def test_those_that_came_first_go_first() -> None:
    """No more terms are kept than allowed."""
    terms = NightTerms(kept=1)
    terms.settle(KEY, FIRST)
    terms.settle(KEY._replace(term="other"), FIRST)

    assert terms.settle(KEY, Use("Tafel", "b.md")) is None
