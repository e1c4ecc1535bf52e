"""What stays as it is in a text beside markup and variables."""

from __future__ import annotations

import pytest

from domain.document.plan import Unit, plan
from domain.placeholders.markup import scan
from domain.placeholders.masking import differences, mask, restore
from domain.placeholders.merging import merged
from domain.placeholders.protection import PASSES, UNPROTECTED, Protection, Upcoming
from domain.placeholders.repair import repaired
from domain.text.segmentation import split

MATHS = Protection((r"\$[^$\n]+\$",))
ICONS = Protection((r":[a-z]+-[a-z-]+:", r"\[\[[^\]\n]+\]\]"))


def found(text: str, protection: Protection) -> list[str]:
    return [text[token.start : token.end] for token in scan(text, protection)]


@pytest.mark.parametrize(
    ("text", "protection", "variables"),
    [
        ("Let $x_{1} < y$ hold.", MATHS, ["$x_{1} < y$"]),
        ("Let $x$ and {name} hold.", MATHS, ["$x$", "{name}"]),
        ("Press :material-home: or [[Other page]].", ICONS, [":material-home:", "[[Other page]]"]),
        ("Ein $[a$](b) und [c](d)", MATHS, ["$[a$", "[", "](d)"]),
        ("In `a $ b` and $c$ it is.", MATHS, ["`a $ b`", "$c$"]),
        ('<b title="$">two</b> $c$', MATHS, ['<b title="$">', "</b>", "$c$"]),
        ("`$a` `$b` `$c` $d$", MATHS, ["`$a`", "`$b`", "`$c`", "$d$"]),
        ("{a} is $5", MATHS, ["{a}"]),
        ("{x} at once", Protection((r"\{x\} at",)), ["{x} at"]),
        ("nothing of it", Protection(("x*",)), []),
        ("two xx three", Protection(("x*",)), ["xx"]),
        ("{a} $ b$", UNPROTECTED, ["{a}"]),
    ],
)
def test_found(text: str, protection: Protection, variables: list[str]) -> None:
    """What begins first counts; what begins within other markup is sought again behind it."""
    assert variables == found(text, protection)


def test_masked_and_back() -> None:
    """A protected stretch is a variable like any other, and comes back as it was."""
    text = "With $a \\le b$ the {name} is <b>$c$</b>."
    masked = mask(text, MATHS)

    assert "With ⟦v1⟧ the ⟦v2⟧ is ⟦1⟧⟦v3⟧⟦/1⟧." == masked.text
    assert text == restore(masked.text, masked)
    assert ("⟦v1⟧ is missing",) == differences(masked, "Mit dem ⟦v2⟧ ist ⟦1⟧⟦v3⟧⟦/1⟧.")


def test_repaired() -> None:
    """One that a translator wrote out is put back under its name."""
    masked = mask("With $a$ and $b$ it holds.", MATHS)

    assert "Mit ⟦v1⟧ und ⟦v2⟧ gilt es." == repaired(masked, "Mit $a$ und ⟦v2⟧ gilt es.")


def test_merged() -> None:
    """A text with fewer placeholders is still protected in the same way."""
    simpler = merged(mask("With $a${b} it holds.", MATHS))

    assert simpler is not None
    assert "With ⟦v1⟧ it holds." == simpler.text
    assert MATHS == simpler.protection


def test_sentences() -> None:
    """No sentence ends within a protected stretch, and one of nothing else is none."""
    pieces = split("It is $f. Then g$ here. $a$ Also $b$.\n\n$c$", "en", protection=MATHS).pieces

    assert ["It is $f. Then g$ here.", "$a$ Also $b$."] == [piece.text for piece in pieces]


def test_units() -> None:
    """A unit of nothing else has no segment, though it is one that is never split."""
    units = [Unit("$alpha$", "label", whole=True), Unit("The $beta$", "label", whole=True)]

    assert [(1, "The $beta$")] == [
        (s.unit, s.source) for s in plan(units, "en", "de", protection=MATHS).segments
    ]
    assert [0, 1] == [s.unit for s in plan(units, "en", "de").segments]


@pytest.mark.cpu_timeout(30)
@pytest.mark.parametrize(
    "piece", ["`$` ", "$a://b$", "<a b='$'> ", "$", "[$](a) ", "{a, plural, other {$}} "]
)
def test_linear(piece: str) -> None:
    """A text in which much overlaps is read so many times at most, and not as often as it does."""
    text = piece * 100_000
    scan(text, Protection((r"\$.*\$",)))
    scan(text, MATHS)


def test_room() -> None:
    """Once it would be read too often, the rest of a text is unprotected."""
    text = "`$` " * 200 + "$ a$"

    assert "$ a$" not in found(text, Protection((r"\$.*\$",)))
    upcoming = Upcoming("$a$", MATHS)
    assert (0, 3) == upcoming.next(0)
    upcoming.passed_over(PASSES * 3 + 1)
    assert upcoming.next(0) is None
