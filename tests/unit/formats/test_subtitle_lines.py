"""The lines of subtitles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats.subtitles.lines import joined, line_length, width, wrapped

LONG = "This is a sentence of a subtitle that has to be broken into two lines."


@pytest.mark.parametrize(
    ("turns", "most", "longest", "lines"),
    [
        (["Short."], 2, 42, ["Short."]),
        ([""], 2, 42, [""]),
        (
            [LONG],
            2,
            42,
            ["This is a sentence of a subtitle", "that has to be broken into two lines."],
        ),
        (
            ["When it is over, we shall all of us go home again."],
            2,
            42,
            ["When it is over,", "we shall all of us go home again."],
        ),
        (["one two three four five six"], 2, 8, ["one two three", "four five six"]),
        (
            ["one two three four five six"],
            3,
            10,
            ["one two", "three four", "five six"],
        ),
        (["- Hi.", "- Hello."], 2, 42, ["- Hi.", "- Hello."]),
        (["- Hi.", f"- {LONG}"], 2, 42, ["- Hi.", f"- {LONG}"]),
        (["- a b", "- c d", "- e"], 2, 4, ["- a b", "- c d", "- e"]),
        (["- aa bb", "- cc dd"], 3, 4, ["- aa", "bb", "- cc dd"]),
        (["Donaudampfschiff"], 2, 4, ["Donaudampfschiff"]),
        (['<i>aaaa</i> <g id="1">bbbb</g>'], 2, 9, ['<i>aaaa</i> <g id="1">bbbb</g>']),
        (['<i>aaaa</i> <g id="1">bbbb</g>'], 2, 8, ["<i>aaaa</i>", '<g id="1">bbbb</g>']),
        (["a &lt; b &amp; c"], 2, 9, ["a &lt; b &amp; c"]),
        (["a\u00a0b c"], 2, 3, ["a\u00a0b", "c"]),
        (
            ["我们今天晚上要去看电影，你要不要一起来？"],
            2,
            16,
            ["我们今天晚上要去看电影，", "你要不要一起来？"],
        ),
        (["我们。你"], 2, 2, ["我们。", "你"]),
        (["一「二三四"], 2, 3, ["一「二", "三四"]),
        (["「はい」と言った。"], 2, 5, ["「はい」", "と言った。"]),
        (
            ["오늘 밤에 영화를 보러 가자"],
            2,
            10,
            ["오늘 밤에", "영화를 보러 가자"],
        ),
    ],
)
def test_wrapped(turns: list[str], most: int, longest: int, lines: list[str]) -> None:
    """A text has as few lines as hold it, no more than allowed, broken where it is best."""
    assert lines == wrapped(turns, most, longest)


WORDS = st.lists(
    st.sampled_from(
        ["a", "bb,", "ccccccc", "<i>", "</i>", '<x id="3"/>', "&lt;", "我们", "。", "-"]
    )
)


@given(WORDS.map(" ".join), st.integers(1, 4), st.integers(1, 30))
def test_nothing_lost(text: str, most: int, longest: int) -> None:
    """Lines are never more than allowed, and hold the whole text in its order."""
    lines = wrapped([text], most, longest)
    assert len(lines) <= most
    assert text.replace(" ", "") == "".join(lines).replace(" ", "")
    words = text.replace("我们", "我 们").split()
    if sum(width(word) + 1 for word in words) <= longest:
        assert [text] == lines


def test_joined() -> None:
    """Lines are joined by spaces, those of wide characters by nothing."""
    assert "a b c" == joined([" a", "", "b ", "c"])
    assert "我们今天" == joined(["我们", "今天"])
    assert "오늘 밤" == joined(["오늘", "밤"])


def test_line_length() -> None:
    """A line's length is the language's."""
    assert [42, 42, 16, 13, 16] == [line_length(x) for x in ("de", "pt-BR", "zh_Hant", "JA", "ko")]


@pytest.mark.cpu_timeout(60)
@pytest.mark.parametrize(
    "text", ["word " * 100_000, "字" * 200_000, "." * 200_000, "<i>" * 100_000]
)
def test_long_texts(text: str) -> None:
    """A huge text is broken in about linear time."""
    assert len(wrapped([text], 2, 42)) <= 2
