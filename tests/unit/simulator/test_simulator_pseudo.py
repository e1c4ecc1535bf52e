"""Pseudo-translation."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.replies.pseudo import pseudo, read_glossary

_TERMS = (
    "Translate.\n"
    '{"forbidden": ["depot"], "source": "Lager", "status": "approved", "target": "warehouse"}\n'
    '{"forbidden": [], "source": "offene Rechnung", "status": "pending", "target": "open bill"}\n'
    '{"forbidden": [], "source": "Kran", "status": "deprecated", "target": "crane"}\n'
    "{not JSON}\n"
)


def test_accents() -> None:
    """Letters bear accents; placeholders, digits, punctuation and spaces stay."""
    translated = pseudo("Das ⟦1⟧Lager⟦/1⟧ hat 1.000,50 m², ja!")
    assert translated == "Đáš ⟦1⟧Ļáĝéŕ⟦/1⟧ ĥáţ 1.000,50 ɱ², ĵá!"


def test_accented_source() -> None:
    """A letter that bears the accent already gets another one."""
    assert pseudo("é") == "ê"
    assert pseudo("ä") == "á"


def test_other_scripts() -> None:
    """Other scripts become Latin, one letter each."""
    assert re.fullmatch("[^\u0000-\u007f]{4}", pseudo("倉庫管理"))
    assert pseudo("倉庫管理") != "倉庫管理"


def test_glossary() -> None:
    """Terms stand unaccented for their source terms, short inflections included."""
    glossary = read_glossary((_TERMS,))
    assert pseudo("Im LAGER", glossary) == "Íɱ warehouse"
    assert pseudo("des Lagers", glossary) == "đéš warehouse"
    assert pseudo("Offene  Rechnungen da", glossary) == "open bill đá"
    assert pseudo("Lagerhaus", glossary) == "Ļáĝéŕĥáúš"
    assert pseudo("Kran", glossary) == "Ķŕáñ"


def test_no_glossary() -> None:
    """A prompt without terms has no glossary."""
    assert read_glossary(("Translate.", '{"tone": "formal"}')) is None


def test_second_accents() -> None:
    """The second accents give another text of the same letters."""
    assert pseudo("Haus", second=True) == "Ħâûś"


@settings(max_examples=100)
@given(st.text(max_size=40))
def test_what_stays(text: str) -> None:
    """Length and everything that is no letter stay, for any text."""
    changed = pseudo(text)
    assert len(changed) == len(text)
    assert [c for c in changed if not c.isalpha()] == [c for c in text if not c.isalpha()]
