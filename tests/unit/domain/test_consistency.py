"""Terms that are translated in more than one way."""

import pytest

from domain.glossary.consistency import Departure, departures
from domain.glossary.rendition import LooseTerm, Rendered, Rendition


def told(pairs, *terms, source_lang="en", target_lang="de"):
    segments = [Rendered(number, *pair) for number, pair in enumerate(pairs)]
    return departures(Rendition(segments, terms, source_lang, target_lang))


SUGGESTED = LooseTerm("dashboard", suggested="Übersicht")
OPEN = LooseTerm("dashboard")

MIXED = (
    ("Open the dashboard.", "Öffnen Sie die Übersicht."),
    ("Dashboards load fast.", "Übersichten laden schnell."),
    ("Close this dashboard.", "Schließen Sie dieses Armaturenbrett."),
    ("The dashboard is empty.", "Das Armaturenbrett ist leer."),
    ("Every dashboard can be shared.", "Jede Übersicht lässt sich teilen."),
    ("The weather is fine.", "Das Wetter ist schön."),
)
SAME = tuple((source, text.replace("Armaturenbrett", "Übersicht")) for source, text in MIXED)


def test_a_suggestion_that_some_follow():
    """Those depart that do not follow what others do."""
    assert told(MIXED, SUGGESTED) == (
        Departure(2, "dashboard", "Übersicht"),
        Departure(3, "dashboard", "Übersicht"),
    )


def test_two_ways_without_a_suggestion():
    """The usual word is found by itself, and those depart that share another one."""
    assert told(MIXED, OPEN) == (
        Departure(2, "dashboard", "Übersicht"),
        Departure(3, "dashboard", "Übersicht"),
    )


@pytest.mark.parametrize("term", [SUGGESTED, OPEN, LooseTerm("dashboard", suggested="Tafel")])
def test_one_way(term):
    """A term with one translation throughout, inflected or not, is not told, suggested or not."""
    assert told(SAME, term) == ()


def test_a_heading_of_the_term_alone():
    """A segment that is the term alone departs by itself."""
    pairs = (*SAME, ("Dashboard", "Armaturenbrett"))

    assert told(pairs, OPEN) == (Departure(6, "dashboard", "Übersicht"),)


def test_a_pronoun_is_no_other_word():
    """A translation that says `it` for the term does not depart."""
    pairs = (*SAME, ("Hide the dashboard.", "Blenden Sie sie aus."))

    assert told(pairs, OPEN) == ()


def test_another_word_of_the_source_explains_it():
    """A word that two translations share because their sources do is none for the term."""
    pairs = (
        *SAME,
        ("Delete the dashboard.", "Löschen Sie sie."),
        ("Delete a dashboard.", "Eine davon löschen."),
    )

    assert told(pairs, OPEN) == ()


def test_compounds_use_the_word():
    """A compound with the usual word in it does not depart."""
    pairs = (*SAME, ("Dashboard name", "Übersichtsname"), ("Dashboard page", "Übersichtsseite"))

    assert told(pairs, OPEN) == ()


def test_a_word_beside_the_term():
    """A word that mostly stands beside the term's translation is not taken for it."""
    numbers = ("one", "two", "three", "four", "five")
    pairs = [(f"Dashboard {number}", "Übersicht zeigen") for number in numbers]
    pairs += [("Dashboard six", "Übersichtsseite zeigen")]
    pairs += [(f"Dashboard {number}", "Übersichtsseite öffnen") for number in ("seven", "eight")]

    assert told(pairs, OPEN) == ()


def test_a_word_of_the_whole_document():
    """A word that stands everywhere is not taken for the term's translation."""
    pairs = [
        ("Dashboard one", "Bitte Tafel"),
        ("Dashboard two", "Bitte Brett"),
        ("Dashboard three", "Bitte Anzeige"),
        ("Dashboard four", "Jetzt öffnen"),
        ("Dashboard five", "Jetzt öffnen"),
        *[(f"Wait {n}", f"Bitte warten {n}") for n in range(9)],
    ]

    assert told(pairs, OPEN) == ()


def test_too_little_to_tell():
    """A term that occurs once, or has no usual word, is not told."""
    assert told(MIXED[:1], OPEN) == ()
    assert told((("A dashboard", "Eine Tafel"), ("My dashboard", "Mein Brett")), OPEN) == ()


@pytest.mark.parametrize(
    ("source_lang", "target_lang", "term", "usual", "other"),
    [
        ("en", "fr", "dashboard", "tableau", "panneau"),
        ("en", "es", "dashboard", "tablero", "panel"),
        ("en", "pl", "dashboard", "pulpit", "kokpit"),
        ("en", "tr", "dashboard", "pano", "tablo"),
        ("en", "fi", "dashboard", "työpöytä", "kojelauta"),
        ("en", "ja", "dashboard", "ダッシュボード", "計器盤"),
        ("en", "zh", "dashboard", "仪表板", "控制台"),
        ("de", "en", "Übersicht", "dashboard", "overview"),
    ],
)
def test_other_languages(source_lang, target_lang, term, usual, other):
    """Two ways to say a term are told apart in each language."""
    pairs = [(f"{term} {n}?", f"{usual} {n}?") for n in ("111", "222", "333")]
    pairs += [(f"{term} {n}!", f"{other} {n}!") for n in ("444", "555")]

    found = told(pairs, LooseTerm(term), source_lang=source_lang, target_lang=target_lang)

    assert [departure.segment_id for departure in found] == [3, 4]
