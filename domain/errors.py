"""Everything Nightdesk raises, one tree.

NightdeskError
├── InputError            something handed in can't be used; where it was, and what to do
│   ├── BriefingError     a field of a briefing
│   ├── GlossaryError     a line of a glossary
│   ├── ManifestError     a row of a manifest
│   ├── DocumentError     a file that can't be read or taken apart
│   └── SettingError      a setting, from file, environment or option
├── EnvironmentProblem    no key, no server, no permission: nothing to do with the input
├── IllegalTransition     a segment was moved to a state that its present one does not lead to
├── UnknownModel          a model without a price; never a cost of 0
├── JobNotFound           no job bears this id
├── JobNotComplete        a result was asked for before there is one
├── LeaseLost             another run holds the job
├── BudgetReached         the next request might cost more than is left of the night's budget
├── LakeError             the state on disk is not what it must be
│   ├── LakeDamaged       a file that says what counts is missing, older than it was, or not whole
│   ├── FileDamaged       a file of some jobs is missing or not what was written: theirs alone
│   ├── LakeTooNew        a newer Nightdesk has written it
│   └── HomeFault         the home as a whole can't be used: no job's fault
├── Unanswered            a question got no usable answer, after all tries
├── JobRefused            an engine takes no request of a job, and those of others
├── MarkupLost            a translation can't have its markup put back
├── AnswerError           what a model answered can't be used
└── EngineError           a request to a model failed; carries the decision what to do
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.decisions import Apart, Decision
    from domain.usage import TokenUsage


class NightdeskError(Exception):
    """The root of all errors raised on purpose."""


class InputError(NightdeskError):
    """Something handed in can't be used.

    Args:
        message: what is wrong, and what to do about it.
        where: the file, or None where there is none.
        line: the line or row in it, counted from 1.
        field: the field, column or option.
    """

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        self.message = message
        self.where = where
        self.line = line
        self.field = field
        super().__init__(message)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.where, self.line) if part is not None)
        parts = [part for part in (place, self.field, self.message) if part]
        return ": ".join(parts)


class BriefingError(InputError):
    """A field of a briefing can't be used."""


class GlossaryError(InputError):
    """A line of a glossary can't be used."""


class ManifestError(InputError):
    """A row of a manifest can't be used."""


class DocumentError(InputError):
    """A file can't be read or taken apart."""


class SettingError(InputError):
    """A setting is unknown or malformed."""


class EnvironmentProblem(NightdeskError):
    """No key, no server, no permission: the machine has to be set right first."""


class IllegalTransition(NightdeskError):
    """A segment was moved to a state that its present one does not lead to."""

    def __init__(self, segment_id: int, current: str, target: str) -> None:
        self.segment_id = segment_id
        self.current = current
        self.target = target
        super().__init__(f"segment {segment_id} is {current} and can't become {target}")


class UnknownModel(NightdeskError):
    """A model has no known price.

    Args:
        model: its name.
        in_batches: whether it is only in batches that it has none.
        provider: at whom it has none, where that is not its only vendor.
    """

    def __init__(
        self, model: str, *, in_batches: bool = False, provider: str = "anthropic"
    ) -> None:
        self.model = model
        what = "no price in batches" if in_batches else "no price"
        where = "" if provider == "anthropic" else f" at {provider}"
        way = "Set NIGHTDESK_TRANSPORT=messages, or set a price" if in_batches else "Set one"
        super().__init__(
            f"{what} is known for the model {model!r}{where}; its cost can't be told. "
            f'{way} in nightdesk.toml, under [prices."{model}"]: see docs/local-models.md'
        )


class JobNotFound(NightdeskError):
    """No job bears this id."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(f"no job {job_id!r}")


class JobNotComplete(NightdeskError):
    """A result was asked for before there is one."""

    def __init__(self, job_id: str, status: str) -> None:
        self.job_id = job_id
        self.status = status
        super().__init__(f"job {job_id} is {status}; there is no result yet")


class LeaseLost(NightdeskError):
    """Another run holds the job."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(f"job {job_id} is held by another run")


