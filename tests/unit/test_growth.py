"""Steps that grow with a document grow no faster than it: what is quadratic would take minutes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from domain.briefing import GlossaryEntry
from domain.glossary.terminology import deviations
from domain.placeholders.masking import mask
from domain.placeholders.repair import repaired
from formats.data.message_format import without_choices


def calls_of(step: Callable[[], object]) -> int:
    """How many functions are called by a step."""
    count = 0

    def told(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(told)
    try:
        step()
    finally:
        sys.setprofile(None)
    return count


def terms(count: int) -> Callable[[], object]:
    """Looks for so many terms in one segment: each third is missed, each third a compound."""
    entries = [
        GlossaryEntry(
            term=f"word{n}", translations={"de": f"Lager{n}"}, forbidden_alternatives=[f"Laden{n}"]
        )
        for n in range(count)
    ]
    source = " ".join(f"the word{n} is" for n in range(count))
    found = ("Lager", "Zentrallager", "Laden")
    translation = " ".join(f"das {found[n % 3]}{n} ist" for n in range(count))

    def step() -> None:
        told = deviations(entries, source, translation, source_lang="en", target_lang="de")
        assert len(told) == count // 3

    return step


def test_many_terms_in_one_segment() -> None:
    """Twice as many terms in one segment take twice as many steps."""
    terms(90)()
    few, many = (calls_of(terms(count)) for count in (150, 300))
    assert many <= 2.3 * few


@pytest.mark.cpu_timeout(90)
def test_many_placeholders_written_otherwise() -> None:
    """A segment with a great many placeholders is put right in linear time."""
    masked = mask(" ".join(f"See {{v{n}}} and {{v{n}}}." for n in range(20_000)))
    answer = masked.text.replace("⟦v2⟧", "⟦v1⟧").replace("⟦v4⟧", "[[V4]]")
    assert repaired(masked, answer) == masked.text


@pytest.mark.cpu_timeout(60)
def test_many_messages_without_choices() -> None:
    """A file with a great many messages, none with a choice, is read in linear time."""
    assert not any(without_choices([f"Message {n} of {{name}}." for n in range(400_000)]))
