"""Reading what a model answers."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.checks.quality import Finding, Severity
from domain.errors import AnswerError
from domain.requests.answers import (
    SCHEMAS,
    Brief,
    BriefTerm,
    ConfidenceNote,
    SourceIssue,
    judged,
    read_assessment,
    read_brief,
    read_review,
    read_translations,
)
from domain.requests.endings import Ending

ANSWERS: dict[str, dict[str, Any]] = {
    "brief": {
        "summary": "A manual.",
        "terms": [{"source": "Lager", "target": "bearing"}],
        "problems": ["“Lager” is a bearing here."],
    },
    "review_source": {
        "reviewed": [3],
        "issues": [{"id": 3, "span": "Laager", "suggestion": "Lager", "explanation": "Typo."}],
    },
    "translate": {
        "segments": ["3|This is ⟦1⟧important⟦/1⟧."],
        "notes": [{"id": 3, "confidence": "low", "note": "Could be “urgent”."}],
    },
    "assess": {
        "assessed": [3],
        "errors": [
            {
                "id": 3,
                "severity": "minor",
                "category": "accuracy/omission",
                "span": "sehr",
                "explanation": "“very” is missing.",
            }
        ],
    },
    "correct": {"segments": ["3|Better."], "notes": []},
}
"""An answer to each task, as the wire format shows it."""

SUPPORTED = {"type", "properties", "required", "additionalProperties", "items", "enum"}


def kind_of(call: Any, *args: Any) -> tuple[str, str]:
    """Kind and message of the AnswerError that a call raises."""
    with pytest.raises(AnswerError) as caught:
        call(*args)
    return caught.value.kind, str(caught.value)


def objects_in(schema: Any) -> list[dict[str, Any]]:
    """A schema and all schemas inside it."""
    inner = [*schema.get("properties", {}).values(), schema.get("items")]
    inner = [one for one in inner if one is not None]
    return [schema, *(part for one in inner for part in objects_in(one))]


@pytest.mark.parametrize("task", SCHEMAS)
def test_schema_takes_the_wire_formats_answer(task: str) -> None:
    """Each schema takes the wire format's answer, and none with a field more or less."""
    schema = dict(SCHEMAS[task])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(ANSWERS[task], schema)
    first = next(iter(ANSWERS[task]))
    less = {name: value for name, value in ANSWERS[task].items() if name != first}
    for wrong in (ANSWERS[task] | {"more": 1}, less):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


@pytest.mark.parametrize("task", SCHEMAS)
def test_schema_keywords(task: str) -> None:
    """Schemas keep to what structured output supports: closed objects, everything required."""
    for schema in objects_in(SCHEMAS[task]):
        assert set(schema) <= SUPPORTED
        if schema["type"] == "object":
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(schema["properties"])


def test_translations() -> None:
    """Translations and doubts are read by id."""
    answer = read_translations(ANSWERS["translate"], [3])
    assert answer.texts == {3: "This is ⟦1⟧important⟦/1⟧."}
    assert answer.notes == (ConfidenceNote(3, "low", "Could be “urgent”."),)


def test_assessment() -> None:
    """Errors are read by id; a segment without any has none, and is there."""
    data = {**ANSWERS["assess"], "assessed": [4, 3]}
    finding = Finding(Severity.MINOR, "accuracy/omission", "sehr", "“very” is missing.", "model")
    assert read_assessment(data, [3, 4]) == {3: (finding,), 4: ()}


def test_review() -> None:
    """Issues with the source are read."""
    assert read_review(ANSWERS["review_source"], [3]) == (
        SourceIssue(3, "Laager", "Lager", "Typo."),
    )


def test_brief() -> None:
    """A brief of the whole document is read."""
    assert read_brief(ANSWERS["brief"]) == Brief(
        "A manual.", (BriefTerm("Lager", "bearing"),), ("“Lager” is a bearing here.",)
    )


def test_order_of_keys_and_case_of_enums() -> None:
    """The order of keys and the case of enum words mean nothing, nor does a field beyond."""
    error = {
        "explanation": "Wrong.",
        "span": "x",
        "category": " Accuracy/Mistranslation ",
        "severity": "MAJOR",
        "id": 3,
        "rank": 1,
    }
    found = read_assessment({"errors": [error], "assessed": [3]}, [3])
    assert found[3] == (Finding(Severity.MAJOR, "accuracy/mistranslation", "x", "Wrong.", "model"),)
    notes = [{"note": "Hm.", "confidence": "Medium", "id": 3}]
    read = read_translations({"notes": notes, "segments": [{"text": "t", "id": 3}]}, [3])
    assert read.notes == (ConfidenceNote(3, "medium", "Hm."),)


@pytest.mark.parametrize(
    ("ending", "text", "kind", "message"),
    [
        (Ending.TRUNCATED, '{"segm', "truncated", "the answer ran out of room before its end"),
        (Ending.REFUSED, "", "refused", "the model refused to answer: It is about weapons."),
        (Ending.COMPLETE, "", "empty", "the answer is empty"),
        (Ending.COMPLETE, " \n", "empty", "the answer is empty"),
        (Ending.OTHER, "{}", "broken", "the answer did not come to its end: 'tool_use'"),
    ],
)
def test_endings(ending: Ending, text: str, kind: str, message: str) -> None:
    """Only an answer that ended by itself is read; how else it ended decides what is done."""
    found = kind_of(judged, text, ending, "tool_use", "It is about weapons.")
    assert found == (kind, message)


