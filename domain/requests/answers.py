"""What a model answers: the schemas it is held to, and the reading of what came.

Structured output should make most of these faults impossible; a server that lacks it, a proxy or a
cut-off answer brings them back, so everything is checked here and nothing is mended.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NoReturn, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    StringConstraints,
    ValidationError,
)

from domain.checks.quality import Finding, Severity
from domain.errors import AnswerError
from domain.requests.endings import Ending
from domain.requests.numbered import Numbered, read_numbered

CONFIDENCES = ("medium", "low")
SEVERITIES = tuple(severity.value for severity in Severity)

_TEXT = {"type": "string"}
_ID = {"type": "integer"}


def _list_of(item: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": item}


def _object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _one_of(words: Iterable[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(words)}


_TRANSLATIONS = _object(
    segments=_list_of(_TEXT),
    notes=_list_of(_object(id=_ID, confidence=_one_of(CONFIDENCES), note=_TEXT)),
)

SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "brief": _object(
        summary=_TEXT,
        terms=_list_of(_object(source=_TEXT, target=_TEXT)),
        problems=_list_of(_TEXT),
    ),
    "review_source": _object(
        reviewed=_list_of(_ID),
        issues=_list_of(_object(id=_ID, span=_TEXT, suggestion=_TEXT, explanation=_TEXT)),
    ),
    "translate": _TRANSLATIONS,
    "assess": _object(
        assessed=_list_of(_ID),
        # A model writes in this order, so that it grades an error after it has explained it.
        errors=_list_of(
            _object(
                id=_ID,
                span=_TEXT,
                explanation=_TEXT,
                category=_TEXT,
                severity=_one_of(SEVERITIES),
            )
        ),
    ),
    "correct": _TRANSLATIONS,
}
"""The JSON schema of each task's answer, in the keywords that structured output supports."""


@dataclass(frozen=True, slots=True)
class ConfidenceNote:
    """A translator's doubt about a segment; one without a note is of high confidence."""

    segment_id: int
    confidence: Literal["medium", "low"]
    note: str


@dataclass(frozen=True, slots=True)
class Translations:
    """What a `translate` or `correct` came to: the text of each segment, and doubts."""

    texts: Mapping[int, str]
    notes: tuple[ConfidenceNote, ...]


@dataclass(frozen=True, slots=True)
class SourceIssue:
    """An error in the source; `suggestion` is what should stand there, empty where none is made."""

    segment_id: int
    span: str
    suggestion: str
    explanation: str


