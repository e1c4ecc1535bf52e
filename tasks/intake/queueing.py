"""From documents to queued jobs: read, checked, stored, and claimed so that none comes twice."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

import psutil

from domain.dialect_names import DialectName
from domain.document.plan import Unit, asked_for, wanted
from domain.errors import DocumentError, InputError
from domain.job.job import Job
from domain.placeholders.protection import Protection
from domain.text.segmentation import has_words
from formats.registry import by_name, dialect_of
from storage.control.submissions import Offer, Submissions
from storage.files.home import Home
from storage.lake import Lake
from storage.layout.documents import Documents
from storage.readmodel.readmodel import ReadModel
from tasks.intake.briefings import Order, with_protection
from tasks.intake.links import read_file
from tasks.intake.output_names import OutputNames
from tasks.intake.site_dialects import SiteDialects
from tasks.intake.sources import Gathered, Source, placed

TOGETHER = 500
"""Documents that are claimed and queued together."""

THREADS = 8
"""Documents that are stored at once."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job that a document became, or had become before."""

    job: Job
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of a submission.

    Attributes:
        accepted: a job a document and language, in order.
        rejected: an error a document or row that can't be used.
        skipped: files of unknown kinds passed over in folders, by suffix.
        refused: the documents among what was rejected, each with its error.
        read: the SHA-256 of the bytes that were read, by file.
    """

    accepted: tuple[Accepted, ...]
    rejected: tuple[InputError, ...]
    skipped: Mapping[str, int]
    refused: tuple[tuple[Source, InputError], ...] = ()
    read: Mapping[Path, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submitter:
    """Where documents are handed in.

    Attributes:
        home: where state lives.
        owner: whose the jobs are.
        source_review: the setting's default.
        clock: the present moment, with its zone.
        new_id: a UUIDv7, later than all before.
        rehearsing: whether a rehearsal is prepared; else content that only rehearsals have worked
            on becomes a new job.
        dialect: the dialect of Markdown where nothing tells a document's.
        protect: patterns of what stays as it is in all documents, beside those of their briefings.
    """

    home: Home
    owner: str
    source_review: bool
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    rehearsing: bool = False
    dialect: DialectName = "commonmark"
    protect: Sequence[str] = ()

    def take(
        self,
        gathered: Gathered,
        *,
        again: bool = False,
        watch: Callable[[int, int], None] = lambda done, total: None,
    ) -> Intake:
        """Queue all documents that can be used.

        A kill on the way loses nothing: what was queued stays, and the same again queues the rest.

        Args:
            again: make new jobs, also of what was submitted before.
            watch: told how many documents of how many are done.

        Raises:
            LakeError: state can't be written.
        """
        sources = gathered.sources
        with _open(self, again) as handing_in:
            for start in range(0, len(sources), TOGETHER):
                handing_in.queue(sources[start : start + TOGETHER])
                watch(min(start + TOGETHER, len(sources)), len(sources))
        refused = tuple(handing_in.refused)
        return Intake(
            accepted=_as_they_stand(self.home, handing_in.accepted),
            rejected=_by_place([*gathered.rejected, *(error for _, error in refused)]),
            skipped=dict(gathered.skipped),
            refused=refused,
            read=handing_in.read,
        )


class _HandingIn:
    """One submission on its way into the lake."""

    def __init__(
        self,
        submitter: Submitter,
        again: bool,
        submissions: Submissions,
        lake: Lake,
        threads: ThreadPoolExecutor,
    ) -> None:
        self._context = submitter
        self._again = again
        self._documents = Documents(submitter.home)
        self._lake = lake
        self._threads = threads
        self._submissions = submissions
        self._names = OutputNames()
        self._dialects = SiteDialects(submitter.dialect)
        self._orders: dict[str, Order] = {}
        self._briefings: dict[str, str] = {}
        self._alike: dict[str, dict[str, int]] = {}
        self._entered: dict[str, Job] = {}
        self.accepted: list[Accepted] = []
        self.refused: list[tuple[Source, InputError]] = []
        self.read: dict[Path, str] = {}

    def queue(self, sources: Sequence[Source]) -> None:
        """Queue some documents; they are durable when it returns."""
        stored: list[tuple[Source, Future[str]]] = []
        for source in sources:
            try:
                data = _read(source)
                if isinstance(source.content, Path):
                    self.read[source.content] = hashlib.sha256(data).hexdigest()
                format_name = self._dialects.format_of(source, data)
            except DocumentError as error:
                self.refused.append((source, placed(error, source)))
                continue
            whole = tuple(map(self._whole, source.orders))
            read = replace(source, format=format_name, orders=whole)
            possible = replace(read, orders=self._possible(read, data))
            if possible.orders:
                # Storing mostly waits for the disk; meanwhile the next document is taken apart.
                stored.append((possible, self._threads.submit(self._documents.put, data)))
        now = self._context.clock()
        self._claim(
            [job for source, key in stored for job in self._jobs(source, key.result(), now)]
        )

    def _whole(self, order: Order) -> Order:
        """An order with what the settings protect."""
        if order.text not in self._orders:
            self._orders[order.text] = with_protection(order, self._context.protect)
        return self._orders[order.text]

    def _possible(self, source: Source, data: bytes) -> tuple[Order, ...]:
        """The orders that the document can be taken apart for; the others are refused."""
        format_ = by_name(source.format)
        dialect = dialect_of(source.format)
        possible: list[Order] = []
        units: Sequence[Unit] = ()
        for order in source.orders:
            briefing = order.briefing
            try:
                if format_.bilingual or not units:
                    units = format_.extract(data, briefing.target_lang)
                _see_that_some_is_asked_for(units, briefing.paths)
                _see_that_some_is_left(units, Protection(dialect.protect, briefing.protect))
                possible.append(order)
            except DocumentError as error:
                self.refused.append((source, placed(error, source)))
                if not units:
                    break
        return tuple(possible)

    def _jobs(self, source: Source, document: str, now: datetime) -> Iterator[Job]:
        output = self._names.take(source.output)
        for order in source.orders:
            yield self._job(source, order, document, output, now)

    def _job(self, source: Source, order: Order, document: str, output: str, now: datetime) -> Job:
        briefing, briefing_key = order.briefing, self._stored(order)
        review = briefing.source_review
        return Job(
            job_id=self._context.new_id(),
            owner=self._context.owner,
            source_path=_storable(source.name),
            output_path=output,
            format=source.format,
            source_lang=briefing.source_lang,
            target_lang=briefing.target_lang,
            briefing=briefing_key,
            document=document,
            content_key=self._content_key(source, document, briefing_key),
            created_at=now,
            source_review=self._context.source_review if review is None else review,
        )

    def _stored(self, order: Order) -> str:
        """The key of an order's briefing in the document store; it is durable there."""
        if order.text not in self._briefings:
            self._briefings[order.text] = self._documents.put(order.text.encode())
        return self._briefings[order.text]

    def _content_key(self, source: Source, document: str, briefing: str) -> str:
        """The key of a document's content and briefing.

        Of several documents in one submission that are alike, each has a key of its own, the same
        whenever they are submitted again: each is to have its output.
        """
        key = content_key(document, source.format, briefing)
        alike = self._alike.setdefault(key, {})
        number = alike.setdefault(source.identity, len(alike))
        return key if number == 0 else content_key(document, source.format, briefing, number)

    def _claim(self, jobs: Sequence[Job]) -> None:
        """Enter jobs under the ids their content has, or gets now.

        The job of a claim that is known may be missing, where its submitter was killed in between:
        then it is entered here.
        """
        first: dict[str, Job] = {}
        for job in jobs:
            if job.content_key not in self._entered:
                first.setdefault(job.content_key, job)
        ids = self._submissions.claim(
            self._context.owner,
            {key: job.job_id for key, job in first.items()},
            again=self._again,
        )
        ids |= self._renewed(first, ids)
        own = {key: replace(job, job_id=ids[key]) for key, job in first.items()}
        new = set(self._lake.submit(list(own.values())))
        self._entered |= own
        for job in jobs:
            entered = self._entered[job.content_key]
            is_new = entered.job_id in new and first.get(job.content_key) is job
            self.accepted.append(Accepted(entered, duplicate=not is_new))

    def _renewed(self, first: Mapping[str, Job], ids: Mapping[str, str]) -> dict[str, str]:
        """The jobs that take the place of rehearsals', by content key."""
        known = {ids[key] for key, job in first.items() if ids[key] != job.job_id}
        if self._context.rehearsing or not known & self._rehearsed:
            return {}
        offers = {
            key: Offer(job.job_id, self._rehearsed)
            for key, job in first.items()
            if ids[key] in self._rehearsed
        }
        return self._submissions.renew(self._context.owner, offers)

    @cached_property
    def _rehearsed(self) -> frozenset[str]:
        """The jobs that rehearsals took up."""
        with contextlib.closing(ReadModel(self._context.home)) as read_model:
            # What is damaged of another's keeps nobody from handing in.
            return frozenset(job.job_id for job in read_model.sound_jobs()[0] if job.simulated)


