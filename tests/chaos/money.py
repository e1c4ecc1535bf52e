"""`python -m tests.chaos.money`: nights with budget stops, kills and outages, to the last token.

A home is worked on in three nights and one to its end. The first has a small budget, the second is
killed, the third loses its line to the API and is killed; all lose it now and then. Then every
answer that the simulator counted is in the ledger, or is listed: it was under way at a kill, or its
answer was lost when the line was cut. The sums of the nights are those of the ledger, and those
the nights reported themselves.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import tests.conftest  # noqa: F401 - no run goes by what this machine has set
from domain.cost.call import Call
from domain.cost.pricing import cost
from domain.usage import TokenUsage
from simulator.ledger import TOKEN_CLASSES
from simulator.replies.script import read_script
from simulator.running import running
from simulator.settings import SimulatorSettings
from tests.chaos.accounts import Answer, Kept, kept, page
from tests.chaos.campaign import nurseries
from tests.chaos.killing import CORRECTED, House
from tests.chaos.line import LineInThread, line_to
from tests.chaos.nursery import Nursery

BUDGET_EUR = "0.03"
IN_FLIGHT = 4
OUTAGE_S = 2.0


@dataclass
class Sum:
    """Requests, their tokens by class, and EUR."""

    requests: int = 0
    tokens: Counter[str] = field(default_factory=Counter)
    eur: Decimal = Decimal(0)

    def add(self, tokens: Mapping[str, int], eur: Decimal) -> None:
        """Count one request."""
        self.requests += 1
        self.tokens.update(tokens)
        self.eur += eur

    @property
    def figures(self) -> tuple[int, ...]:
        """Tokens by class, in the order of the classes."""
        return tuple(self.tokens[name] for name in TOKEN_CLASSES)


@dataclass
class SegmentRange:
    """Answers from one to another, of which some may have been lost, and why.

    Attributes:
        first: the number of the first answer in it.
        end: the number after its last.
    """

    why: str
    first: int
    end: int


@dataclass
class Books:
    """What nights, ledger and simulator say of one home.

    Attributes:
        nights: by name, what its calls sum up to.
        reported: by name, the EUR that a night told at its end.
        lost: by reason, answers that no ledger has.
        wrong: what must not be.
    """

    transport: str
    nights: dict[str, Sum] = field(default_factory=dict)
    how: dict[str, str] = field(default_factory=dict)
    reported: dict[str, Decimal] = field(default_factory=dict)
    ledger: Sum = field(default_factory=Sum)
    simulator: Sum = field(default_factory=Sum)
    lost: dict[str, Sum] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


class Trial:
    """Nights over one home, whose line to the simulator is cut now and then."""

    def __init__(self, house: House, url: str, line: LineInThread, chance: random.Random) -> None:
        self.house, self.url, self.line, self.chance = house, url, line, chance
        self.stretches: list[SegmentRange] = []
        self.reported: dict[str, tuple[str, Decimal]] = {}
        self.names: list[str] = []
        self.how: dict[str, str] = {}
        self.wrong: list[str] = []

    def answers(self) -> int:
        """Answers that the simulator has counted so far."""
        return len(page(self.url, "answers"))

    def night(self, how: str, *words: str, kill: bool = False, outage: bool = False) -> int:
        """A night: its exit code. It is killed, or its line cut, once some answers have come."""
        before, begun = set(self._names()), self.answers()
        pid = self.house.start("run", "--json", *words)
        if outage and self._came(pid, begun + self.chance.randint(1, 4)):
            self._outage()
        if kill and self._came(pid, self.answers() + self.chance.randint(2, 6)):
            self.house.nursery.kill(pid)
        code = self.house.await_end(pid)
        self._quiet()
        if code < 0:
            self.stretches.append(
                SegmentRange(f"under way at the kill of {how}", begun, self.answers())
            )
        for name in set(self._names()) - before:
            self.how[name] = how
        self._read_report(code)
        return code

    def _came(self, pid: int, goal: int) -> bool:
        """Wait for a number of answers; False where the night came to its end before."""
        until = time.monotonic() + 20
        while time.monotonic() < until and self.house.nursery.poll(pid) is None:
            if self.answers() >= goal:
                return True
            time.sleep(0.02)
        return self.house.nursery.poll(pid) is None

    def _outage(self) -> None:
        first = max(0, self.answers() - IN_FLIGHT)
        self.line.cut()
        time.sleep(OUTAGE_S)
        self._quiet()
        number = 1 + sum(1 for s in self.stretches if s.why.startswith("lost"))
        self.stretches.append(SegmentRange(f"lost at outage {number}", first, self.answers()))
        self.line.mend()

    def _quiet(self) -> None:
        """Wait until the simulator is at work on nothing."""
        while True:
            ledger = page(self.url, "ledger")
            batches = ledger["batches"]
            if not ledger["in_flight"]["now"] and batches["created"] == batches["ended"]:
                return
            time.sleep(0.02)

    def _names(self) -> Iterable[str]:
        found = kept(self.house.home) if self.house.home.exists() else Kept()
        return {call.batch_id or "" for call in found.calls.values()}

    def _read_report(self, code: int) -> None:
        text = self.house.out.read_text(encoding="utf-8")
        if code >= 0 and "{" in text:
            facts = json.JSONDecoder(parse_float=Decimal).raw_decode(text[text.index("{") :])[0]
            self.reported[facts["night"]] = (facts["halted"] or "", Decimal(facts["cost_eur"]))

    def books(self) -> Books:
        """What all say in the end."""
        found = kept(self.house.home)
        books = Books(self.house.environ["NIGHTDESK_TRANSPORT"], wrong=list(self.wrong))
        for call in sorted(found.calls.values(), key=lambda c: c.batch_id or ""):
            tokens = _tokens(call)
            books.ledger.add(tokens, call.cost_eur)
            books.nights.setdefault(call.batch_id or "-", Sum()).add(tokens, call.cost_eur)
        books.how = {name: self.how.get(name, "?") for name in books.nights}
        books.reported = {name: eur for name, (_, eur) in self.reported.items()}
        self._find_lost(books, found)
        for name, eur in books.reported.items():
            told = books.nights.get(name, Sum()).eur
            if round(told, 6) != eur:
                books.wrong.append(f"night {name} reported {eur} EUR, its calls come to {told}")
        ill = {i: str(j.status) for i, j in found.jobs.items() if j.status != "completed"}
        if ill:
            books.wrong.append(f"not completed: {ill}")
        books.wrong += _unequal(books)
        return books

    def _find_lost(self, books: Books, found: Kept) -> None:
        """Look up what is in the ledger of each answer of the simulator's."""
        rate = next(iter(found.calls.values())).eur_per_usd
        left = dict(found.answers)
        for number, answer in enumerate(page(self.url, "answers")):
            eur = _eur(answer, rate)
            books.simulator.add(answer["tokens"], eur)
            entered = left.pop(answer["request_id"], Answer())
            counted = Answer.counted(answer)
            if not entered.is_within(counted):
                books.wrong.append(f"the ledger has {entered} of answer {number}, {counted}")
            if entered.keys == counted.keys:
                continue
            why = self._why(number, answer)
            if why is None:
                books.wrong.append(f"answer {number} is in no ledger and was not under way")
            rest = asdict(counted.usage - entered.usage)
            books.lost.setdefault(why or "unexplained", Sum()).add(rest, eur - entered.eur)
        books.wrong += [f"nobody answered {request_id}" for request_id in left]

    def _why(self, number: int, answer: Mapping[str, Any]) -> str | None:
        if answer["fault"] == "drop":
            return "dropped by the server"
        fitting = [s.why for s in self.stretches if s.first <= number < s.end]
        return fitting[0] if fitting else None


