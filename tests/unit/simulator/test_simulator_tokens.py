"""The simulator's count of tokens."""

from __future__ import annotations

import pytest

from simulator.requests.tokens import count, cut


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("a", 1), ("four", 1), ("fives", 2), ("äöüß", 1), ("倉庫", 2), ("⟦1⟧ab", 3)],
)
def test_count(text: str, tokens: int) -> None:
    """Four letters are a token; a character from U+0900 up is one of its own."""
    assert count(text) == tokens


def test_cut() -> None:
    """A text is cut where its tokens run out, not before."""
    assert cut("abcdefghij", 2) == "abcdefgh"
    assert cut("倉庫管理", 3) == "倉庫管"
    assert cut("abc", 0) == ""
    assert cut("abc", 5) == "abc"
