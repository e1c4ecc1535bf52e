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
from domain.requests.answer_json import beginning, judged
from domain.requests.answers import (
    SCHEMAS,
    Brief,
    BriefTerm,
    ConfidenceNote,
    SourceIssue,
    SourceReview,
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
    assert read_review(ANSWERS["review_source"], [3]) == SourceReview(
        frozenset({3}), (SourceIssue(3, "Laager", "Lager", "Typo."),)
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
        ([3, 4, 5], "not asked for: segment 5"),
        ([3, 3, 4], "twice: segment 3"),
        ([5, 5], "not asked for: segment 5; twice: segment 5"),
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
    assert kind_of(read_translations, {"segments": ["3|", "4| \n"], "notes": []}, [3, 4]) == (
        "empty",
        "no translation came for segments 3, 4",
    )


@pytest.mark.parametrize("other", ["4| \n", "4: t", {"id": 4}, None])
def test_what_can_be_read_counts(other: Any) -> None:
    """A translation that is blank or has lost its number is not there; the others are."""
    note = {"id": 3, "confidence": "none", "note": ""}
    for more in ({}, {"notes": [note]}, {"notes": ["3|?"]}):
        found = read_translations({"segments": ["3|t", other], **more}, [3, 4])
        assert (found.texts, found.notes) == ({3: "t"}, ())


def test_what_was_assessed_counts() -> None:
    """A segment with an error that can't be read is not assessed; the others are."""
    error = ANSWERS["assess"]["errors"][0]
    told = {"assessed": [3, 4], "errors": [error, {**error, "id": 4, "severity": "fatal"}]}
    found = read_assessment(told, [3, 4, 5])
    assert {segment_id: len(errors) for segment_id, errors in found.items()} == {3: 1}
    assert kind_of(read_assessment, {"assessed": [3], "errors": ["bad"]}, [3])[0] == "broken"


def test_what_was_reviewed_counts() -> None:
    """Likewise for a review of the source."""
    issue = ANSWERS["review_source"]["issues"][0]
    found = read_review({"reviewed": [3, 4], "issues": [issue, {"id": 4}]}, [3, 4, 5])
    assert found == SourceReview(frozenset({3}), (SourceIssue(3, "Laager", "Lager", "Typo."),))


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        (
            '{"segments":["3|a","4|b"],"notes":[{"note":"?","confidence":"low","id":4',
            {3: "a", 4: "b"},
        ),
        ('{"segments":["3|a",{"text":"b","id":4', {3: "a"}),
        ('{"assessed":[3,4', None),
        ('{"segments":["3|a","4|b', {3: "a"}),
        ('{"segments":["3|a","4|b"],"notes":[{"id":3,"confi', {3: "a", 4: "b"}),
        ('{"segments":["3|a",{"id":4,"te', {3: "a"}),
        ('{"segments":["3|a', None),
        ("", None),
        ("Here is", None),
        ("[" * 100_000, None),
    ],
)
def test_an_answer_cut_off(text: str, texts: dict[int, str] | None) -> None:
    """Its whole entries count."""
    if texts is None:
        with pytest.raises(AnswerError):
            read_translations(beginning(text), [3, 4])
    else:
        assert read_translations(beginning(text), [3, 4]).texts == texts


def test_an_answer_without_end() -> None:
    """One that said the same until it was cut off is told from one that was too long."""
    long = '{"segments":["3|' + " ".join(map(str, range(400)))
    assert kind_of(judged, long, Ending.TRUNCATED)[0] == "truncated"
    assert kind_of(judged, long + " and so on" * 80, Ending.TRUNCATED)[0] == "looping"
    assert kind_of(judged, "x" * 599, Ending.TRUNCATED)[0] == "truncated"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ([], "Input should be"),
        ({"notes": []}, "segments: Field required"),
        ({"segments": {}, "notes": []}, "segments: Input should be a valid list"),
        ({"segments": [], "notes": {}}, "notes: Input should be a valid list"),
    ],
)
def test_wrong_shape(data: Any, place: str) -> None:
    """Types are strict, and the message says where the shape is wrong."""
    kind, message = kind_of(read_translations, data, [3])
    assert kind == "broken"
    assert message.startswith(f"the answer has the wrong shape; {place}")


@pytest.mark.parametrize(
    "segment",
    [
        *("3", "t", "3: t", "-3|t", "3.0|t", "|t", "³|t", None, 3, ["3", "t"]),
        {"id": "3", "text": "t"},
        {"id": True, "text": "t"},
        {"id": 3.0, "text": "t"},
        {"id": 3, "text": None},
        {"id": 3},
    ],
)
def test_no_number(segment: Any) -> None:
    """What has no number is no translation of anything."""
    kind, message = kind_of(read_translations, {"segments": [segment], "notes": []}, [3])
    assert (kind, message.split(",")[0]) == ("broken", "no text stands behind a number and a bar")


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
