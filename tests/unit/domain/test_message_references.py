"""Messages that name others: i18next's nesting and Vue I18n's links."""

from __future__ import annotations

import pytest

from domain.placeholders.masking import differences, mask, restore


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("See $t(common.key) now", "See ⟦v1⟧ now"),
        ('Of $t(files, {"count": {{n}} }) here', "Of ⟦v1⟧ here"),
        ("Go @:common.back now.", "Go ⟦v1⟧ now."),
        ("Go @:common.back.", "Go ⟦v1⟧."),
        ("A @.lower:a-b.c there", "A ⟦v1⟧ there"),
        ("A @:{'a.b'} there", "A ⟦v1⟧ there"),
        ("Hi %{name} and {{name}}", "Hi ⟦v1⟧ and ⟦v2⟧"),
    ],
)
def test_a_reference_is_a_placeholder(text: str, masked: str) -> None:
    """No translator can change which message or variable is meant."""
    assert mask(text).text == masked
    assert restore(masked, mask(text)) == text
    assert differences(mask(text), masked.replace("⟦v1⟧", "")) != ()


@pytest.mark.parametrize("text", ["cost$t(x) is", "at 5 @ 3: four", "me@:home", "$t() is @: no"])
def test_prose_is_no_reference(text: str) -> None:
    """Signs within words, or that name nothing, are text."""
    assert mask(text).text == text
