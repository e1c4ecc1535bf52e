"""What the lake holds and what the simulator counted, and whether the two agree."""

from __future__ import annotations

import hashlib
import json
import urllib.request
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from domain.cost.call import Call
from domain.job.job import Job
from domain.job.segment import Segment
from domain.usage import TokenUsage
from storage.files.home import Home
from storage.readmodel.readmodel import ReadModel


@dataclass
class Answer:
    """An answer, or as much of it as jobs have entered.

    Attributes:
        keys: the simulator's keys of what it was about.
        usage: its tokens.
        eur: what they cost; zero where it is the simulator's own count.
    """

    keys: Counter[str] = field(default_factory=Counter)
    usage: TokenUsage = field(default_factory=TokenUsage)
    eur: Decimal = Decimal(0)

    @classmethod
    def counted(cls, answer: Mapping[str, Any]) -> Answer:
        """An answer as the simulator tells it."""
        return cls(Counter(answer["keys"]), TokenUsage(**answer["tokens"]))

    def add(self, keys: Iterable[str], usage: TokenUsage, eur: Decimal) -> None:
        """Take in a job's row."""
        self.keys.update(keys)
        self.usage += usage
        self.eur += eur

    def is_within(self, whole: Answer) -> bool:
        """Whether it is a part of an answer; all of its tokens, where it is about all of it."""
        rest = whole.usage - self.usage
        if self.keys == whole.keys:
            return rest == TokenUsage()
        return self.keys <= whole.keys and min(asdict(rest).values()) >= 0


@dataclass
class Kept:
    """What of a home is durable at one moment.

    Attributes:
        jobs: by id.
        segments: by job and number.
        calls: by id.
        keys: committed answers by the simulator's key of task, languages and source text.
        answers: what is in the ledger of each answer, by the id of its request.
    """

    jobs: dict[str, Job] = field(default_factory=dict)
    segments: dict[tuple[str, int], Segment] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    keys: Counter[str] = field(default_factory=Counter)
    answers: dict[str, Answer] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        """Where a night that ended here stood."""
        if all(job.finalized for job in self.jobs.values()):
            return "delivering, sealing, reporting"
        statuses = {segment.status.value for segment in self.segments.values()}
        if not self.calls:
            return "before the first answer"
        if statuses & {"pending", "processing"}:
            return "translating"
        if statuses & {"translated", "correcting", "qa_failed"}:
            return "quality assurance"
        return "finalizing"


def kept(home: Home) -> Kept:
    """What is durable now."""
    found = Kept()
    model = ReadModel(home)
    try:
        for job in model.jobs():
            record = model.record(job.job_id)
            assert record is not None, job.job_id
            found.jobs[job.job_id] = record.job
            found.segments.update({(job.job_id, s.segment_id): s for s in record.segments})
            for call in record.calls:
                _enter(found, record.job, call)
    finally:
        model.close()
    return found


def _enter(found: Kept, job: Job, call: Call) -> None:
    found.calls[call.call_id] = call
    target = "" if call.task == "review_source" else job.target_lang
    sources = (found.segments[job.job_id, number].source for number in call.segment_ids)
    keys = tuple(_key(call.task, job.source_lang, target, source) for source in sources)
    found.keys.update(keys)
    if call.request_id is not None and call.usage != TokenUsage():
        found.answers.setdefault(call.request_id, Answer()).add(keys, call.usage, call.cost_eur)


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass
class Asked:
    """What the simulator has answered until one moment.

    Attributes:
        requests: how many.
        times: answers by key.
        distinct: different questions by key.
        answers: by the id of their requests.
    """

    requests: int
    times: Counter[str]
    distinct: Counter[str]
    answers: dict[str, Answer]

    def again(self, key: str) -> int:
        """How often a question about this text was asked that had been asked before."""
        return self.times[key] - self.distinct[key]


def asked(url: str) -> Asked:
    """What the simulator at this address has answered."""
    answers = page(url, "answers")
    times: Counter[str] = Counter()
    variants: dict[str, set[str]] = {}
    by_id: dict[str, Answer] = {}
    for answer in answers:
        times.update(answer["keys"])
        for key, variant in zip(answer["keys"], answer["variants"], strict=True):
            variants.setdefault(key, set()).add(variant)
        by_id[answer["request_id"]] = Answer.counted(answer)
    distinct = Counter({key: len(found) for key, found in variants.items()})
    return Asked(len(answers), times, distinct, by_id)


def page(url: str, name: str) -> Any:
    """A page of the simulator's."""
    with urllib.request.urlopen(f"{url}/_simulator/{name}", timeout=120) as reply:
        return json.loads(reply.read())


def lost_since(before: Kept, now: Kept) -> list[str]:
    """What was durable before and is not any more, or is something else."""
    found = [f"job {i} is gone" for i in before.jobs.keys() - now.jobs.keys()]
    found += [f"call {i} is gone" for i, call in before.calls.items() if now.calls.get(i) != call]
    for key, segment in before.segments.items():
        if segment.is_terminal and now.segments.get(key) != segment:
            found.append(f"segment {key} was {segment.status} and is {now.segments.get(key)}")
        elif key not in now.segments:
            found.append(f"segment {key} is gone")
    for job_id, job in before.jobs.items():
        if job.status.is_terminal and now.jobs[job_id].status != job.status:
            found.append(f"job {job_id} was {job.status} and is {now.jobs[job_id].status}")
    return found


def paid_again(kept_before: Kept, asked_before: Asked, now: Asked) -> list[str]:
    """Questions asked again though their answers were durable before this night began."""
    return [
        f"{key} was asked {now.times[key]} times and had been kept"
        for key, times in asked_before.times.items()
        if kept_before.keys[key] >= asked_before.distinct[key]
        and now.again(key) > asked_before.again(key)
        and times
    ]


def settled(final: Kept, all_asked: Asked) -> list[str]:
    """Whether in the end each question has one answer in the ledger, at the price it had."""
    found = []
    for key in all_asked.times | final.keys:
        if final.keys[key] != all_asked.distinct[key]:
            found.append(
                f"{key}: {final.keys[key]} answers kept of {all_asked.distinct[key]} questions"
            )
    for request_id, answer in final.answers.items():
        counted = all_asked.answers.get(request_id)
        if counted is None or not answer.is_within(counted):
            found.append(f"{request_id} has {answer} in the ledger, the simulator {counted}")
    return found
