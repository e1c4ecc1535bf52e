"""How segments are shared out over requests."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.document.segment_windows import by_member, halves, tokens_in, windows


def test_windows_keep_both_limits() -> None:
    """A window ends before it holds too many segments or tokens, and a large segment is alone."""
    sizes = {0: 10, 1: 10, 2: 10, 3: 10, 5: 95, 6: 5, 7: 200, 8: 1}
    assert windows(sizes, segments=3, tokens=100) == ((0, 1, 2), (3,), (5, 6), (7,), (8,))


def test_no_segments_make_no_window() -> None:
    """Where nothing is to be asked, nothing is planned."""
    assert windows({}, segments=3, tokens=100) == ()


@given(
    st.dictionaries(st.integers(0, 500), st.integers(1, 300)),
    st.integers(1, 10),
    st.integers(1, 400),
)
def test_windows_hold_every_segment_once(sizes: dict[int, int], segments: int, tokens: int) -> None:
    """Windows lose no segment, keep the order, and only a lone one is beyond the limit."""
    found = windows(sizes, segments=segments, tokens=tokens)
    assert [i for window in found for i in window] == sorted(sizes)
    assert all(len(window) <= segments for window in found)
    assert all(len(w) == 1 or sum(sizes[i] for i in w) <= tokens for w in found)


def test_halves() -> None:
    """Some ids by halves are all of them, the first half being the larger."""
    assert halves((1, 2, 3, 4, 5)) == ((1, 2, 3), (4, 5))
    assert halves((1, 2)) == ((1,), (2,))


def test_by_member() -> None:
    """Each id has the pack it is in."""
    assert by_member([(0, 1), (2,)]) == {0: (0, 1), 1: (0, 1), 2: (2,)}


def test_tokens_in() -> None:
    """A token is four bytes, and one more; half a surrogate pair counts like a character."""
    assert [tokens_in(text) for text in ("", "four", "ab", "öä", "\ud800")] == [1, 2, 1, 2, 1]
