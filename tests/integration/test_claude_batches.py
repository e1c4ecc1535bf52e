"""Batches over real HTTP: with a simulator, with faults, and with processes that are killed."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import anthropic
import pytest
from batch_asker import EACH, GROUPS, KEY, SWIFT, asking, question

from domain.decisions import GiveUp, Halt, Retry
from domain.errors import EngineError
from domain.requests.answers import read_translations
from domain.usage import TokenUsage
from engines.claude.batches.engine import ClaudeBatches
from engines.claude.batches.ids import custom_id_of
from engines.claude.messages import request_of
from engines.port import Reply
from simulator.misbehaviour.outage import Phase
from simulator.replies.script import read_script
from simulator.running import running
from simulator.settings import SimulatorSettings
from storage.control.batch_log import BatchLog
from tests.sent import alone

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
ENGLISH = "Ðéŕ Śáťź Ńúɱɱéŕ {}."


def ledger(url: str) -> Any:
    with urlopen(f"{url}/_simulator/ledger") as response:
        return json.load(response)


def translation(reply: Reply) -> str:
    """The text of the one segment of an answer."""
    return read_translations(reply.judged(), {0}).texts[0]


async def asked(engine: ClaudeBatches, *numbers: int) -> list[Reply]:
    return await asyncio.gather(*(engine.ask(question(number)) for number in numbers))


async def client_of(url: str) -> anthropic.AsyncAnthropic:
    return anthropic.AsyncAnthropic(
        api_key=KEY, base_url=url, http_client=anthropic.DefaultAioHttpClient()
    )


def _batch_of(reply: Reply) -> str:
    return str(reply.request_id).split("/")[0]


async def test_one_batch(tmp_path: Path) -> None:
    """Questions that wait together travel together; each gets its own answer, at its own usage."""
    with running(SimulatorSettings()) as url:
        async with asking(url, tmp_path) as engine:
            replies = await asked(engine, *range(30))
        seen = ledger(url)

    assert [translation(reply)[-3:] for reply in replies[7:12]] == [
        " 7.",
        " 8.",
        " 9.",
        "10.",
        "11.",
    ]
    assert {reply.stop_reason for reply in replies} == {"end_turn"}
    assert all(reply.simulated and reply.latency_ms > 0 for reply in replies)
    assert len({reply.request_id for reply in replies}) == 30
    assert len({_batch_of(reply) for reply in replies}) == 1
    assert _batch_of(replies[0]).startswith("msgbatch_")
    assert seen["batches"] == {"created": 1, "ended": 1, "requests": 30, "repeated_custom_ids": 0}
    assert seen["violations"]["count"] == 0
    used = sum((reply.usage for reply in replies), TokenUsage())
    assert used.uncached_input_tokens == seen["totals"]["uncached_input_tokens"] > 0
    assert used.output_tokens == seen["totals"]["output_tokens"] > 0


async def test_the_same_question_twice_at_once(tmp_path: Path) -> None:
    """A question asked twice at once is sent once, and both get its answer."""
    with running(SimulatorSettings()) as url:
        async with asking(url, tmp_path) as engine:
            first, second = await asked(engine, 1, 1)
        assert first is second
        assert ledger(url)["batches"]["requests"] == 1


@pytest.mark.parametrize(
    ("event", "kind", "decision"),
    [
        ('event = "status"\nstatus = 500', "api_error", Retry()),
        ('event = "status"\nstatus = 429', "expired", Retry()),
        ('event = "status"\nstatus = 400', "invalid_request_error", GiveUp()),
    ],
)
async def test_an_item_fails_alone(tmp_path: Path, event: str, kind: str, decision: object) -> None:
    """A request that errors or expires says so and can be asked again; the others have answers."""
    rules = read_script(f'[[rule]]\nmatch = "Nummer 2"\ntimes = 1\n{event}')
    with running(SimulatorSettings(rules=rules)) as url:
        async with asking(url, tmp_path) as engine:
            good, failed, other = await asyncio.gather(
                *(engine.ask(question(number)) for number in (1, 2, 3)), return_exceptions=True
            )
            again = await engine.ask(question(2))
        batches = ledger(url)["batches"]

    assert isinstance(good, Reply)
    assert isinstance(other, Reply)
    assert isinstance(failed, EngineError)
    assert (kind, decision) == (failed.kind, failed.decision)
    assert again.stop_reason == "end_turn"
    assert (batches["created"], batches["requests"]) == (2, 4)


async def test_a_refusal_is_an_answer(tmp_path: Path) -> None:
    """What the model refuses comes back as a reply that says so."""
    rules = read_script('[[rule]]\nevent = "refuse"')
    with running(SimulatorSettings(rules=rules)) as url:
        async with asking(url, tmp_path) as engine:
            assert (await engine.ask(question())).stop_reason == "refusal"


@pytest.mark.parametrize(
    "fault",
    [
        "create_429",
        "create_500",
        "create_unheard",
        "create_lost",
        "poll_404",
        "poll_500",
        "poll_lost",
        "results_404",
        "results_lost",
        "results_cut",
    ],
)
async def test_a_call_fails(tmp_path: Path, fault: str) -> None:
    """Whatever call of the batch endpoints fails, twice, each question is paid for once."""
    settings = SimulatorSettings(batch_faults={fault: 2}, retry_after=0)
    if fault == "create_lost":  # the second time it would be another batch, and none is lost
        settings = SimulatorSettings(batch_faults={fault: 1})
    with running(settings) as url:
        async with asking(url, tmp_path, timing=replace(SWIFT, search=1)) as engine:
            replies = await asked(engine, *range(10))
        seen = ledger(url)

    assert len({translation(reply) for reply in replies}) == 10
    assert seen["batches"] == {"created": 1, "ended": 1, "requests": 10, "repeated_custom_ids": 0}


@pytest.mark.parametrize(
    "faults",
    [
        {"poll_404": 4, "list_late": 3},
        {"create_lost": 1, "list_late": 3},
        {
            "create_500": 1,
            "create_lost": 1,
            "poll_404": 3,
            "poll_500": 2,
            "poll_lost": 2,
            "list_late": 2,
            "results_404": 2,
            "results_lost": 2,
            "results_cut": 2,
        },
    ],
    ids=["not known yet", "lost and not listed yet", "all at once"],
)
async def test_a_batch_is_looked_for_before_it_is_sent_again(
    tmp_path: Path, faults: dict[str, int]
) -> None:
    """Neither a look by id nor a list need know a batch that was just created; it is paid once."""
    with running(SimulatorSettings(batch_faults=faults, batch_seconds=0.1)) as url:
        async with asking(url, tmp_path, timing=replace(SWIFT, search=3)) as engine:
            replies = await asked(engine, *range(10))
        seen = ledger(url)

    assert len({translation(reply) for reply in replies}) == 10
    assert seen["batches"] == {"created": 1, "ended": 1, "requests": 10, "repeated_custom_ids": 0}
    used = sum((reply.usage for reply in replies), TokenUsage())
    assert used.uncached_input_tokens == seen["totals"]["uncached_input_tokens"] > 0
    assert used.output_tokens == seen["totals"]["output_tokens"] > 0


@pytest.mark.parametrize("fault", ["results_404", "results_cut"])
async def test_a_batch_that_can_not_be_read_stays_entered(tmp_path: Path, fault: str) -> None:
    """Where its results can't be had, the requests of a batch wait for them, and are not resent.

    The next run fetches them.
    """
    with running(SimulatorSettings(batch_faults={fault: 8})) as url:
        async with asking(url, tmp_path) as engine:
            with pytest.raises(EngineError) as caught:
                await engine.ask(question())
        async with asking(url, tmp_path) as engine:
            reply = await engine.ask(question())
        batches = ledger(url)["batches"]

    assert (caught.value.kind, caught.value.decision) == ("batch_unread", Retry())
    assert reply.stop_reason == "end_turn"
    assert (batches["created"], batches["requests"]) == (1, 1)


@pytest.mark.parametrize("after", [0, 1], ids=["before it is sent", "while it is out"])
async def test_the_api_is_away(tmp_path: Path, after: int) -> None:
    """A batch waits for the API, sent or not, and is paid for once."""
    outage = (Phase("refuse", 0.9), Phase("503", 0.8))
    with running(SimulatorSettings(outage=outage, outage_after=after, batch_seconds=0.1)) as url:
        await asyncio.sleep(0.2)  # the port is closed by then, where the outage begins at once
        async with asking(url, tmp_path) as engine:
            replies = await asked(engine, *range(10))
        seen = ledger(url)

    assert len({translation(reply) for reply in replies}) == 10
    assert seen["batches"] == {"created": 1, "ended": 1, "requests": 10, "repeated_custom_ids": 0}
    # A hiccup and a second fault, each twice where aiohttp asks again on a connection it had kept.
    assert sum(request["how"] == "refuse" for request in seen["outage"]) <= 4
    assert sum(request["how"] == "503" for request in seen["outage"]) <= 2


async def test_a_server_that_is_gone(tmp_path: Path) -> None:
    """A batch for which no connection could be made was not sent, and is not looked for.

    The API is waited for as long as it may be away, and then the night halts.
    """
    with running(SimulatorSettings()) as url:
        pass
    async with asking(url, tmp_path, longest_outage=0) as engine:
        with pytest.raises(EngineError, match="longer than outage_hours") as caught:
            await engine.ask(question())
    assert (caught.value.kind, caught.value.decision) == ("connection", Halt())
    assert caught.value.unsent
    with closing(BatchLog(tmp_path)) as log:
        assert log.job_ids() == set()


async def test_a_wrong_key(tmp_path: Path) -> None:
    """A batch that is refused for good halts all who wait, and nothing is left in the log.

    Nor of one that was to go out after it.
    """
    with running(SimulatorSettings()) as url:
        async with asking(url, tmp_path, key="wrong-key-0123456789") as engine:
            failures = await asyncio.gather(
                *(engine.ask(question(number)) for number in (1, 2)), return_exceptions=True
            )
            with pytest.raises(EngineError) as caught:
                await engine.ask(question(3))
    assert caught.value.unsent
    for failure in failures:
        assert isinstance(failure, EngineError)
        assert failure.decision == Halt()
        assert "wrong-key" not in str(failure)
    with closing(BatchLog(tmp_path)) as log:
        assert log.job_ids() == set()


class Panic(BaseException):
    """As a library in Rust raises it: no Exception."""


@pytest.mark.parametrize("step", ["begin", "name", "forget_items"])
async def test_nobody_waits_for_good(tmp_path: Path, step: str) -> None:
    """Whatever is raised on a batch's way, of whatever class, who waits is told."""

    def panic(*_: object) -> None:
        raise Panic

    def broken() -> BatchLog:
        log = BatchLog(tmp_path)
        setattr(log, step, panic)
        return log

    refused = read_script('[[rule]]\nevent = "status"\nstatus = 400')
    with running(SimulatorSettings(rules=refused)) as url:
        async with asking(url, tmp_path) as engine:
            engine._log._open_log = broken
            with pytest.raises(Panic):
                await asyncio.wait_for(asked(engine, 1), 300)


