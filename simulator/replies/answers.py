"""What the simulator answers: pseudo-translations, assessments and the rest of the wire format."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from simulator.replies.judging import JUDGES
from simulator.replies.pseudo import PLACEHOLDER, Glossary, pseudo, read_glossary
from simulator.replies.script import Happening, Happenings
from simulator.requests.questions import Asked, Question
from simulator.requests.schemas import least
from simulator.requests.validation import Request

_TRANSLATED = {
    "segments": ["1|ţéẋţ"],
    "notes": [{"id": 1, "confidence": "low", "note": "…"}],
}
SAMPLES: dict[str, dict[str, Any]] = {
    "brief": {"summary": "…", "terms": [{"source": "…", "target": "…"}], "problems": ["…"]},
    "review_source": {
        "reviewed": [1],
        "issues": [{"id": 1, "span": "…", "suggestion": "…", "explanation": "…"}],
    },
    "translate": _TRANSLATED,
    "assess": {
        "assessed": [1],
        "errors": [
            {"id": 1, "severity": "minor", "category": "…", "span": "…", "explanation": "…"}
        ],
    },
    "correct": _TRANSLATED,
}
"""An answer to each task; a request's schema must have room for it."""

FREE_ANSWER = (
    "This is the simulator. It answers questions of Nightdesk's wire format; yours is none."
)


def answer(
    request: Request, question: Question, happenings: Happenings, judge: str = "honest"
) -> dict[str, Any] | None:
    """The answer's JSON object; None where the question is not of the wire format.

    Args:
        judge: how translations are assessed, a name of `JUDGES`.
    """
    happening = happenings.segments
    question = _without_those_left_out(question, happening)
    match question.task:
        case "brief":
            return _brief(request, question)
        case "review_source":
            return _review(question, happening)
        case "assess":
            return _assess(question, happening, judge)
        case "translate" | "correct":
            return _translate(question, happening, read_glossary(request.system))
        case _:
            return None


def _without_those_left_out(question: Question, happening: dict[int, list[Happening]]) -> Question:
    left_out = {
        segment_id
        for segment_id, happened in happening.items()
        if any(rule.event == "leave_out" for rule, _ in happened)
    }
    return replace(question, segments=tuple(s for s in question.segments if s.id not in left_out))


def as_text(request: Request, data: dict[str, Any] | None) -> str:
    """What stands in the answer's text block."""
    if data is None:
        if request.schema is None:
            return FREE_ANSWER
        data = least(request.schema, request.schema.get("$defs", {}))
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _brief(request: Request, question: Question) -> dict[str, Any]:
    document = question.segments[0].source
    glossary = read_glossary(request.system)
    terms = glossary.terms if glossary else ()
    occurring = [term for term in terms if term[0].lower() in document.lower()]
    beginning = " ".join(document.split()[:12])
    return {
        "summary": f"(simulated summary) {pseudo(beginning)}",
        "terms": [{"source": source, "target": target} for source, target in occurring],
        "problems": [],
    }


def _review(question: Question, happening: dict[int, list[Happening]]) -> dict[str, Any]:
    issues = [
        {
            "id": segment.id,
            "span": found,
            "suggestion": rule.suggestion,
            "explanation": rule.explanation,
        }
        for segment in question.segments
        for rule, found in happening.get(segment.id, ())
    ]
    return {"reviewed": [segment.id for segment in question.segments], "issues": issues}


def _assess(
    question: Question, happening: dict[int, list[Happening]], judge: str
) -> dict[str, Any]:
    scripted = [
        {
            "id": segment.id,
            "severity": rule.severity,
            "category": rule.category,
            "span": _span(rule.span, found, segment),
            "explanation": rule.explanation,
        }
        for segment in question.segments
        for rule, found in happening.get(segment.id, ())
    ]
    errors = [*scripted, *(error for one in question.segments for error in JUDGES[judge](one))]
    return {"assessed": [segment.id for segment in question.segments], "errors": errors}


def _span(wanted: str, found: str, segment: Asked) -> str:
    if wanted == "source":
        return found
    if wanted != "translation":
        return wanted
    candidates = (pseudo(found), pseudo(found, second=True), found)
    return next((c for c in candidates if c and c in segment.translation), segment.translation)


def _translate(
    question: Question, happening: dict[int, list[Happening]], glossary: Glossary | None
) -> dict[str, Any]:
    segments, notes = [], []
    for segment in question.segments:
        text = _translation(segment, glossary)
        for rule, _ in happening.get(segment.id, ()):
            if rule.event == "note":
                note = {"id": segment.id, "confidence": rule.confidence, "note": rule.note}
                notes.append(note)
            else:
                text = _told(rule.event, rule.text, rule.factor, segment, text)
        segments.append(f"{segment.id}|{text}")
    return {"segments": segments, "notes": notes}


def _translation(segment: Asked, glossary: Glossary | None) -> str:
    """The pseudo-translation; a correction takes whichever accents the text has not."""
    text = pseudo(segment.source, glossary, second=bool(segment.translation))
    return pseudo(segment.source, glossary) if text == segment.translation else text


def _told(event: str, words: str, factor: int, segment: Asked, text: str) -> str:
    match event:
        case "say":
            return words
        case "keep_source":
            return segment.source
        case "ignore_glossary":
            return pseudo(segment.source, second=bool(segment.translation))
        case "lose_placeholder":
            return without_placeholder(text)
        case "empty_text":
            return ""
        case "shorter":
            return _shorter(text, factor)
        case "longer":
            return " ".join([text, *[PLACEHOLDER.sub("", text)] * (factor - 1)])
    raise AssertionError(event)


def _shorter(text: str, factor: int) -> str:
    """The text with only the beginning of its words, its placeholders all there."""
    parts = PLACEHOLDER.split(text)
    for number in range(0, len(parts), 2):
        parts[number] = parts[number][: -(-len(parts[number]) // factor)]
    return "".join(parts)


def without_placeholder(text: str) -> str:
    """The text without its first placeholder."""
    return PLACEHOLDER.sub("", text, count=1)


def lose_placeholder(data: dict[str, Any] | None) -> bool:
    """Take a placeholder out of the first translation that has one; whether there was one."""
    segments = (data or {}).get("segments", [])
    for place, segment in enumerate(segments):
        changed = without_placeholder(segment)
        if changed != segment:
            segments[place] = changed
            return True
    return False


def wrong_ids(data: dict[str, Any] | None) -> bool:
    """Replace the last id that an answer covers by one that nobody asked for, if it covers any."""
    lists = ((data or {}).get(name) for name in ("segments", "assessed", "reviewed"))
    covered = next(filter(None, lists), None)
    if covered is None:
        return False
    stranger = max(int(str(entry).partition("|")[0]) for entry in covered) + 1
    _, bar, text = str(covered[-1]).partition("|")
    covered[-1] = f"{stranger}|{text}" if bar else stranger
    return True
