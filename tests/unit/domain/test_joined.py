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


def frame(*ids: int, **around: list[str]) -> Frame:
    return Frame(HEAD, {**around, "segments": [{"id": i, "text": f"text {i}"} for i in ids]})


def test_each_document_has_a_frame() -> None:
    """Ids are unique in the request; what stands around a text stands in its own frame."""
    assert joined([frame(4, 5, before=["x"], after=[]), frame(0, before=[], after=["y"])]) == {
        **HEAD,
        "documents": [
            {
                "before": ["x"],
                "segments": [{"id": 1, "text": "text 4"}, {"id": 2, "text": "text 5"}],
            },
            {"after": ["y"], "segments": [{"id": 3, "text": "text 0"}]},
        ],
    }


def test_each_document_gets_its_answer() -> None:
    """In its own ids, with its own notes, as if it had been asked about alone."""
    answer = {
        "segments": [{"id": 3, "text": "c"}, {"id": 1, "text": "a"}, {"id": 2, "text": "b"}],
        "notes": [{"id": 3, "confidence": "low", "note": "?"}],
    }
    assert [json.loads(own) for own in answers_apart(json.dumps(answer), PARTS) or ()] == [
        {"segments": [{"id": 4, "text": "a"}, {"id": 5, "text": "b"}], "notes": []},
        {
            "segments": [{"id": 0, "text": "c"}],
            "notes": [{"id": 0, "confidence": "low", "note": "?"}],
        },
    ]


def test_lists_of_ids() -> None:
    """What says only which segments it covers is shared out likewise."""
    answer = {"assessed": [1, 2, 3], "errors": [{"id": 2, "span": "b"}], "model": "x"}
    assert [json.loads(own) for own in answers_apart(json.dumps(answer), PARTS) or ()] == [
        {"assessed": [4, 5], "errors": [{"id": 5, "span": "b"}]},
        {"assessed": [0], "errors": []},
    ]


def test_a_fault_stays_in_its_part() -> None:
    """A segment that is missing, there twice, or without a text is its own document's."""
    answer = {"segments": [{"id": 1, "text": "a"}, {"id": 1}, {"id": 3, "text": "c"}]}
    assert [json.loads(own) for own in answers_apart(json.dumps(answer), PARTS) or ()] == [
        {"segments": [{"id": 4, "text": "a"}, {"id": 4}]},
        {"segments": [{"id": 0, "text": "c"}]},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "no JSON",
        "[]",
        '{"segments": [{"id": 4, "text": "x"}]}',
        '{"segments": [{"id": 0, "text": "x"}]}',
        '{"segments": [{"id": true, "text": "x"}]}',
        '{"segments": [{"text": "x"}]}',
        '{"assessed": ["1"]}',
        "[" * 100_000,
    ],
)
def test_nobodys_answer(text: str) -> None:
    """Where it can't be told whose something is, none of it counts."""
    assert answers_apart(text, PARTS) is None


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