async def test_a_server_without_batches(tmp_path: Path) -> None:
    """A server that takes no batches ends the night with the setting to change."""
    with running(SimulatorSettings()) as url:
        async with asking(f"{url}/elsewhere", tmp_path) as engine:
            with pytest.raises(EngineError, match="set NIGHTDESK_TRANSPORT=messages") as caught:
                await engine.ask(question())
    assert caught.value.decision == Halt()


def test_nothing_asked(tmp_path: Path) -> None:
    """An engine that is asked nothing leaves no file."""

    async def open_and_close() -> None:
        async with asking("http://127.0.0.1:9", tmp_path):
            pass

    asyncio.run(open_and_close())
    assert list(tmp_path.iterdir()) == []


def start(url: str, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, HERE / "batch_asker.py", url, home],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for(url: str, batches: int) -> None:
    while ledger(url)["batches"]["created"] < batches:
        time.sleep(0.01)


@pytest.mark.parametrize("latency", [0, 0.3], ids=["at rest", "before its id is known"])
def test_killed_while_three_batches_are_out(tmp_path: Path, latency: float) -> None:
    """A process killed with three batches out is followed by one that pays for none again.

    With the latency the third batch was created, but its id had not come back.
    """
    settings = SimulatorSettings(batch_seconds=1, latency=latency)
    with running(settings) as url:
        first = start(url, tmp_path)
        wait_for(url, GROUPS)
        first.kill()
        first.communicate()

        second = start(url, tmp_path)
        out, _ = second.communicate()
        seen = ledger(url)

    assert second.returncode == 0
    texts = json.loads(out)
    assert len(texts) == len(set(texts.values())) == GROUPS * EACH
    assert seen["batches"] == {
        "created": GROUPS,
        "ended": GROUPS,
        "requests": GROUPS * EACH,
        "repeated_custom_ids": 0,
    }


