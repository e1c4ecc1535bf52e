"""What a rehearsal shows: rules that make chosen things happen to chosen segments.

A script is TOML, a `[[rule]]` each:

    [[rule]]
    task = "assess"               # or a list of tasks; every task where it is left out
    match = "Lager"               # a regular expression, searched in a segment's source text
    target_lang = "en"            # only in questions into this language
    asked = "gpt"                 # a regular expression, searched in the model's name
    event = "error"               # what happens, see below
    times = 1                     # so often in all; without end where it is left out
    each = true                   # `times` counts for each source text and language pair alone
    anywhere = true               # `match` is searched in all that the request holds, see below
    severity = "major"            # fields of the event

| event | tasks | what happens | fields, with defaults |
| --- | --- | --- | --- |
| `error` | `assess` | an error is found | `severity = "major"`, `category`, `explanation`, `span` |
| `issue` | `review_source` | the source has an issue | `suggestion`, `explanation` |
| `note` | `translate`, `correct` | the translator is unsure | `confidence = "low"`, `note` |
| `say` | `translate`, `correct` | this is the translation | `text` |
| `keep_source` | `translate`, `correct` | the source is the translation | |
| `ignore_glossary` | `translate`, `correct` | terms are translated like any word | |
| `lose_placeholder` | `translate`, `correct` | the first placeholder is missing | |
| `empty_text` | `translate`, `correct` | the translation is empty | |
| `shorter`, `longer` | `translate`, `correct` | it is far off in length | `factor = 4` |
| `leave_out` | all but `brief` | the answer says nothing of it | |
| `refuse` | all | the model refuses | |
| `truncate` | all | the answer stops in the middle, with `max_tokens` | |
| `loop` | all | from the middle on the answer says the same until there is no room | |
| `broken` | all | the answer is broken JSON | |
| `wrong_ids` | all | an id of the answer is wrong | |
| `empty` | all | the answer has no content | |
| `drop` | all | the connection closes once the work is done and counted | |
| `status` | all | an HTTP status instead of an answer | `status = 529`, `retry_after` (seconds) |
| `usage` | all | the answer tells a usage that can't be | `usage = "none"`, see `reply.py` |
| `model` | all | another model says that it answered | `model = "claude-opus-5-5"` |

The last ten befall the whole request that the segment travels in, and with `anywhere = true`
each one that holds what `match` finds: in its system blocks, its context, or a translation. An
error's `span` is a text taken as it is, or `"source"` for the part of the source that `match`
found, or `"translation"` (the default) for that part as the translation has it; where the
translation has no such part, it is the whole translation. An issue's `span` is the part that
`match` found. For a `brief`, `match` is searched in the document. An error's `category` is
`accuracy/mistranslation` unless it is given.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field, fields
from typing import Any

from simulator.replies.reply import USAGES
from simulator.requests.questions import TASKS, Question

_TRANSLATING = ("translate", "correct")
WHOLE_EVENTS = (
    "refuse",
    "truncate",
    "loop",
    "broken",
    "wrong_ids",
    "empty",
    "drop",
    "status",
    "usage",
    "model",
)
SEGMENT_EVENTS: dict[str, tuple[str, ...]] = {
    "error": ("assess",),
    "issue": ("review_source",),
    "note": _TRANSLATING,
    "say": _TRANSLATING,
    "keep_source": _TRANSLATING,
    "ignore_glossary": _TRANSLATING,
    "lose_placeholder": _TRANSLATING,
    "empty_text": _TRANSLATING,
    "shorter": _TRANSLATING,
    "longer": _TRANSLATING,
    "leave_out": ("review_source", "translate", "assess", "correct"),
}
"""Each event of a segment with the tasks it can happen in."""


class ScriptError(ValueError):
    """A script can't be used; it names the rule by its number, from 1."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; its fields are described in the module's docstring."""

    event: str
    match: re.Pattern[str]
    task: tuple[str, ...] = TASKS
    target_lang: str | None = None
    asked: re.Pattern[str] = re.compile("")
    times: int | None = None
    each: bool = False
    anywhere: bool = False
    severity: str = "major"
    category: str = "accuracy/mistranslation"
    explanation: str = "The simulator was told to find an error here."
    span: str = "translation"
    suggestion: str = "(as the script has it)"
    confidence: str = "low"
    note: str = "The simulator was told to be unsure here."
    text: str = ""
    factor: int = 4
    usage: str = "none"
    model: str = "claude-opus-5-5"
    status: int = 529
    retry_after: int | None = None


_FIELD_TYPES: dict[str, type] = {
    "event": str,
    "match": str,
    "target_lang": str,
    "asked": str,
    "times": int,
    "each": bool,
    "anywhere": bool,
    "factor": int,
    "status": int,
    "retry_after": int,
} | {f.name: str for f in fields(Rule) if f.type == "str"}


def read_script(text: str) -> tuple[Rule, ...]:
    """The rules of a script.

    Raises:
        ScriptError: it is no TOML, or a rule has an unknown or malformed field.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScriptError(str(error)) from None
    rules = data.pop("rule", [])
    if data or not isinstance(rules, list):
        raise ScriptError("a script holds [[rule]] tables and nothing else")
    return tuple(_rule(number, table) for number, table in enumerate(rules, start=1))


