"""By what a question is known again, how long batches are waited for, and items that failed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.decisions import Decision, GiveUp, Halt, Retry
from domain.errors import EngineError
from engines.claude.batches.ids import call_id_of, custom_id_of
from engines.claude.batches.results import item_result
from engines.claude.batches.timing import BatchTiming
from engines.port import Question

QUESTION = Question(
    task="translate",
    model="claude-sonnet-5-5",
    system=("Translate.",),
    user='{"task":"translate"}',
    schema={},
    max_tokens=1000,
    prompt_version="p1",
    job_id="job-1",
)


def test_names_never_change() -> None:
    """A question bears the same names in every process and every version."""
    assert custom_id_of(QUESTION) == "052d69c3459d0160dedad0cbc840394236d1ec65"
    assert call_id_of(QUESTION) == "512ba7f1-1bef-5396-8f93-75f5889b650a"


def test_the_wording_around_it_does_not_count() -> None:
    """A question is known again under another prompt, with more room and more thinking."""
    other = replace(
        QUESTION,
        system=("Please.",),
        max_tokens=2,
        prompt_version="p2",
        effort="high",
        schema={"a": 1},
    )
    assert custom_id_of(other) == custom_id_of(QUESTION)


@pytest.mark.parametrize(
    "change",
    [
        {"job_id": "job-2"},
        {"task": "assess"},
        {"model": "claude-haiku-5-5"},
        {"user": "{}"},
        {"occasion": 1},
        {"job_id": "job-1translate", "task": ""},
    ],
)
def test_what_is_told_apart(change: dict[str, object]) -> None:
    """Another job, task, model, turn or occasion makes another question."""
    assert custom_id_of(replace(QUESTION, **change)) != custom_id_of(QUESTION)  # type: ignore[arg-type] # any field


@pytest.mark.parametrize(("age", "seconds"), [(0, 1), (9, 1), (100, 10), (600, 60), (86_400, 60)])
def test_polls_back_off(age: float, seconds: float) -> None:
    """A batch is asked after each second at first, in the end each minute."""
    assert BatchTiming().pause(age) == seconds


@pytest.mark.parametrize(
    ("result", "kind", "decision"),
    [
        ({"type": "expired"}, "expired", Retry()),
        ({"type": "canceled"}, "canceled", Retry()),
        ({"type": "overslept"}, "overslept", Retry()),
        ({"type": "succeeded", "message": None}, "broken_response", Retry()),
        ({"type": "errored", "error": {"error": {"type": "api_error"}}}, "api_error", Retry()),
        (
            {"type": "errored", "error": {"error": {"type": "overloaded_error"}}},
            "overloaded_error",
            Retry(),
        ),
        (
            {"type": "errored", "error": {"error": {"type": "invalid_request_error"}}},
            "invalid_request_error",
            GiveUp(),
        ),
        (
            {"type": "errored", "error": {"error": {"type": "billing_error"}}},
            "billing_error",
            Halt(),
        ),
    ],
)
def test_items_that_failed(result: object, kind: str, decision: Decision) -> None:
    """A request that has no message says what to do: most are asked again, bad ones given up."""
    found = item_result({"custom_id": "a", "result": result}, simulated=False)
    assert isinstance(found.answer, EngineError)
    assert (kind, decision) == (found.answer.kind, found.answer.decision)


@pytest.mark.parametrize(
    "line", [None, [], {}, {"custom_id": "a"}, {"custom_id": "a", "result": {}}]
)
def test_a_broken_line(line: object) -> None:
    """What is no line of results is a ValueError."""
    with pytest.raises(ValueError, match="_Line"):
        item_result(line, simulated=False)
