"""Texts on their way into Apertium, and what comes out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engines.apertium.stream import Rendered, rendered, written


def test_written() -> None:
    """Placeholders and Apertium's own marks go into superblanks, special characters are escaped."""
    asked = written("⟦1⟧Copy⟦/1⟧ $5 *now* to [a]/{b}, C++ or ⟦v1⟧\nuser@host.")
    assert asked.stream == (
        r"[0]Copy[1] \$5 [2]now[3] to \[a\]\/\{b\}, C[4] or [5][6]user[7]host.[]"
    )
    assert asked.blanks == ("⟦1⟧", "⟦/1⟧", "*", "*", "++", "⟦v1⟧", "\n", "@")


def test_full_stop() -> None:
    """A text without an end gets a full stop for the way, and loses it again."""
    asked = written("Archiving utility")
    assert asked.stream == "Archiving utility.[]"
    assert rendered("Utilidad de archivo.[]", asked).text == "Utilidad de archivo"


def test_end_behind_placeholder() -> None:
    """A sentence's end counts though a placeholder stands behind it."""
    assert written("Done.⟦v1⟧").stream == "Done.[0][]"
    assert written("“Done?” ").stream == "“Done?” []"


def test_letters_apart_from_accents() -> None:
    """An accent that stands apart from its letter is joined to it: Apertium knows words so."""
    assert written("cafe\u0301.").stream == "café.[]"


def test_marks() -> None:
    """Words that were not known, not found or not inflected are told, without their marks."""
    answer = r"El *blorped [0]y[1] @subject, #gerente-*utils *don't.[]"
    assert rendered(answer, written("The blorped *and* subject.")) == Rendered(
        "El blorped *y* subject, gerente-utils don't.",
        ("blorped", "subject", "gerente", "utils", "don't"),
        is_whole=True,
    )


def test_dropped_word() -> None:
    """A word that was dropped leaves no gap, neither within nor at the beginning."""
    assert rendered(" Dejó la  casa.[]", written("He left the house.")).text == "Dejó la casa."


def test_space_around() -> None:
    """Space around the source stands around the translation, and double space stays double."""
    assert rendered("  Casa  roja .[]", written("  Red  house ")).text == "  Casa  roja "


def test_nothing_came() -> None:
    """Where Apertium makes nothing of a text, the source stands."""
    assert rendered(" .[]", written("It")).text == "It"
    assert rendered("[]", written("It.")).text == "It."


def test_lower_case() -> None:
    """A text that begins in lower case is no sentence, and its translation begins likewise."""
    assert rendered("“[0]Casa.[]", written("“⟦v1⟧house")).text == "“⟦v1⟧casa"
    assert rendered("Casa.[]", written("House")).text == "Casa"
    assert rendered("123[0].[]", written("house ⟦v1⟧")).text == "123⟦v1⟧"


def test_lost_blank() -> None:
    """A superblank that was lost, moved or invented is noticed."""
    asked = written("⟦1⟧Red⟦/1⟧ house.")
    assert rendered("Casa [0]roja[1].[]", asked) == Rendered("Casa ⟦1⟧roja⟦/1⟧.", (), is_whole=True)
    assert rendered("Casa [0]roja.[]", asked) == Rendered("Casa ⟦1⟧roja.", (), is_whole=False)
    assert rendered("Casa [1]roja[0].[]", asked).is_whole is False
    assert rendered("Casa [0]roja[1][2].[]", asked).is_whole is False


@given(st.text(st.sampled_from("ab ⟦⟧1v/*#@~+[]{}<>^$\\.\n\0")))
def test_there_and_back(text: str) -> None:
    """A text that comes back as it was sent is the text itself."""
    asked = written(text)
    assert Rendered(text, (), is_whole=True) == rendered(asked.stream, asked)
