"""Language codes: standard form, locale, name."""

from __future__ import annotations

import pytest

from domain.languages import english_name, locale_of, normalized


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("de", "de"),
        ("DE", "de"),
        (" en ", "en"),
        ("pt_br", "pt-BR"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("sr-latn", "sr-Latn"),
        ("iw", "he"),
        ("es-419", "es-419"),
    ],
)
def test_normalized(code: str, expected: str) -> None:
    """A code is brought into its standard form."""
    assert normalized(code) == expected


@pytest.mark.parametrize(
    "code", ["", " ", "xx", "english", "e", "12", "de--AT", "de_DE.UTF-8", "und", "mul", "x-ours"]
)
def test_no_code(code: str) -> None:
    """What names no one language is refused, with an example of what does."""
    with pytest.raises(ValueError, match="no language code; write one by BCP-47, such as 'de'"):
        normalized(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("de", "de"), ("pt-BR", "pt_BR"), ("de-1996", "de"), ("cmn", "zh_Hans_CN")],
)
def test_locale(code: str, expected: str) -> None:
    """The nearest locale is found."""
    assert str(locale_of(code)) == expected


def test_no_locale() -> None:
    """Where CLDR knows no locale there is none."""
    assert locale_of("tlh") is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("de", "German (de)"),
        ("pt-BR", "Portuguese (Brazil) (pt-BR)"),
        ("zh-TW", "Chinese (Traditional, Taiwan) (zh-TW)"),
        ("zh-Hans", "Chinese (Simplified) (zh-Hans)"),
        ("arb", "Arabic (arb)"),
        ("tlh", "tlh"),
    ],
)
def test_english_name(code: str, expected: str) -> None:
    """A language is named in English with its code, and no country that the code doesn't say."""
    assert english_name(code) == expected
