"""A question to a model, put together for a job: its prompt, its model, its room."""

from __future__ import annotations

from collections.abc import Sequence

from domain.document.segment_windows import Ids
from domain.named_models import NamedModel
from domain.requests.joined import frame_of
from engines.output_tokens import output_room
from engines.port import Question, Sharing
from prompts.render import render
from tasks.session.job_session import JobSession

WITH_TERMS = frozenset({"translate", "correct", "assess"})
BY_TRANSLATOR = frozenset({"brief", "translate", "correct"})


def context(session: JobSession, ids: Ids, asked: NamedModel) -> tuple[list[str], list[str]]:
    """The source before and after some segments, as the model is shown it.

    None of it where it refused a question about them: what it refuses may stand there.
    """
    refused = session.refused_by(asked, "translate")
    return ([], []) if refused.holds(ids) else session.document.around(ids)


def question(
    session: JobSession,
    task: str,
    user: str,
    texts: Sequence[str],
    asked: NamedModel | None = None,
) -> Question:
    """A question about some of a job's texts.

    Args:
        task: `brief`, `review_source`, `translate`, `assess` or `correct`.
        user: the user turn.
        texts: what the answer's length follows from, one for each segment asked about.
        asked: who is asked; None is the first that translates, or who assesses.
    """
    settings = session.run.settings
    by_translator = task in BY_TRANSLATOR
    engine, model = asked or (settings.translators[0] if by_translator else settings.judge)
    prompt = render(
        task,
        session.briefing,
        terms=session.terms.occurring if task in WITH_TERMS else (),
        brief=session.brief if task in WITH_TERMS else None,
        is_short=settings.is_modest(model),
    )
    effort = settings.translator_effort if by_translator else settings.qa_effort
    return Question(
        task=task,
        model=model,
        system=prompt.system,
        user=user,
        schema=prompt.schema,
        max_tokens=output_room(task, texts, effort),
        prompt_version=prompt.version,
        engine=engine,
        job_id=session.job.job_id,
        effort=effort,
        own_repeats=task != "brief" and len(session.document.windows) > 1,
        sharing=_sharing(session, model, user) if task != "brief" else None,
    )


def _sharing(session: JobSession, model: str, user: str) -> Sharing | None:
    """How a question may travel with those about other documents; None where it may not.

    A brief is of one document and stands in its system prompt; a briefing may say that its
    documents travel alone; and several are too much for a modest model.
    """
    is_modest = session.run.settings.is_modest(model)
    if session.brief is not None or session.briefing.alone or is_modest:
        return None
    return Sharing((session.job.owner, session.job.briefing), frame_of(user))
