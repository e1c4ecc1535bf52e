"""How well terms are found, by a table made by hand."""

import sys
from collections import defaultdict

import pytest
from term_cases import CASE_SENSITIVE, CASES

from domain.briefing import GlossaryEntry
from domain.glossary.term_index import TermIndex
from domain.text.phrases import Phrase, PhraseIndex, find

FAILING = {
    # Forms that the dictionary gives to another word only.
    ("en", "leaf", "Three leaves fell."),
    ("fr", "pièce jointe", "Trois pièces jointes"),
    ("es", "borrar", "Hemos borrado todo."),
    # Han has no spaces, and nothing here knows where its words end.
    ("ja", "京都", "東京都に住んでいます。"),
    ("ja", "人", "人工知能の本です。"),
    ("zh", "中国", "中国人很多。"),
}
"""What is known to go wrong."""


def missed_and_false(cases, **options):
    return {
        (lang, term, sentence)
        for lang, term, sentence, expected in cases
        if bool(find(term, sentence, lang, **options)) is not expected
    }


def test_the_table():
    """All cases but those that are known to fail come out as a reader says."""
    assert missed_and_false(CASES) == FAILING


def test_case_sensitive_terms():
    """The same of terms whose case counts, all of them."""
    assert missed_and_false(CASE_SENSITIVE, case_sensitive=True) == set()


def test_precision_and_recall():
    """Of 210 cases in 15 languages 98 % of what is found is right, and 98 % of it is found."""
    right = {case[:3] for case in CASES if case[3]}
    found = {case[:3] for case in CASES if find(case[1], case[2], case[0])}

    assert len(CASES) == len({case[:3] for case in CASES}) == 210
    assert round(len(found & right) / len(found), 3) == 0.981
    assert round(len(found & right) / len(right), 3) == 0.981


def test_every_language_has_both_kinds_of_cases():
    """Each of the languages that matter most has terms that occur, and terms that do not."""
    kinds = defaultdict(set)
    for lang, _, _, expected in CASES:
        kinds[lang].add(expected)

    assert {lang for lang, both in kinds.items() if len(both) == 2} >= {
        *("de", "en", "fr", "es", "pl", "tr", "fi", "ja", "zh")
    }


@pytest.mark.parametrize("lang", ["de", "en", "fr", "es", "pl", "tr", "fi", "ja", "zh"])
def test_many_phrases_at_once(lang):
    """An index of all of a language's terms finds in each sentence what each alone finds."""
    terms = list(dict.fromkeys(term for code, term, _, _ in CASES if code == lang))
    index = PhraseIndex([Phrase(term, False) for term in terms], lang)

    for code, _, sentence, _ in CASES:
        if code == lang:
            alone = {n: find(term, sentence, lang) for n, term in enumerate(terms)}
            assert {n: spans for n, spans in alone.items() if spans} == index.spans(sentence)


def calls_of(work):
    """How many functions of Python's a piece of work calls."""
    count = 0

    def seen(_frame, event, _arg):
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_more_terms_take_hardly_longer(lang):
    """With ten times the terms, none of which occur, a look does not do twice the work."""
    space = "" if lang == "ja" else " "
    segments = [
        space.join(f"{chr(0x4E00 + (n * 7 + k) % 900)}w{n}" for k in range(12)) for n in range(50)
    ]

    def index(size):
        entries = [
            GlossaryEntry(term=f"{chr(0x5E00 + n % 900)}t{n}", translations={"de": "x"})
            for n in range(size)
        ]
        return TermIndex(entries, lang, "de")

    few, many = index(200), index(2_000)
    look = [lambda i=i: [i.occurring(segment) for segment in segments] for i in (few, many)]
    for work in look:
        work()

    assert calls_of(look[1]) < 2 * calls_of(look[0])