def _rule(number: int, table: dict[str, Any]) -> Rule:
    def wrong(message: str) -> ScriptError:
        return ScriptError(f"rule {number}: {message}")

    values = dict(table)
    tasks = values.pop("task", None)
    for name, value in values.items():
        kind = _FIELD_TYPES.get(name)
        if kind is None:
            raise wrong(f"unknown field {name!r}")
        if type(value) is not kind:
            raise wrong(f"{name} must be a {kind.__name__}")
    event = values.get("event")
    if event not in WHOLE_EVENTS and event not in SEGMENT_EVENTS:
        raise wrong(f"unknown event {event!r}")
    allowed = SEGMENT_EVENTS.get(event, TASKS)
    values["task"] = allowed if tasks is None else _tasks(tasks)
    if not set(values["task"]) <= set(allowed):
        raise wrong(f"{event!r} happens in {' and '.join(allowed)} only")
    if values.get("anywhere") and event not in WHOLE_EVENTS:
        raise wrong(f"anywhere is for what befalls a whole request, not for {event!r}")
    for name in ("match", "asked"):
        try:
            values[name] = re.compile(values.get(name, ""))
        except re.error as error:
            raise wrong(f"{name} is no regular expression: {error}") from None
    if values.get("usage", "none") not in USAGES:
        raise wrong(f"usage must be one of {', '.join(USAGES)}")
    if values.get("times", 1) < 1 or values.get("factor", 2) < 2:
        raise wrong("times must be at least 1, factor at least 2")
    return Rule(**values)


def _tasks(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


Happening = tuple[Rule, str]
"""A rule, and the part of the source that its `match` found."""


@dataclass(slots=True)
class Happenings:
    """What a script wants to happen to one request.

    Attributes:
        whole: to the request as a whole, the first such rule; None for nothing.
        segments: by segment id, in the script's order.
    """

    whole: Rule | None = None
    segments: dict[int, list[Happening]] = field(default_factory=dict)


_NOTHING = Happenings()


class Script:
    """Rules, with a count of how often each has been used."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._used: Counter[tuple[int, str]] = Counter()

    def happenings(self, question: Question, whole: str = "", model: str = "") -> Happenings:
        """What happens to a question; rules that have a limit are used up by it.

        Where something befalls the request as a whole, rules for its segments wait for the next.

        Args:
            question: what is asked.
            whole: all text of the request.
            model: who is asked.
        """
        if not self._rules:
            return _NOTHING
        found = Happenings()
        for is_whole in (True, False):
            for number, rule in enumerate(self._rules):
                if (rule.event in WHOLE_EVENTS) is not is_whole:
                    continue
                if not _is_for(rule, question, model):
                    continue
                if rule.anywhere:
                    self._apply_anywhere(number, rule, question, whole, found)
                else:
                    self._apply(number, rule, question, found)
            if found.whole:
                break
        return found

    def _apply(self, number: int, rule: Rule, question: Question, found: Happenings) -> None:
        for segment in question.segments:
            if found.whole:
                return
            match = rule.match.search(segment.source)
            if match is None or not self._use(number, rule, question, segment.source):
                continue
            if rule.event in WHOLE_EVENTS:
                found.whole = rule
            else:
                found.segments.setdefault(segment.id, []).append((rule, match.group()))

    def _apply_anywhere(
        self, number: int, rule: Rule, question: Question, whole: str, found: Happenings
    ) -> None:
        match = None if found.whole else rule.match.search(whole)
        if match is not None and self._use(number, rule, question, match.group()):
            found.whole = rule

    def _use(self, number: int, rule: Rule, question: Question, text: str) -> bool:
        """Count a use of a rule, if there is one left."""
        if rule.times is None:
            return True
        pair = f"{question.task}\n{question.source_lang}\n{question.target_lang}"
        key = (number, f"{pair}\n{text}" if rule.each else "")
        if self._used[key] >= rule.times:
            return False
        self._used[key] += 1
        return True


def _is_for(rule: Rule, question: Question, model: str) -> bool:
    is_into = rule.target_lang in (None, question.target_lang)
    return question.task in rule.task and is_into and rule.asked.search(model) is not None
