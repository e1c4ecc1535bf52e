"""What a job will ask: its very requests, rendered before any of them goes out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from domain.checks.quality import Finding, Severity
from domain.document.segment_windows import Ids
from domain.requests.expectations import Due, Expectation
from domain.requests.numbered import Numbered
from engines.output_tokens import THINKING_ROOM
from engines.port import Question
from engines.rough_tokens import rough_tokens
from prompts.turns import assess_turn, brief_turn, correct_turn, review_turn
from tasks.correction import wants_correction
from tasks.qa import wants_assessment
from tasks.requests.questions import question
from tasks.session.job_session import JobSession
from tasks.source_review import wants_review
from tasks.supervisor import text_for_brief
from tasks.translator import translation_question, wants_translation

BRIEF_TOKENS = 300
"""Output tokens of a summary with its terms: a guess."""

REVIEW_TOKENS = 4
"""Output tokens of a source review for each segment, without its frame: a guess."""

THOUGHT = 4
"""What is thought before an answer is a fourth of the room there is for it: a guess."""

TYPICAL = Finding(
    Severity.MAJOR,
    "accuracy/mistranslation",
    "some words of the text",
    "A sentence that says what the words mean in the source and what is said instead.",
    "model",
)
"""What stands for the errors of a segment that has still to be translated."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A request that is to come.

    Attributes:
        stage: the task, or what tells its second time apart: `assess` and `assess again`.
        question: as it will be asked, but that translations it quotes are left empty.
        quoted: tokens of those translations.
        answer: output tokens of the answer.
    """

    stage: str
    question: Question
    quoted: float
    answer: float


@dataclass(slots=True)
class Outlook:
    """What is expected in one language pair, and how much of it has come due."""

    expectation: Expectation
    _corrections: Due
    _repeats: Due

    @classmethod
    def of(cls, expectation: Expectation) -> Outlook:
        """At the beginning of a night."""
        return cls(expectation, Due(), Due())

    def corrections(self, segments: int) -> int:
        """Requests for corrections that come due with so many segments assessed."""
        return self._corrections.add(
            segments * self.expectation.corrections / self.expectation.together
        )

    def repeats(self) -> int:
        """Requests that come due as repeats of others with one more."""
        return self._repeats.add(self.expectation.repeats - 1)


def foreseen(session: JobSession, outlook: Outlook) -> Iterator[Foreseen]:
    """All requests that a job has still to make, in the order of its stages.

    Args:
        session: the job, its segments known and those that memory has marked as such.
        outlook: of its language pair; it is moved on.
    """
    for request in _first_time(session, outlook):
        for _ in range(1 + outlook.repeats()):
            yield request


def _first_time(session: JobSession, outlook: Outlook) -> Iterator[Foreseen]:
    can = session.run.engine.tasks
    if "brief" in can and session.run.settings.brief and not session.job.supervised:
        yield _brief(session)
    for ids in session.document.windows:
        if "review_source" in can and (some := _those(session, ids, wants_review)):
            yield _review(session, some)
        translated = _those(session, ids, wants_translation)
        if translated:
            yield _translation(session, translated, outlook.expectation)
        if "assess" not in can:
            continue
        fresh = frozenset(translated)
        assessed = tuple(i for i in ids if i in fresh or wants_assessment(session, i))
        if assessed:
            yield _assessment(session, assessed, outlook.expectation)
        if session.run.correction_loops:
            yield from _corrections(session, ids, assessed, outlook)


def _corrections(
    session: JobSession, ids: Ids, assessed: Ids, outlook: Outlook
) -> Iterator[Foreseen]:
    """Corrections that are begun already, and those that come due; each is assessed again."""
    rounds = [_those(session, ids, wants_correction)]
    together = max(1, round(outlook.expectation.together))
    rounds += [assessed[:together]] * outlook.corrections(len(assessed))
    for corrected in filter(None, rounds):
        yield _correction(session, corrected, outlook.expectation)
        again = _assessment(session, corrected, outlook.expectation)
        yield replace(again, stage="assess again")


def _those(session: JobSession, ids: Ids, wanted: Callable[[JobSession, int], bool]) -> Ids:
    return tuple(i for i in ids if wanted(session, i))


def _brief(session: JobSession) -> Foreseen:
    document = text_for_brief(session)
    turn = brief_turn(session.job.source_lang, session.job.target_lang, document)
    return _request(question(session, "brief", turn, [document]), 0.0, BRIEF_TOKENS)


def _review(session: JobSession, ids: Ids) -> Foreseen:
    texts = {i: session.document.masked(i).text for i in ids}
    turn = review_turn(session.job.source_lang, texts)
    answer = rough_tokens(_dumped({"reviewed": ids, "issues": []})) + REVIEW_TOKENS * len(ids)
    return _request(question(session, "review_source", turn, list(texts.values())), 0.0, answer)


def _translation(session: JobSession, ids: Ids, expectation: Expectation) -> Foreseen:
    sources = tokens_of(session.document.masked(i).text for i in ids)
    answer = translation_frame(ids) + expectation.expansion * sources
    return _request(translation_question(session, ids), 0.0, answer)


def _assessment(session: JobSession, ids: Ids, expectation: Expectation) -> Foreseen:
    sources = {i: session.document.masked(i).text for i in ids}
    pairs = {i: (text, "") for i, text in sources.items()}
    turn = assess_turn(session.job.source_lang, session.job.target_lang, pairs)
    asked = question(session, "assess", turn, [2 * text for text in sources.values()])
    quoted = expectation.expansion * tokens_of(sources.values())
    answer = assessment_frame(ids) + expectation.findings * len(ids)
    return _request(asked, quoted, answer)


def _correction(session: JobSession, ids: Ids, expectation: Expectation) -> Foreseen:
    sources = {i: session.document.masked(i).text for i in ids}
    drafts = {i: (text, "", (TYPICAL,)) for i, text in sources.items()}
    turn = correct_turn(session.job.source_lang, session.job.target_lang, drafts)
    asked = question(session, "correct", turn, [2 * text for text in sources.values()])
    quoted = expectation.expansion * tokens_of(sources.values())
    return _request(asked, quoted, translation_frame(ids) + quoted)


def _request(asked: Question, quoted: float, answer: float) -> Foreseen:
    return Foreseen(asked.task, asked, quoted, answer + THINKING_ROOM[asked.effort] / THOUGHT)


def tokens_of(texts: Iterable[str]) -> int:
    """Rough tokens of some texts."""
    return rough_tokens("".join(texts))


def translation_frame(ids: Sequence[int]) -> int:
    """Output tokens of an answer with translations, but for their texts."""
    return rough_tokens(_dumped({"segments": [str(Numbered(i, "")) for i in ids], "notes": []}))


def assessment_frame(ids: Sequence[int]) -> int:
    """Output tokens of an assessment that finds no error."""
    return rough_tokens(_dumped({"assessed": list(ids), "errors": []}))


def _dumped(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


FRAMES = {
    "review_source": rough_tokens(_dumped({"reviewed": [], "issues": []})),
    "translate": translation_frame(()),
    "assess": assessment_frame(()),
    "correct": translation_frame(()),
}
"""Output tokens of an answer about no segment; one about several documents has them once."""
