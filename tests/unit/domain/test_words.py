"""Words are counted by UAX #29."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from uniseg.wordbreak import words

from domain.text.words import count_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        (" … – !?", 0),
        ("Die Qualität unserer Produkte spricht für sich.", 7),
        ("can't l'été aujourd’hui", 3),
        ("3.14 1,000.00 1.000,00", 3),
        ("e.g. U.S.A.", 2),
        ("snake_case well-known C++", 4),
        ("e\u0301te\u0301", 1),
        ("你好世界", 4),
        ("東京タワー", 3),
        ("안녕하세요 세계", 2),
        ("สวัสดี", 4),
        ('שלום צה"ל', 2),
        ("مرحبا بالعالم", 2),
        ("नमस्ते दुनिया", 2),
        ("🇩🇪 👨‍👩‍👧 ok", 1),
        ("10 m²", 3),
    ],
)
def test_counts(text: str, expected: int) -> None:
    """Words count alike in every script; punctuation, symbols and emoji don't."""
    assert count_words(text) == expected


_HARD = (
    'ab\'’.,:;_-"12 \n\r你カひスא"ברκ\u200d\u0301\u00ad\u2018·٠가각ᄀ\u202fⅣ½²ไ์ကိ\u0903ー々〇'
    "🇩🇪👨👩\ufe0f👍🏽©"
)


@given(st.text(alphabet=_HARD, max_size=20))
@settings(max_examples=200)
def test_agrees_with_another_implementation(text: str) -> None:
    """An independent reading of the Unicode rules counts the same words."""
    expected = sum(any(map(str.isalnum, word)) for word in words(text))
    assert count_words(text) == expected


@pytest.mark.cpu_timeout(30)
def test_many_flags() -> None:
    """A megabyte of flags is counted at once: the count takes linear time."""
    assert count_words("🇩🇪" * 500_000 + "Ende") == 1
