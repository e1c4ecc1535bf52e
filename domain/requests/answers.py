"""What a model answers: the schemas it is held to, and the reading of what came.

Structured output should make most of these faults impossible; a server that lacks it, a proxy or a
cut-off answer brings them back, so everything is checked here. An answer that names a segment
twice, or one that was not asked about, is no answer to the question, and none of it counts; of any
other all that can be read by its number does, and the rest is still to be asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
)

from domain.checks.quality import Finding, Severity
from domain.errors import AnswerError
from domain.requests.numbered import number_of, read_numbered

BY_ENTRY = frozenset({"translate", "correct"})
"""Tasks whose answer says all there is to say of a segment in one place, so that the whole entries
at the beginning of one that was cut off count. An assessment first says what it covers."""

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
class SourceReview:
    """What a review of the source came to: the segments that it covers, and what it found."""

    reviewed: frozenset[int]
    issues: tuple[SourceIssue, ...]


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


def read_translations(data: Any, ids: Collection[int]) -> Translations:
    """The translations of these segments, as far as they came.

    Args:
        data: as from `judged` or `beginning`.
        ids: the segments asked for.

    Raises:
        AnswerError: `broken`, `wrong_ids`, or `empty` where all came back blank.
    """
    answer = _read(_Translations, data)
    found = [segment for segment in map(read_numbered, answer.segments) if segment]
    if answer.segments and not found:
        raise AnswerError("broken", "no text stands behind a number and a bar, such as 4|text")
    _once_each([segment.id for segment in found], ids)
    notes = _readable(_Note, answer.notes)
    _among([note.id for note in notes], ids, "notes")
    texts = {segment.id: segment.text for segment in found if segment.text.strip()}
    if found and not texts:
        raise AnswerError("empty", f"no translation came for {_named(sorted(ids))}")
    _some(texts, ids)
    return Translations(
        texts=texts,
        notes=tuple(ConfidenceNote(note.id, note.confidence, note.note) for note in notes),
    )


def read_assessment(data: Any, ids: Collection[int]) -> dict[int, tuple[Finding, ...]]:
    """The errors found in each of these segments, as far as they were assessed.

    Args:
        data: as from `judged`.
        ids: the segments asked for.

    Returns:
        Errors by segment id, none for a segment without any.

    Raises:
        AnswerError: `broken` or `wrong_ids`.
    """
    answer = _read(_Assessment, data)
    _once_each(answer.assessed, ids)
    errors, unread = _by_segment(_Error, answer.errors, ids, "errors")
    assessed = _without(unread, answer.assessed)
    _some(assessed, ids)
    return {
        segment_id: tuple(error.finding() for error in errors if error.id == segment_id)
        for segment_id in sorted(assessed)
    }


def read_review(data: Any, ids: Collection[int]) -> SourceReview:
    """What is wrong with the source of these segments, as far as they were reviewed.

    Args:
        data: as from `judged`.
        ids: the segments asked for.

    Raises:
        AnswerError: `broken` or `wrong_ids`.
    """
    answer = _read(_Review, data)
    _once_each(answer.reviewed, ids)
    issues, unread = _by_segment(_Issue, answer.issues, ids, "issues")
    reviewed = frozenset(_without(unread, answer.reviewed))
    _some(reviewed, ids)
    return SourceReview(
        reviewed,
        tuple(
            SourceIssue(issue.id, issue.span, issue.suggestion, issue.explanation)
            for issue in issues
            if issue.id in reviewed
        ),
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


class _Translations(_Answer):
    segments: list[Any]
    notes: list[Any] = []


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
    errors: list[Any]


class _Issue(_Answer):
    id: int
    span: str
    suggestion: str
    explanation: str


class _Review(_Answer):
    reviewed: list[int]
    issues: list[Any]


class _Term(_Answer):
    source: str
    target: str


class _Brief(_Answer):
    summary: str
    terms: list[_Term]
    problems: list[str]


_Shape = TypeVar("_Shape", bound=_Answer)


def _read(shape: type[_Shape], data: Any, where: str = "") -> _Shape:
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in (*filter(None, [where]), *first["loc"]))
        message = f"{place}: {first['msg']}" if place else str(first["msg"])
        raise AnswerError("broken", f"the answer has the wrong shape; {message}") from None


def _readable(shape: type[_Shape], entries: Sequence[Any]) -> list[_Shape]:
    """The entries that have their shape; what could be said of the others is no reason to ask."""
    found = []
    for entry in entries:
        with suppress(ValidationError):
            found.append(shape.model_validate(entry))
    return found


def _by_segment(
    shape: type[_Shape], entries: Sequence[Any], asked: Collection[int], where: str
) -> tuple[list[_Shape], dict[int, AnswerError]]:
    """Entries that have their shape, and by segment what is wrong with those that have not.

    Raises:
        AnswerError: `wrong_ids`; `broken` where it can't be told whose an entry is.
    """
    found: list[_Shape] = []
    unread: dict[int, AnswerError] = {}
    for place, entry in enumerate(entries):
        number = number_of(entry) if isinstance(entry, dict) else None
        try:
            found.append(_read(shape, entry, f"{where}.{place}"))
        except AnswerError as error:
            if number is None:
                raise
            unread[number] = error
        _among([number] if number is not None else [], asked, where)
    return found, unread


def _without(unread: Mapping[int, AnswerError], answered: Sequence[int]) -> list[int]:
    """The segments of which all could be read.

    Raises:
        AnswerError: there is none.
    """
    found = [segment_id for segment_id in answered if segment_id not in unread]
    if unread and not found:
        raise next(iter(unread.values()))
    return found


def _once_each(answered: Collection[int], asked: Collection[int]) -> None:
    _none(
        ("not asked for", sorted(set(answered) - set(asked))),
        ("twice", sorted(segment_id for segment_id, n in Counter(answered).items() if n > 1)),
    )


def _some(answered: Collection[int], asked: Collection[int]) -> None:
    if not answered:
        _none(("missing", sorted(asked)))


def _none(*faults: tuple[str, list[int]]) -> None:
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