@dataclass(frozen=True, slots=True)
class BriefTerm:
    """A term of a document, and what it should be throughout."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Brief:
    """What a model makes of a document as a whole, for those who translate its parts."""

    summary: str
    terms: tuple[BriefTerm, ...]
    problems: tuple[str, ...]


def judged(text: str, ending: Ending, word: str = "", details: str | None = None) -> Any:
    """The JSON of an answer that came to its proper end.

    Args:
        text: all text of the answer.
        ending: how it ended; only `COMPLETE` is accepted.
        word: the engine's own word for that.
        details: what the engine said of a refusal, if anything.

    Raises:
        AnswerError: `truncated`, `refused`, `empty`, or `broken`: another end, or no JSON.
    """
    if ending is Ending.TRUNCATED:
        raise AnswerError("truncated", "the answer ran out of room before its end")
    if ending is Ending.REFUSED:
        reason = f": {details}" if details else ""
        raise AnswerError("refused", f"the model refused to answer{reason}")
    if ending is not Ending.COMPLETE:
        raise AnswerError("broken", f"the answer did not come to its end: {word!r}")
    if not text.strip():
        raise AnswerError("empty", "the answer is empty")
    try:
        data = json.loads(text, parse_constant=_no_constant)
        if "\\u" in text:  # an escape may name half a surrogate pair, which no file can hold
            json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise AnswerError("broken", f"the answer is no JSON: {error}") from None
    return data


def read_translations(data: Any, ids: Collection[int]) -> Translations:
    """The translations of exactly these segments.

    Args:
        data: as from `judged`.
        ids: the segments asked for.

    Raises:
        AnswerError: `broken`, `wrong_ids`, or `empty` where a segment came back blank.
    """
    answer = _read(_Translations, data)
    _exactly([segment.id for segment in answer.segments], ids)
    _among([note.id for note in answer.notes], ids, "notes")
    blank = sorted(segment.id for segment in answer.segments if not segment.text.strip())
    if blank:
        raise AnswerError("empty", f"no translation came for {_named(blank)}")
    return Translations(
        texts={segment.id: segment.text for segment in answer.segments},
        notes=tuple(ConfidenceNote(note.id, note.confidence, note.note) for note in answer.notes),
    )


def read_assessment(data: Any, ids: Collection[int]) -> dict[int, tuple[Finding, ...]]:
    """The errors found in each of exactly these segments; empty for those without any.

    Args:
        data: as from `judged`.
        ids: the segments asked for.

    Raises:
        AnswerError: `broken` or `wrong_ids`.
    """
    answer = _read(_Assessment, data)
    _exactly(answer.assessed, ids)
    _among([error.id for error in answer.errors], ids, "errors")
    return {
        segment_id: tuple(e.finding() for e in answer.errors if e.id == segment_id)
        for segment_id in sorted(ids)
    }


def read_review(data: Any, ids: Collection[int]) -> tuple[SourceIssue, ...]:
    """What is wrong with the source of exactly these segments.

    Args:
        data: as from `judged`.
        ids: the segments asked for.

    Raises:
        AnswerError: `broken` or `wrong_ids`.
    """
    answer = _read(_Review, data)
    _exactly(answer.reviewed, ids)
    _among([issue.id for issue in answer.issues], ids, "issues")
    return tuple(
        SourceIssue(issue.id, issue.span, issue.suggestion, issue.explanation)
        for issue in answer.issues
    )


def read_brief(data: Any) -> Brief:
    """What a model makes of a document as a whole.

    Args:
        data: as from `judged`.

    Raises:
        AnswerError: `broken`.
    """
    answer = _read(_Brief, data)
    return Brief(
        summary=answer.summary,
        terms=tuple(BriefTerm(term.source, term.target) for term in answer.terms),
        problems=tuple(answer.problems),
    )


class _Answer(BaseModel):
    # Strict: "3" is no id. A field beyond the schema does no harm, so it is not looked at.
    model_config = ConfigDict(strict=True, extra="ignore")


def _lower(word: Any) -> Any:
    return word.strip().lower() if isinstance(word, str) else word


_Confidence = Annotated[Literal["medium", "low"], BeforeValidator(_lower)]
_Severity = Annotated[Literal["minor", "major", "critical"], BeforeValidator(_lower)]
_Category = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, min_length=1)]


class _Note(_Answer):
    id: int
    confidence: _Confidence
    note: str


def _numbered_text(entry: Any) -> Numbered:
    found = read_numbered(entry)
    if found is None:
        raise ValueError("this is no text behind a number and a bar, such as 4|text")
    return found


class _Translations(_Answer):
    segments: list[Annotated[Numbered, PlainValidator(_numbered_text)]]
    notes: list[_Note]


class _Error(_Answer):
    id: int
    span: str
    explanation: str
    category: _Category
    severity: _Severity

    def finding(self) -> Finding:
        severity = Severity(self.severity)
        return Finding(severity, self.category, self.span, self.explanation, "model")


class _Assessment(_Answer):
    assessed: list[int]
    errors: list[_Error]


class _Issue(_Answer):
    id: int
    span: str
    suggestion: str
    explanation: str


class _Review(_Answer):
    reviewed: list[int]
    issues: list[_Issue]


class _Term(_Answer):
    source: str
    target: str


class _Brief(_Answer):
    summary: str
    terms: list[_Term]
    problems: list[str]


_Shape = TypeVar("_Shape", bound=_Answer)


def _read(shape: type[_Shape], data: Any) -> _Shape:
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"{place}: {first['msg']}" if place else str(first["msg"])
        raise AnswerError("broken", f"the answer has the wrong shape; {message}") from None


def _exactly(answered: Collection[int], asked: Collection[int]) -> None:
    faults = (
        ("missing", sorted(set(asked) - set(answered))),
        ("not asked for", sorted(set(answered) - set(asked))),
        ("twice", sorted(segment_id for segment_id, n in Counter(answered).items() if n > 1)),
    )
    found = "; ".join(f"{fault}: {_named(ids)}" for fault, ids in faults if ids)
    if found:
        raise AnswerError("wrong_ids", f"the answer covers other segments than asked for; {found}")


def _among(named: Collection[int], asked: Collection[int], where: str) -> None:
    strangers = sorted(set(named) - set(asked))
    if strangers:
        raise AnswerError("wrong_ids", f"its {where} name {_named(strangers)}, not asked for")


def _named(ids: list[int]) -> str:
    shown = ", ".join(str(segment_id) for segment_id in ids[:10])
    rest = f" and {len(ids) - 10} more" if len(ids) > 10 else ""
    return f"segment{'s' if len(ids) > 1 else ''} {shown}{rest}"


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON value")