@contextlib.contextmanager
def _open(submitter: Submitter, again: bool) -> Iterator[_HandingIn]:
    lake = Lake.create(submitter.home)
    submissions = Submissions(submitter.home)
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="documents")
    try:
        yield _HandingIn(submitter, again, submissions, lake, threads)
    finally:
        threads.shutdown(cancel_futures=True)
        submissions.close()
        lake.close()


def _by_place(errors: Sequence[InputError]) -> tuple[InputError, ...]:
    """Errors of one file beside each other, in the order of its lines."""
    files: dict[str | None, int] = {}
    for error in errors:
        files.setdefault(error.where, len(files))
    return tuple(sorted(errors, key=lambda error: (files[error.where], error.line or 0)))


def _as_they_stand(home: Home, accepted: Sequence[Accepted]) -> tuple[Accepted, ...]:
    """The same, with the jobs that were there before as they are now."""
    if not any(one.duplicate for one in accepted):
        return tuple(accepted)
    with contextlib.closing(ReadModel(home)) as read_model:
        known = {job.job_id: job for job in read_model.sound_jobs()[0]}
    return tuple(Accepted(known.get(one.job.job_id, one.job), one.duplicate) for one in accepted)


def present_owner() -> str:
    """The user whose process this is; `local` where the machine knows no name.

    By the process and not by its environment, which a scheduler may leave empty: what one user
    submits by hand and by the inbox must have one owner.
    """
    try:
        return psutil.Process().username()
    except (KeyError, psutil.Error):
        return "local"


