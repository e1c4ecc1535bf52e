"""Errors that code plants: what they are, what stands beside them, and what is counted."""

from __future__ import annotations

import pytest

from domain.checks.quality import Finding, Severity
from domain.judge.plants import Text, shown, tallied
from domain.judge.verdict import Tally

NIGHT = [
    Text("The harbour is closed in winter.", "Der Hafen ist im Winter geschlossen."),
    Text("Wait for 14 days before you write.", "Warten Sie 14 Tage, bevor Sie schreiben."),
    Text("Do not open the cover.", "Öffnen Sie die Klappe nicht."),
    Text("Save changes", "Änderungen speichern"),
    Text("All tickets are valid on every ferry.", "Alle Karten gelten auf jeder Fähre."),
    Text("Ask at the counter for a map.", "Fragen Sie am Schalter nach einer Karte."),
]


def planted(texts: list[Text], number: int = 14, **options: object) -> set[Text]:
    """The texts with an error that are made of some."""
    asked = shown(texts, number, target_lang="de", **options)  # type: ignore[arg-type]
    assert asked is not None
    return {asked.texts[plant - 1] for plant, _ in asked.pairs}


def found(number: int, severity: str = "major", span: str = "") -> dict[int, tuple[Finding, ...]]:
    """An error that a model finds in a text."""
    return {number: (Finding(Severity(severity), "accuracy", span, "", "model"),)}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (NIGHT[1], "Warten Sie 24 Tage, bevor Sie schreiben."),
        (NIGHT[2], "Öffnen Sie die Klappe."),
        (NIGHT[0], "The harbour is closed in winter."),
        (NIGHT[3], "Änderungen speichern Save changes"),
        (NIGHT[3], "Öffnen Sie die Klappe nicht."),
    ],
    ids=["a number", "a negation", "left", "the source behind", "swapped"],
)
def test_the_errors_that_are_planted(text: Text, wrong: str) -> None:
    """A number changed, a negation dropped, a text left or doubled, two translations swapped."""
    assert Text(text.source, wrong) in planted(NIGHT, 60, exhaustive=True)


def test_half_of_the_texts_have_an_error() -> None:
    """Of six texts three are shown with an error and three as they are, each text once."""
    asked = shown(NIGHT, 14, target_lang="de")
    assert asked is not None
    as_they_are = {asked.texts[control - 1] for _, control in asked.pairs}

    assert as_they_are < set(NIGHT)
    assert planted(NIGHT).isdisjoint(NIGHT)
    assert (len(asked.pairs), len(asked.texts)) == (3, 6)
    assert {text.source for text in asked.texts} == {text.source for text in NIGHT}


def test_the_same_texts_give_the_same() -> None:
    """Whatever order they come in, the same texts are shown with the same errors."""
    one, other = (shown(texts, 2, target_lang="de") for texts in (NIGHT, NIGHT[::-1]))
    assert one == other


@pytest.mark.parametrize("number", [1, 2, 3])
def test_few_texts_suffice(number: int) -> None:
    """Of one text, or of few, so many errors are made as are wanted; each text is shown once."""
    asked = shown(NIGHT[:number], 14, target_lang="de", exhaustive=True)
    assert asked is not None
    assert len(asked.pairs) == 14
    assert len(asked.texts) == 14 + number


@pytest.mark.parametrize("texts", [[], [Text("Nightdesk", "Nightdesk")], [Text("12", "12.")]])
def test_nothing_is_planted_in_names(texts: list[Text]) -> None:
    """A text without letters, or one that came back as it was, is no place for an error."""
    assert shown(texts, 14, target_lang="de", exhaustive=True) is None


def test_a_small_number_leaves_markup_alone() -> None:
    """The number of a placeholder is none of the text's."""
    text = Text("Press ⟦1⟧Enter⟦/1⟧ once", "Einmal ⟦1⟧Enter⟦/1⟧ drücken")
    assert planted([text], exhaustive=True) == {
        Text(text.source, "Einmal ⟦1⟧Enter⟦/1⟧ drücken Press Enter once")
    }


def test_what_is_counted() -> None:
    """A pair is told where its planted error alone is called wrong; a minor error calls nothing."""
    asked = shown(NIGHT, 14, target_lang="de")
    assert asked is not None
    nothing = dict.fromkeys(range(1, 7), ())
    (first, _), (second, other), (third, _) = asked.pairs
    marks = {**nothing, **found(first), **found(second), **found(other), **found(third, "minor")}

    assert tallied(asked, marks) == Tally(3, 2, 3, 1, told=1, passed=1)
    assert tallied(asked, {**nothing, **found(other)}) == Tally(3, 0, 3, 1, passed=2, reversed=1)


def test_what_is_not_judged_is_not_counted() -> None:
    """A pair of which one was not judged is none; a span that is nowhere makes no error."""
    asked = shown(NIGHT, 14, target_lang="de")
    assert asked is not None
    (first, _), (second, other), _ = asked.pairs
    marks = {**dict.fromkeys((first, second, other), ()), **found(second, span="nowhere")}
    assert tallied(asked, marks) == Tally(plants=1, controls=1, passed=1)
