"""Questions about several documents in one request, and what becomes of the one answer."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.requests.joined import Frame, Part, answers_apart, apportioned, joined, shares
from domain.usage import TokenUsage

HEAD = {"task": "translate", "source_lang": "en", "target_lang": "de"}
PARTS = [Part((4, 5), 10), Part((0,), 10)]


def frame(*segments: str, **more: list[str]) -> Frame:
    return Frame(HEAD, {**more, "segments": segments})


def test_each_document_has_a_frame() -> None:
    """Numbers are unique in the request; what stands around a text stands in its own list."""
    first = frame("|x", "4|a", "5 label max 9|b", author_notes=["5|Of b."])
    second = frame("0|c|d", "|y")
    assert joined([first, second]) == {
        **HEAD,
        "author_notes": ["2|Of b."],
        "documents": [["|x", "1|a", "2 label max 9|b"], ["3|c|d", "|y"]],
    }
    assert first.ids == (4, 5)


def test_segments_with_more_to_say() -> None:
    """Those of an assessment keep what they say, and nothing is said of notes where none are."""
    frames = [Frame(HEAD, {"segments": [{"id": n, "source": "s"}]}) for n in (7, 7)]
    assert joined(frames) == {
        **HEAD,
        "documents": [[{"id": 1, "source": "s"}], [{"id": 2, "source": "s"}]],
    }


def test_each_document_gets_its_answer() -> None:
    """In its own ids, with its own notes, as if it had been asked about alone."""
    answer = {
        "segments": ["3|c", "1|a", "2|b"],
        "notes": [{"id": 3, "confidence": "low", "note": "?"}],
    }
    assert answers_apart(answer, PARTS) == [
        {"segments": ["4|a", "5|b"], "notes": []},
        {
            "segments": ["0|c"],
            "notes": [{"id": 0, "confidence": "low", "note": "?"}],
        },
    ]


def test_lists_of_ids() -> None:
    """What says only which segments it covers is shared out likewise."""
    answer = {"assessed": [1, 2, 3], "errors": [{"id": 2, "span": "b"}], "model": "x"}
    assert answers_apart(answer, PARTS) == [
        {"assessed": [4, 5], "errors": [{"id": 5, "span": "b"}]},
        {"assessed": [0], "errors": []},
    ]


def test_a_fault_stays_in_its_part() -> None:
    """A segment that is missing, there twice, or without a text is its own document's."""
    answer = {"segments": ["1|a", {"id": 1}, "3|c"]}
    assert answers_apart(answer, PARTS) == [
        {"segments": ["4|a", {"id": 4}]},
        {"segments": ["0|c"]},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"segments": ["4|x"]}',
        '{"segments": ["0|x"]}',
        '{"segments": ["x"]}',
        '{"segments": ["|x"]}',
        '{"segments": [{"id": true, "text": "x"}]}',
        '{"segments": [{"text": "x"}]}',
        '{"assessed": ["1"]}',
    ],
)
def test_nobodys_answer(text: str) -> None:
    """Where it can't be told whose something is, none of it counts."""
    assert answers_apart(json.loads(text), PARTS) is None


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_apportioned(total: int, weights: list[int]) -> None:
    """Shares add up to the total, and none is off by a whole one."""
    found = apportioned(total, weights)
    assert sum(found) == total
    whole = sum(weights)
    for share, weight in zip(found, weights, strict=True):
        exact = Fraction(total * weight, whole) if whole else Fraction(total, len(weights))
        assert abs(share - exact) < 1


@given(
    st.lists(st.integers(0, 10**6), min_size=5, max_size=5),
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=9),
)
def test_shares_add_up(counts: list[int], weights: list[tuple[int, int]]) -> None:
    """Each class of tokens adds up to the request's."""
    usage = TokenUsage(*counts)
    found = shares(usage, [w for w, _ in weights], [w for _, w in weights])
    assert sum(found, TokenUsage()) == usage


def test_what_is_shared_by_what() -> None:
    """Input goes by what a document added to the question, output by what it got."""
    found = shares(TokenUsage(uncached_input_tokens=40, output_tokens=10), [3, 1], [1, 4])
    assert found == [
        TokenUsage(uncached_input_tokens=30, output_tokens=2),
        TokenUsage(uncached_input_tokens=10, output_tokens=8),
    ]
