"""What is asked of the read-model, answered in the contract's JSON.

The command line prints these very bytes too. What writes them is imported when it is asked to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from domain.contract.included import Included
from domain.contract.standing import Standing, standing_of, status_of
from domain.errors import JobNotFound
from domain.job.job import Job, JobStatus
from storage.control.keys import Caller
from storage.readmodel.readmodel import RESULT, STATUS
from storage.tables.records import EVERYTHING, Columns, JobRecord

EVERYBODY = Caller("", None)
"""Who can read the files of a home reads all its jobs."""


class Reads(Protocol):
    """What is asked of a store of jobs; `ReadModel` says what the answers are."""

    def record(
        self,
        job_id: str,
        columns: Mapping[str, Columns] = EVERYTHING,
        owner: str | None = None,
    ) -> JobRecord | None: ...

    def output(self, job: Job) -> bytes | None: ...

    def held(self, job_id: str) -> bool: ...

    def close(self) -> None: ...


class Answers:
    """The contract's answers about the jobs of one home. Any thread may ask.

    Args:
        read_model: where they are read; closed along with this.
        max_attempts: attempts before a job is dead.
    """

    def __init__(self, read_model: Reads, *, max_attempts: int) -> None:
        self._read_model = read_model
        self._max_attempts = max_attempts

    def close(self) -> None:
        """Let go of the home."""
        self._read_model.close()

    def record(
        self, job_id: str, who: Caller, columns: Mapping[str, Columns] = EVERYTHING
    ) -> tuple[JobRecord, bool]:
        """A job as last committed, and whether a run has it.

        Args:
            columns: as for `ReadModel.record`.

        Raises:
            JobNotFound: no job that the caller may read bears this id, or nothing could.
        """
        return read(self._read_model, job_id, columns, who.owner)

    def status_of(self, record: JobRecord, *, held: bool) -> JobStatus:
        """The status that a job has now."""
        return status_of(record.job, record.segments, held=held, max_attempts=self._max_attempts)

    def status(self, job_id: str, who: Caller = EVERYBODY) -> bytes:
        """The body of `GET /v1/jobs/{job_id}`, in UTF-8.

        Raises:
            JobNotFound: no job that the caller may read bears this id, or nothing could.
        """
        from domain.contract.status_and_result import status_json

        record, held = self.record(job_id, who, STATUS)
        return status_json(
            record.job,
            record.segments,
            record.errors,
            held=held,
            max_attempts=self._max_attempts,
        )

    def standing(self, job_id: str) -> Standing:
        """The same, for who reads all jobs and shows it to people.

        Raises:
            JobNotFound: no job bears this id, or nothing could.
        """
        record, held = self.record(job_id, EVERYBODY, STATUS)
        return standing_of(
            record.job,
            record.segments,
            record.errors,
            held=held,
            max_attempts=self._max_attempts,
        )

    def result(
        self, job_id: str, who: Caller = EVERYBODY, include: Collection[Included] = ()
    ) -> bytes:
        """The body of `GET /v1/jobs/{job_id}/result`, in UTF-8.

        Args:
            include: what is told beyond the contract.

        Raises:
            JobNotFound: no job that the caller may read bears this id, or nothing could.
            JobNotComplete: there is no result yet, or never will be.
            LakeError: the job is complete and its document is gone.
        """
        # It knows all formats, and whoever asks for a status needs none.
        from domain.contract.status_and_result import result_json
        from formats.output import output_text

        record, held = self.record(job_id, who, RESULT)
        job, document = record.job, self._read_model.output(record.job)
        text = None if document is None else output_text(job.format, document, job.target_lang)
        return result_json(
            job,
            record.segments,
            record.notes,
            output=text,
            held=held,
            max_attempts=self._max_attempts,
            include=include,
        )

    def document(self, job_id: str, who: Caller = EVERYBODY) -> tuple[str, bytes]:
        """The translated document: where a night would put it, and its bytes.

        Raises:
            JobNotFound: no job that the caller may read bears this id, or nothing could.
            JobNotComplete: there is no result yet, or never will be.
            LakeError: the job is complete and its document is gone.
        """
        from domain.contract.status_and_result import checked_output

        record, held = self.record(job_id, who, STATUS)
        job, status = record.job, self.status_of(record, held=held)
        return job.output_path, checked_output(job, status, self._read_model.output(job))


def read(
    read_model: Reads,
    job_id: str,
    columns: Mapping[str, Columns] = EVERYTHING,
    owner: str | None = None,
) -> tuple[JobRecord, bool]:
    """A job as last committed, and whether a run has it.

    Args:
        columns: as for `ReadModel.record`, and `owner` too.

    Raises:
        JobNotFound: no job bears this id, or nothing could.
    """
    # Looked at on both sides of the reading: a run that takes the job up or lets go of it
    # meanwhile would else leave work under way that nobody has, and so a job that failed.
    held = read_model.held(job_id)
    record = read_model.record(job_id, columns, owner)
    if record is None:
        raise JobNotFound(job_id)
    return record, held or read_model.held(job_id)
