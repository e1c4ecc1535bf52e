"""Corrections of translations, and of those that lost their markup."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from domain.checks.quality import Finding, Severity
from domain.cost.call import Call
from domain.document.segment_windows import Ids
from domain.job.job import Step
from domain.placeholders.masking import Masked, differences
from domain.placeholders.repair import repaired
from domain.requests.answers import Translations, read_translations
from prompts.turns import correct_turn
from tasks.requests.asking import Answered, ask
from tasks.requests.chain import translator_of
from tasks.requests.questions import question
from tasks.session.job_session import JobSession


class Draft(NamedTuple):
    """A translation with its placeholders, and what is wrong with it."""

    text: str
    findings: tuple[Finding, ...]


async def corrected(
    session: JobSession, step: Step, drafts: Mapping[int, Draft]
) -> Answered[Translations] | None:
    """Translations as corrected with their findings in hand; None where halves are to be asked.

    Args:
        session: their job.
        step: the stage, for the ledger.
        drafts: what is to be corrected, of segments of one model.

    Raises:
        Unanswered: no usable answer.
    """
    ids: Ids = tuple(drafts)
    asked = translator_of(session, ids[0])
    sources = {i: session.document.masked(i).text for i in ids}
    turn = correct_turn(
        session.job.source_lang,
        session.job.target_lang,
        {i: (sources[i], drafts[i].text, drafts[i].findings) for i in ids},
    )
    texts = [sources[i] + drafts[i].text for i in ids]
    return await ask(
        session,
        step,
        ids,
        question(session, "correct", turn, texts, asked),
        lambda data: read_repaired(data, {i: session.document.masked(i) for i in ids}),
    )


def read_repaired(data: Any, masked: Mapping[int, Masked]) -> Translations:
    """Translations as answered, each with its placeholders as they are to be written.

    Args:
        data: the answer.
        masked: by segment id, what was asked for.

    Raises:
        AnswerError: the answer has not the form asked for.
    """
    found = read_translations(data, masked)
    return replace(found, texts={i: repaired(masked[i], text) for i, text in found.texts.items()})


def damage(session: JobSession, texts: Mapping[int, str]) -> dict[int, tuple[str, ...]]:
    """The translations whose placeholders are not those of their source, with what differs.

    Args:
        texts: with placeholders, by segment id.
    """
    found = {i: differences(session.document.masked(i), text) for i, text in texts.items()}
    return {i: sentences for i, sentences in found.items() if sentences}


def drafts_of(texts: Mapping[int, str], damaged: Mapping[int, tuple[str, ...]]) -> dict[int, Draft]:
    """Damaged translations as drafts, which quote the difference as errors to correct."""
    return {
        i: Draft(texts[i], tuple(_finding(sentence) for sentence in sentences))
        for i, sentences in damaged.items()
    }


def entered(call: Call, asked: Ids, answered: Collection[int], damaged: Collection[int]) -> Call:
    """The call's row, which says so where its answer lacks segments, or some of it lost markup.

    Args:
        call: as it was entered for an answer that is good as a whole.
        asked: the segments asked about.
        answered: those among them that came back.
        damaged: those that lost markup.
    """
    if damaged:
        return replace(call, outcome="markup")
    return replace(call, outcome="incomplete") if len(answered) < len(asked) else call


def _finding(sentence: str) -> Finding:
    return Finding(Severity.CRITICAL, "markup/placeholder", "", sentence, "check")