async def test_killed_before_it_was_created(tmp_path: Path) -> None:
    """A batch that was entered and never created goes out in the end, once."""
    with closing(BatchLog(tmp_path)) as log:
        log.begin("k1", alone({custom_id_of(question(1)): "job-1"}), datetime.now(UTC))
    with running(SimulatorSettings()) as url:
        async with asking(url, tmp_path) as engine:
            await asked(engine, 1, 2)
        batches = ledger(url)["batches"]
    assert (batches["requests"], batches["repeated_custom_ids"]) == (2, 0)


async def test_a_strangers_batch_is_told_apart(tmp_path: Path) -> None:
    """A batch of the same size that another program sent is not taken for a lost one for good."""
    with closing(BatchLog(tmp_path)) as log:
        log.begin("k1", alone({custom_id_of(question(1)): "job-1"}), datetime.now(UTC))
    with running(SimulatorSettings()) as url:
        client = await client_of(url)
        request = request_of(question(9))
        await client.messages.batches.create(requests=[{"custom_id": "other", "params": request}])
        await client.close()
        async with asking(url, tmp_path) as engine:
            (reply,) = await asked(engine, 1)
        batches = ledger(url)["batches"]
    assert translation(reply).endswith(" 1.")
    assert (batches["created"], batches["repeated_custom_ids"]) == (2, 0)


