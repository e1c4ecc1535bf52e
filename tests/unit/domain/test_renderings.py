"""What the terms of a document became."""

from domain.glossary.renderings import renderings
from domain.glossary.rendition import LooseTerm, Rendered, Rendition

OPEN = LooseTerm("dashboard")
PAIRS = (
    ("Open the dashboard.", "Öffnen Sie die Übersicht."),
    ("Dashboards load fast.", "Übersichten laden schnell."),
    ("Close this dashboard.", "Schließen Sie diese Übersicht."),
    ("The weather is fine.", "Das Wetter ist schön."),
)


def found(pairs, term):
    segments = [Rendered(number, *pair) for number, pair in enumerate(pairs)]
    return [(r.term, r.usual) for r in renderings(Rendition(segments, [term], "en", "de"))]


def test_a_suggestion_that_is_followed():
    """A term's suggestion is what it became, where at least one segment follows it."""
    assert found(PAIRS, LooseTerm("dashboard", "Übersicht")) == [("dashboard", "Übersicht")]
    assert found(PAIRS[:1], LooseTerm("dashboard", "Tafel")) == []


def test_the_word_that_goes_with_the_term():
    """Without a suggestion it is the word that stands where the term does."""
    assert found(PAIRS, OPEN) == [("dashboard", "Übersicht")]


def test_the_term_alone():
    """A segment that is the term alone says what it became."""
    assert found((*PAIRS[:1], ("Dashboard", "Tafel")), OPEN) == [("dashboard", "Tafel")]


def test_a_word_that_the_sources_share_otherwise():
    """A word that another word of the source may be the reason of is not the term's."""
    pairs = (
        ("Open the dashboard.", "Öffnen Sie sie."),
        ("Open every dashboard now.", "Jetzt alle öffnen."),
        ("The weather is fine.", "Das Wetter ist schön."),
    )

    assert found(pairs, OPEN) == []


def test_two_words_that_may_be_it():
    """Of a term that two words go with nothing is said."""
    pairs = tuple((source, f"{text} (Kachel)") for source, text in PAIRS[:3])

    assert found((*pairs, PAIRS[3]), OPEN) == []


def test_another_document_s_word():
    """A document follows another's word where one of its segments has it, in any form."""
    segments = [Rendered(number, *pair) for number, pair in enumerate(PAIRS)]
    (rendering,) = renderings(Rendition(segments, [OPEN], "en", "de"))

    assert rendering.follows("Übersichten")
    assert not rendering.follows("Tafel")
