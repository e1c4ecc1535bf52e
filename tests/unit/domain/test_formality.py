"""How a translation addresses its reader."""

from __future__ import annotations

from typing import Literal

import pytest

from domain.checks.checking import check_translation
from domain.checks.formality import wrongly_addressed

Formality = Literal["formal", "informal"]


@pytest.mark.parametrize(
    ("lang", "formality", "text", "word"),
    [
        ("de", "formal", "Öffne deine Datei.", "deine"),
        ("de", "formal", "Kannst du das lesen?", "du"),
        ("de-AT", "formal", "Du siehst hier alles.", "Du"),
        ("de", "informal", "Wir helfen Ihnen gern.", "Ihnen"),
        ("de", "informal", "Speichern Sie Ihre Datei.", "Ihre"),
        ("fr", "formal", "Est-ce que tu viens ?", "tu"),
        ("fr", "informal", "Enregistrez votre fichier.", "votre"),
        ("es", "formal", "Como tú quieras.", "tú"),
        ("es", "informal", "Si usted quiere.", "usted"),
        ("nl", "formal", "Is dat van jou?", "jou"),
        ("ru", "formal", "Мы поможем тебе.", "тебе"),
        ("ru", "informal", "Мы поможем Вам.", "Вам"),
    ],
)
def test_the_other_way(lang: str, formality: Formality, text: str, word: str) -> None:
    """A word of the way that was not asked for is named."""
    assert wrongly_addressed(text, lang, formality) == word


@pytest.mark.parametrize(
    ("lang", "formality", "text"),
    [
        ("de", "formal", "Öffnen Sie Ihre Datei."),
        ("de", "informal", "Öffne deine Datei. Ihre Größe zählt nicht."),
        ("de", "informal", "Die Kundin und ihre Datei."),
        ("de", "formal", "Dubai und die Eurostar-Züge"),
        ("fr", "formal", "Le ton de votre texte"),
        ("fr", "informal", "Ouvre ton fichier."),
        ("es", "formal", "Guarde su archivo; el té está listo."),
        ("ru", "informal", "Мы поможем вам всем."),
        ("ja", "formal", "ファイルを開く。"),
        ("en", "informal", "Open your file."),
    ],
)
def test_the_right_way(lang: str, formality: Formality, text: str) -> None:
    """What is right, or could mean something else, is passed over."""
    assert wrongly_addressed(text, lang, formality) is None


def test_it_is_a_check_of_translations() -> None:
    """Where a briefing says so, the other form of address is a major error."""
    pair = ("Open your file.", "Öffne deine Datei.")
    wanted = {"source_lang": "en", "target_lang": "de", "terms": (), "max_chars": None}
    (found,) = check_translation(*pair, formality="formal", **wanted)  # type: ignore[arg-type]
    assert (found.severity, found.category, found.span) == ("major", "style/register", "deine")
    assert check_translation(*pair, **wanted) == ()  # type: ignore[arg-type]
    assert check_translation(*pair, formality="informal", **wanted) == ()  # type: ignore[arg-type]
