"""User turns, as the wire format has them."""

from __future__ import annotations

import json

from domain.checks.quality import Finding, Severity
from prompts.turns import (
    Surroundings,
    assess_turn,
    brief_turn,
    correct_turn,
    review_turn,
    translate_turn,
)

FINDING = Finding(Severity.MAJOR, "accuracy/omission", "sehr", "“very” is missing.", "check")


def test_brief() -> None:
    """A brief is asked for with the whole document."""
    assert brief_turn("de", "en", "Das Lager.") == (
        '{"task":"brief","source_lang":"de","target_lang":"en","document":"Das Lager."}'
    )


def test_review() -> None:
    """A review is asked for by segment, without a target language."""
    assert review_turn("de", {3: "Das Laager."}) == (
        '{"task":"review_source","source_lang":"de","segments":["3|Das Laager."]}'
    )


def test_translate() -> None:
    """Translations are asked for by number, with the text around them; nothing is escaped."""
    turn = translate_turn("de", "en", {3: "Das ist ⟦1⟧wichtig⟦/1⟧."}, before=["Oh."], after=["Ja."])
    assert turn == (
        '{"task":"translate","source_lang":"de","target_lang":"en",'
        '"segments":["|Oh.","3|Das ist ⟦1⟧wichtig⟦/1⟧.","|Ja."]}'
    )


def test_translate_says_where_a_segment_stands() -> None:
    """What the document says of a segment goes with it, and with it alone."""
    said = {4: Surroundings("label", "A button.", 9), 5: Surroundings(max_chars=5)}
    texts = {3: "Da.", 4: "Auf", 5: "Zu"}
    turn = json.loads(translate_turn("de", "en", texts, surroundings=said))
    assert turn["segments"] == ["3|Da.", "4 label max 9|Auf", "5 max 5|Zu"]
    assert turn["author_notes"] == ["4|A button."]


def test_assess() -> None:
    """An assessment is asked for with source and translation side by side."""
    assert assess_turn("de", "en", {3: ("Haus", "house")}) == (
        '{"task":"assess","source_lang":"de","target_lang":"en",'
        '"segments":[{"id":3,"source":"Haus","translation":"house"}]}'
    )


def test_correct() -> None:
    """A correction is asked for with the errors found, whoever found them."""
    assert correct_turn("de", "en", {3: ("Haus", "house", [FINDING])}) == (
        '{"task":"correct","source_lang":"de","target_lang":"en",'
        '"segments":[{"id":3,"source":"Haus","translation":"house",'
        '"errors":[{"severity":"major","category":"accuracy/omission","span":"sehr",'
        '"explanation":"“very” is missing."}]}]}'
    )


def test_half_a_surrogate_pair() -> None:
    """Half a surrogate pair goes out as U+FFFD, two that stand together as their character."""
    turn = review_turn("de", {1: "a\ud800b", 2: "\ud83d\ude00"})
    assert json.loads(turn)["segments"] == ["1|a\ufffdb", "2|😀"]