def _unequal(books: Books) -> list[str]:
    """Where the sums differ that must be the same."""
    sums = _summed(books.nights.values())
    known = _summed([books.ledger, *books.lost.values()])
    wrong = []
    if (sums.figures, sums.eur) != (books.ledger.figures, books.ledger.eur):
        wrong.append("the nights do not sum up to the ledger")
    if (known.figures, known.eur) != (books.simulator.figures, books.simulator.eur):
        wrong.append("ledger and what is listed do not sum up to the simulator's count")
    return wrong


def _summed(parts: Iterable[Sum]) -> Sum:
    whole = Sum()
    for part in parts:
        whole.requests += part.requests
        whole.tokens.update(part.tokens)
        whole.eur += part.eur
    return whole


def _tokens(call: Call) -> dict[str, int]:
    return {name: getattr(call.usage, name) for name in TOKEN_CLASSES}


def _eur(answer: Mapping[str, Any], rate: Decimal) -> Decimal:
    return cost(
        TokenUsage(**answer["tokens"]),
        answer["model"],
        transport=answer["transport"],
        eur_per_usd=rate,
        at=datetime.now(UTC),
    ).eur


def tried(nursery: Nursery, chance: random.Random, transport: str, documents: int = 6) -> Books:
    """Nights over a new home with so many documents, and what came of them."""
    simulator = SimulatorSettings(
        latency=0.1,
        jitter=0.1,
        batch_seconds=0.3,
        cache_minimum=64,
        seed=chance.randrange(1_000),
        fault_rates={"529": 0.02, "500": 0.02, "drop": 0.02} if transport == "messages" else {},
        rules=read_script(CORRECTED),
        retry_after=0,
    )
    settings = {
        "NIGHTDESK_TRANSPORT": transport,
        "NIGHTDESK_PACK_SEGMENTS": "2",
        "NIGHTDESK_MAX_IN_FLIGHT": str(IN_FLIGHT),
        "NIGHTDESK_MAX_ATTEMPTS": "50",
    }
    with (
        tempfile.TemporaryDirectory(prefix="money-") as name,
        running(simulator) as url,
        line_to(url) as line,
    ):
        house = House(nursery, Path(name), line.url, settings)
        house.write(_documents(chance, documents))
        trial = Trial(house, url, line, chance)
        budget = trial.night("1, a budget stop", "--budget-eur", BUDGET_EUR, outage=True)
        trial.night("2, killed", kill=True)
        trial.night("3, an outage, killed", kill=True, outage=True)
        for _ in range(3):
            if trial.night("the last", outage=budget == 0) == 0:
                break
        books = trial.books()
        if not any("budget" in told for told, _ in trial.reported.values()):
            books.wrong.append("no night was stopped by its budget")
        return books


