"""What shows only beside other segments is found there, and right documents are left alone."""

from __future__ import annotations

import pytest

from domain.check_names import CheckName
from domain.checks.around.looking import is_from_around, look_around
from domain.checks.around.rows import Row

RIGHT = [
    ("Settings", "Einstellungen"),
    ("Save changes", "Änderungen speichern"),
    ("Delete", "Löschen"),
    ("Your account has 3 users.", "Ihr Konto hat 3 Benutzer."),
    ("Ask Miller for the key to room 14?", "Fragen Sie Miller nach dem Schlüssel zu Raum 14?"),
    ("Version", "Version"),
    ("Open the window of the kitchen", "Das Küchenfenster öffnen"),
]


def found(pairs, **options):
    rows = [Row(number, *pair) for number, pair in enumerate(pairs)]
    around = look_around(rows, source_lang="en", target_lang="de", **options)
    return {(number, finding.category) for number, of in around.items() for finding in of}


def test_a_right_document_passes():
    """In a right document nothing is found."""
    assert found(RIGHT) == set()


def test_one_answer_for_several():
    """Different texts that have one translation are all named."""
    pairs = [*RIGHT[:2], *((source, "Ja") for source, _ in RIGHT[2:])]

    assert found(pairs) == {(n, "accuracy/mistranslation/same") for n in range(2, 7)}


def test_a_neighbours_translation():
    """A segment with its neighbour's translation is named, and so is the neighbour."""
    pairs = [*RIGHT[:3], (RIGHT[3][0], RIGHT[4][1]), *RIGHT[4:]]

    assert {(3, "accuracy/mistranslation/same"), (4, "accuracy/mistranslation/same")} == found(
        pairs
    )


@pytest.mark.parametrize(
    "pairs",
    [
        [("Delete", "Entfernen"), ("Remove file", "Entfernen"), ("Remove files", "Entfernen")],
        [("Yes", "Ja"), ("On", "An"), ("Open", "Auf"), ("Up", "Auf"), ("yes", "Ja")],
        [("2nd", "2."), ("3rd", "3.")],
    ],
)
def test_texts_that_may_be_translated_alike(pairs):
    """Texts with a common word, and abbreviations, may have one translation."""
    assert {category for number, category in found(pairs) if number} <= {
        "accuracy/mistranslation/same"
    }
    assert found(pairs[1:]) == set()


def test_swapped_neighbours():
    """Two neighbours whose numbers and names fit crosswise are named."""
    pairs = [*RIGHT[:3], (RIGHT[3][0], RIGHT[4][1]), (RIGHT[4][0], RIGHT[3][1]), *RIGHT[5:]]

    assert found(pairs) == {
        (3, "accuracy/mistranslation/swapped"),
        (4, "accuracy/mistranslation/swapped"),
    }


def test_single_words_left_by_habit():
    """Words that may be loans are named where as many of a job came back as people never leave."""
    words = ["Changes", "Shipping", "Password", "Bookings", "Invoices", "Delivery"]
    left = [(word, word) for word in words]

    assert {number for number, _ in found(left)} == set(range(len(words)))
    assert found([*RIGHT, left[0], *RIGHT]) == set()


@pytest.mark.parametrize("name", ["same_translation", "swapped", "untranslated"])
def test_each_can_be_switched_off(name):
    """A check that is off finds nothing."""
    faulty = [
        (RIGHT[3][0], RIGHT[4][1]),
        (RIGHT[4][0], RIGHT[3][1]),
        *((source, "Ja") for source, _ in RIGHT[:3]),
        *(
            (word, word)
            for word in [
                "Changes",
                "Shipping",
                "Invoices",
                "Delivery",
                "Bookings",
                "Employees",
                "Wages",
            ]
        ),
    ]
    kind = {"same_translation": "same", "swapped": "swapped", "untranslated": "several"}[name]

    assert any(category.endswith(kind) for _, category in found(faulty))
    assert not any(category.endswith(kind) for _, category in found(faulty, off={CheckName(name)}))


def test_what_is_from_around():
    """Findings by other segments are known again."""
    rows = [Row(0, "Settings", "Ja"), Row(1, "Delete", "Ja")]
    (finding,) = look_around(rows, source_lang="en", target_lang="de")[0]

    assert is_from_around(finding)