async def test_two_lost_batches_of_one_size(tmp_path: Path) -> None:
    """Two lost batches that look the same from outside are both found, whichever is tried first."""
    with running(SimulatorSettings()) as url:
        client = await client_of(url)
        with closing(BatchLog(tmp_path)) as log:
            for key, number in (("k1", 2), ("k2", 1)):
                item = {
                    "custom_id": custom_id_of(question(number)),
                    "params": request_of(question(number)),
                }
                log.begin(key, alone({item["custom_id"]: f"job-{number}"}), datetime.now(UTC))
                await client.messages.batches.create(requests=[item])  # type: ignore[list-item] # a dict
        await client.close()
        async with asking(url, tmp_path) as engine:
            replies = await asked(engine, 1, 2)
        batches = ledger(url)["batches"]
    assert [translation(reply)[-3:] for reply in replies] == [" 1.", " 2."]
    assert (batches["created"], batches["repeated_custom_ids"]) == (2, 0)


async def test_a_deleted_batch(tmp_path: Path) -> None:
    """Requests of a batch that is not there any more go out again."""
    with running(SimulatorSettings()) as url:
        async with asking(url, tmp_path) as engine:
            (first,) = await asked(engine, 1)
        client = await client_of(url)
        await client.messages.batches.delete(_batch_of(first))
        await client.close()
        async with asking(url, tmp_path) as engine:
            (second,) = await asked(engine, 1)
    assert _batch_of(first) != _batch_of(second)
    assert first.text == second.text


async def test_an_answer_that_was_not_kept(tmp_path: Path) -> None:
    """An answer that its asker lost is fetched again, not paid for again, until its job ends."""
    with running(SimulatorSettings()) as url:
        for _ in range(2):
            async with asking(url, tmp_path) as engine:
                await asked(engine, 1)
        assert ledger(url)["batches"]["requests"] == 1
        with closing(BatchLog(tmp_path)) as log:
            log.forget_jobs(["job-1"])
        async with asking(url, tmp_path) as engine:
            await asked(engine, 1)
        assert ledger(url)["batches"]["requests"] == 2