def content_key(document: str, format_name: str, briefing: str, number: int = 0) -> str:
    """A hash of what makes a job what it is.

    Args:
        document: the SHA-256 of its bytes.
        briefing: the SHA-256 of it as JSON with sorted keys; it holds the languages.
        number: tells documents that are alike in one submission apart.
    """
    parts = [document, format_name, briefing, *([str(number)] if number else [])]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _see_that_some_is_asked_for(units: Sequence[Unit], paths: Sequence[str]) -> None:
    if any(asked_for(unit, paths) for unit in units):
        return
    kept = next((unit.kept for unit in units if wanted(unit.path, paths)), None)
    if kept is None:
        raise DocumentError("nothing in the document is at a place that fits one of the paths")
    raise DocumentError(f"all its texts stay as they are, for {kept}; leave it out")


def _see_that_some_is_left(units: Sequence[Unit], protection: Protection) -> None:
    if protection and not any(has_words(unit.text, protection) for unit in units):
        raise DocumentError("nothing in the document is left to translate beside what is protected")


def _read(source: Source) -> bytes:
    if isinstance(source.content, bytes):
        return source.content
    try:
        return read_file(source.content, source.within)
    except OSError as error:
        raise DocumentError(f"can't be read: {error.strerror or error}") from None


def _storable(name: str) -> str:
    """A file's name as a table can hold it; bytes that are no UTF-8 are shown by their number."""
    return name.encode("utf-8", "backslashreplace").decode()