def _documents(chance: random.Random, number: int) -> dict[str, str]:
    return {
        f"{d}.txt": "\n\n".join(
            f"Sentence {s} of document {d} is {chance.choice(('plain', 'plain', 'weak'))} here."
            for s in range(8)
        )
        for d in range(number)
    }


def table(books: Books) -> str:
    """The sums as Markdown."""
    rows = [(f"night {books.how[name]}", part) for name, part in books.nights.items()]
    rows += [("sum of the nights", _summed(books.nights.values())), ("the ledger", books.ledger)]
    rows += [(f"+ {why}", part) for why, part in sorted(books.lost.items())]
    rows += [("the simulator's count", books.simulator)]
    heads = [books.transport, "requests", *TOKEN_CLASSES, "EUR"]
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join("---" for _ in heads) + " |"]
    for name, part in rows:
        figures = (f"{number:,}" for number in (part.requests, *part.figures))
        lines.append(f"| {name} | " + " | ".join(figures) + f" | {part.eur:.9f} |")
    return "\n".join([*lines, "", *books.wrong])


def main() -> int:
    """Try and print; 1 where anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.money")
    parser.add_argument("--homes", type=int, default=4, help="by messages and by batches in turn")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    arguments = parser.parse_args()
    sys.stdout.write(f"seed {arguments.seed}\n\n")
    ill = 0
    with nurseries(1) as (nursery,):
        for home in range(arguments.homes):
            transport = ("messages", "batches")[home % 2]
            books = tried(nursery, random.Random(f"{arguments.seed} {home}"), transport)
            ill += len(books.wrong)
            sys.stdout.write(table(books) + "\n\n")
            sys.stdout.flush()
    return 1 if ill else 0


if __name__ == "__main__":
    sys.exit(main())
