"""What makes two terms or texts the same within a night."""

import pytest

from domain.briefing import Briefing, GlossaryEntry, TermStatus
from domain.reuse.night_keys import LONGEST_TEXT, NightKeys

LABEL, SENTENCE = "Dashboard", "Open the dashboard."
ENTRY = GlossaryEntry(term="dashboard", translations={"de": "Übersicht"})


def keys(owner="ann", **fields):
    return NightKeys(Briefing(source_lang="en", **{"target_lang": "de", **fields}), owner)


def told(**fields):
    """Which keys are the same as without these: those of a term, a label and a sentence."""
    one, other = keys(), keys(**fields)
    return (
        one.term(LABEL) == other.term(LABEL),
        one.text(LABEL, ()) == other.text(LABEL, ()),
        one.text(SENTENCE, ()) == other.text(SENTENCE, ()),
    )


@pytest.mark.parametrize(
    "fields", [{"owner": "ben"}, {"target_lang": "fr"}, {"domain": "cars"}], ids=str
)
def test_what_tells_all_apart(fields):
    """Another owner, language or domain may have another translation."""
    assert told(**fields) == (False, False, False)


@pytest.mark.parametrize(
    "fields",
    [
        {"tone": "warm"},
        {"instructions": "Be brief."},
        {"constraints": [{"type": "formality", "value": "formal"}]},
    ],
    ids=str,
)
def test_what_tells_sentences_apart(fields):
    """How a job is to sound may change a sentence, but not a term or a label."""
    assert told(**fields) == (True, True, False)


@pytest.mark.parametrize(
    "fields", [{"glossary": (ENTRY,)}, {"metadata": {"a": 1}}, {"source_review": True}], ids=str
)
def test_what_tells_nothing_apart(fields):
    """What has no part in a text's translation makes no difference, nor do others' terms."""
    assert told(**fields) == (True, True, True)


def test_entries_of_the_text():
    """What binds a text tells it apart; an entry that says nothing in this language does not."""
    loose = GlossaryEntry(term="dashboard", translations={"fr": "tableau"})
    old = ENTRY.model_copy(update={"status": TermStatus.DEPRECATED})
    forbidding = GlossaryEntry(term="dashboard", forbidden_alternatives=("Brett",))

    for text in (LABEL, SENTENCE):
        found = [keys().text(text, (entry,)) for entry in (ENTRY, forbidding, loose, old)]
        assert len({*found[:2], keys().text(text, ())}) == 3
        assert found[2:] == [keys().text(text, ())] * 2


def test_the_document_s_own_words():
    """What the document says of a text, and how long it may be, tells it apart."""
    plain = keys().text(LABEL, ())

    assert (
        len({plain, keys().text(LABEL, (), note="a verb"), keys().text(LABEL, (), max_chars=9)})
        == 3
    )


def test_terms_and_texts():
    """A term has one key in every case, and none of a text."""
    assert keys().term("Dashboard") == keys().term("dashboard") != keys().text("dashboard", ())


def test_long_texts():
    """What is too long is not compared."""
    assert keys().text("x" * LONGEST_TEXT, ()) is not None
    assert keys().text("x" * (LONGEST_TEXT + 1), ()) is None