def test_refusal_without_a_reason() -> None:
    """A refusal that gives no reason is told as such."""
    assert kind_of(judged, "", Ending.REFUSED) == ("refused", "the model refused to answer")


@pytest.mark.parametrize(
    "text",
    [
        '{"segments": [',
        "Sure! Here is the JSON.",
        '{"a": NaN}',
        '{"a": "\\ud800"}',
        "[" * 100_000,
        "1" * 10_000,
        '{"a": 1} {"b": 2}',
    ],
)
def test_no_json(text: str) -> None:
    """What is no JSON, or holds what no file can hold, is a broken answer."""
    kind, message = kind_of(judged, text, Ending.COMPLETE)
    assert (kind, message.split(":")[0]) == ("broken", "the answer is no JSON")


def test_json_is_read() -> None:
    """JSON is read, whole surrogate pairs by escape included."""
    assert judged('{"a": "\\ud83d\\ude00 ⟦1⟧"}', Ending.COMPLETE) == {"a": "😀 ⟦1⟧"}


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([], "missing: segments 3, 4"),
        ([3], "missing: segment 4"),
        ([3, 4, 5], "not asked for: segment 5"),
        ([3, 3, 4], "twice: segment 3"),
        ([5, 5], "missing: segments 3, 4; not asked for: segment 5; twice: segment 5"),
    ],
)
def test_wrong_ids(ids: list[int], message: str) -> None:
    """An answer that covers other segments than asked for is refused, in every task with ids."""
    expected = ("wrong_ids", f"the answer covers other segments than asked for; {message}")
    segments = [f"{number}|t" for number in ids]
    assert kind_of(read_translations, {"segments": segments, "notes": []}, [3, 4]) == expected
    assert kind_of(read_assessment, {"assessed": ids, "errors": []}, [3, 4]) == expected
    assert kind_of(read_review, {"reviewed": ids, "issues": []}, [3, 4]) == expected


def test_remarks_on_strangers() -> None:
    """A note, error or issue on a segment that was not asked about is a wrong id too."""
    note = {**ANSWERS["translate"]["notes"][0], "id": 9}
    error = {**ANSWERS["assess"]["errors"][0], "id": 9}
    issue = {**ANSWERS["review_source"]["issues"][0], "id": 9}
    told = [
        kind_of(read_translations, {**ANSWERS["translate"], "notes": [note]}, [3]),
        kind_of(read_assessment, {"assessed": [3], "errors": [error]}, [3]),
        kind_of(read_review, {"reviewed": [3], "issues": [issue]}, [3]),
    ]
    assert told == [
        ("wrong_ids", "its notes name segment 9, not asked for"),
        ("wrong_ids", "its errors name segment 9, not asked for"),
        ("wrong_ids", "its issues name segment 9, not asked for"),
    ]


def test_blank_translation() -> None:
    """A segment that comes back blank is an empty answer, not a translation."""
    data = {"segments": ["3|t", "4| \n"], "notes": []}
    assert kind_of(read_translations, data, [3, 4]) == (
        "empty",
        "no translation came for segment 4",
    )


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ([], "Input should be"),
        ({"segments": []}, "notes: Field required"),
        ({"segments": {}, "notes": []}, "segments: Input should be a valid list"),
        *(
            ({"segments": [segment], "notes": []}, "segments.0: ")
            for segment in (
                *("3", "t", "3: t", "-3|t", "3.0|t", "|t", "³|t", None, 3, ["3", "t"]),
                {"id": "3", "text": "t"},
                {"id": True, "text": "t"},
                {"id": 3.0, "text": "t"},
                {"id": 3, "text": None},
                {"id": 3},
            )
        ),
        (
            {
                "segments": [{"id": 3, "text": "t"}],
                "notes": [{"id": 3, "confidence": "none", "note": ""}],
            },
            "notes.0.confidence: Input should be 'medium' or 'low'",
        ),
    ],
)
def test_wrong_shape(data: Any, place: str) -> None:
    """Types are strict, and the message says where the shape is wrong."""
    kind, message = kind_of(read_translations, data, [3])
    assert kind == "broken"
    assert message.startswith(f"the answer has the wrong shape; {place}")


@pytest.mark.parametrize(
    ("field", "value"), [("severity", "fatal"), ("severity", 1), ("category", " "), ("span", None)]
)
def test_wrong_error(field: str, value: Any) -> None:
    """An error without a known severity, a category or a span is no error we could count."""
    error = {**ANSWERS["assess"]["errors"][0], field: value}
    kind, message = kind_of(read_assessment, {"assessed": [3], "errors": [error]}, [3])
    assert kind == "broken"
    assert message.startswith(f"the answer has the wrong shape; errors.0.{field}:")


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["segments", "notes", "assessed", "errors", "id", "text", "reviewed"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150)
@given(JSON_VALUES)
def test_any_json(data: Any) -> None:
    """Whatever JSON comes, reading it gives a value or an AnswerError."""
    answer = judged(json.dumps(data), Ending.COMPLETE)
    for read in (read_translations, read_assessment, read_review):
        with contextlib.suppress(AnswerError):
            read(answer, [1])