class JobStopped(NightdeskError):
    """An operator has ended the work on a job for now."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(f"job {job_id} was cancelled; the next run takes it up again")


class BudgetReached(NightdeskError):
    """The next request might cost more than is left of the night's budget.

    Args:
        limit_eur: the budget, in EUR.
        spent_eur: what is spent of it, in EUR; a lost request counts with its worst case.
        worst_eur: what the next request may cost at most, in EUR.
    """

    def __init__(self, limit_eur: Decimal, spent_eur: Decimal, worst_eur: Decimal) -> None:
        self.limit_eur = limit_eur
        self.spent_eur = spent_eur
        self.worst_eur = worst_eur
        super().__init__(
            f"the budget of {limit_eur} EUR is reached: {spent_eur:.6f} EUR are spent, and the "
            f"next request may cost up to {worst_eur:.6f} EUR; the next run goes on from here"
        )


class LakeError(NightdeskError):
    """The state on disk is not what it must be."""


class LakeDamaged(LakeError):
    """A file that says what counts is missing, older than it was, or not whole.

    Nothing is swept, sealed, compacted or let go of before it is set right.

    Args:
        file: its path from home.
        what: what is wrong with it, as it goes on after its name.
        remedy: what to do.
    """

    def __init__(self, file: str, what: str, remedy: str) -> None:
        self.file = file
        self.what = what
        self.remedy = remedy
        super().__init__(f"{file} {what}; {remedy}")


class FileDamaged(LakeError):
    """A file of some jobs is missing, or not what was written: it concerns those jobs alone.

    Args:
        file: its path from home.
        what: what is wrong with it, as it goes on after its name.
        remedy: what to do.
        job_id: the job that it is of; None where it is of several.
    """

    def __init__(self, file: str, what: str, remedy: str, job_id: str | None = None) -> None:
        self.file = file
        self.what = what
        self.remedy = remedy
        self.job_id = job_id
        super().__init__(f"{file} {what}; {remedy}")


class LakeTooNew(LakeError):
    """A newer Nightdesk has written the lake; this one would lose what it doesn't know.

    Args:
        file: what says so, by its path from home.
        what: what it has that this version doesn't know.
    """

    def __init__(self, file: str, what: str) -> None:
        self.file = file
        self.what = what
        super().__init__(f"{file}: {what}; use the version that wrote it, or a newer one")


class HomeFault(LakeError):
    """The home as a whole can't be used: full, read-only, out of reach. It is no job's fault."""


class Unanswered(NightdeskError):
    """A question got no usable answer, after all tries.

    Args:
        kind: the last fault's kind.
        by_engine: whether the engine failed, rather than the model's answers.
        for_good: whether asking again can't help: the model or the engine refuses the content.
    """

    def __init__(self, kind: str, message: str, *, by_engine: bool, for_good: bool = False) -> None:
        self.kind = kind
        self.by_engine = by_engine
        self.for_good = for_good
        super().__init__(message)


class JobRefused(NightdeskError):
    """An engine takes no request of a job, whatever segment it is about, and those of others."""

    def __init__(self, job_id: str, message: str) -> None:
        self.job_id = job_id
        super().__init__(
            f"the engine refuses every request of this job, and not those of others: {message}; "
            "look at its briefing, such as its instructions"
        )


class MarkupLost(NightdeskError):
    """A translation can't have its markup put back.

    Args:
        differences: sentences on placeholders lost, invented or misplaced.
    """

    def __init__(self, differences: tuple[str, ...]) -> None:
        self.differences = differences
        super().__init__("its markup can't be put back: " + "; ".join(differences))


class AnswerError(NightdeskError):
    """What a model answered can't be used.

    Args:
        kind: one word for the ledger: `truncated`, `empty`, `broken`, `wrong_ids`, `refused`.
        message: what was wrong.
    """

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)


class EngineError(NightdeskError):
    """A request to a model failed.

    Args:
        kind: the vendor's error type, or the class of failure (`connection`, `timeout`).
        message: what the engine said; never a key.
        decision: what to do now.
        status: the HTTP status, where one came.
        request_id: the vendor's id of the request, where one came.
        latency_ms: milliseconds from sending to failing.
        unsent: whether the request surely never left this machine.
        usage: what an answer that can't be read took all the same, where it says so.
        apart: what to ask again under where the request asked others too; None where it did not.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        decision: Decision,
        *,
        status: int | None = None,
        request_id: str | None = None,
        latency_ms: int = 0,
        unsent: bool = False,
        usage: TokenUsage | None = None,
        apart: Apart | None = None,
    ) -> None:
        self.kind = kind
        self.decision = decision
        self.status = status
        self.request_id = request_id
        self.latency_ms = latency_ms
        self.unsent = unsent
        self.usage = usage
        self.apart = apart
        super().__init__(message)
