"""A night of two vendors' models, which is killed in the middle and taken up again."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import duckdb

from storage.readmodel.catalog import write_catalog
from tests.e2e.conftest import KEY, House
from tests.e2e.test_resume import CLASSES
from tests.vendors import OPENAI

CHAIN = {
    "NIGHTDESK_TRANSLATOR_MODELS": "claude-sonnet-5-5, openai:gpt-5.1",
    "NIGHTDESK_PRICES": '{"gpt-5.1": {"input": 1.25, "output": 10}}',
    "NIGHTDESK_PACK_SEGMENTS": "4",
    "NIGHTDESK_MAX_IN_FLIGHT": "4",
}
REFUSE = '[[rule]]\ntask = "translate"\nmatch = "[37] of"\nevent = "refuse"\nasked = "^claude"\n'
DECLINED = {3, 7}
REQUESTS = "SELECT count(DISTINCT coalesce(request_id, call_id)) FROM calls"


def both(house: House) -> dict[str, str]:
    """The settings of a night that asks both."""
    url = house.environ["ANTHROPIC_BASE_URL"]
    return CHAIN | OPENAI.environ(url, KEY)


def rows(house: House, question: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(write_catalog(house.home)), read_only=True) as catalog:
        return catalog.execute(question).fetchall()


def test_killed_in_the_middle(house: House, simulated: Callable[..., Any]) -> None:
    """What a model has declined it is not asked again after a kill, and all is paid for once.

    The ledger has the tokens of both vendors, to the token, but for what was under way at the kill.
    """
    texts = {
        f"in/{d}.txt": "\n\n".join(f"Sentence {s} of document {d} is here." for s in range(8))
        for d in range(4)
    }
    house.write(texts)
    with simulated(REFUSE, latency=0.15) as page:
        settings = both(house)
        house.submit()
        run = house.start("run", **settings)
        while not (declined := _declined(house)):
            assert run.poll() is None, run.communicate()
            time.sleep(0.05)
        run.kill()
        run.wait()
        declined = _declined(house)
        while page("ledger")["in_flight"]["now"]:
            time.sleep(0.02)
        before = rows(house, "SELECT call_id FROM calls")
        lost = page("ledger")["totals"]["requests"] - rows(house, REQUESTS)[0][0]
        night = house.night(**settings)
        totals = page("ledger")["totals"]
    assert {job["status"] for job in night["jobs"]} == {"completed"}
    found = rows(house, "SELECT segment_id, origin, model, declined_by, status FROM segments")
    assert {row for row in found if row[0] in DECLINED} == {
        (i, "openai", "gpt-5.1", "claude:claude-sonnet-5-5", "done") for i in DECLINED
    }
    assert {row[1:] for row in found if row[0] not in DECLINED} == {
        ("claude", "claude-sonnet-5-5", None, "done")
    }
    known = ", ".join(f"'{call_id}'" for (call_id,) in before)
    later = rows(
        house,
        "SELECT job_id, unnest(segment_ids) FROM calls WHERE task = 'translate' "
        f"AND engine = 'claude' AND call_id NOT IN ({known})",
    )
    assert not declined & set(later)
    sums = ", ".join(f"sum({name})::BIGINT" for name in CLASSES)
    assert rows(house, REQUESTS) == [(totals["requests"] - lost,)]
    (row,) = rows(house, f"SELECT {sums} FROM calls")
    assert all(entered <= totals[name] for entered, name in zip(row, CLASSES, strict=True))
    assert rows(house, "SELECT count(*) FROM calls WHERE outcome = 'ok' AND cost_eur = 0") == [(0,)]
    assert rows(house, "SELECT DISTINCT engine FROM nights WHERE ended_at IS NOT NULL") == [
        ("claude, openai",)
    ]


def _declined(house: House) -> set[tuple[str, int]]:
    """The segments that a model has declined so far, as the lake has it."""
    if not house.home.exists():
        return set()
    question = "SELECT job_id, segment_id FROM segments WHERE declined_by IS NOT NULL"
    return set(rows(house, question))


def test_the_second_has_no_key(house: House, simulated: Callable[..., Any]) -> None:
    """A key that the second engine lacks is told before anything is asked, with exit code 3."""
    house.write({"in/a.txt": "One sentence."})
    with simulated() as page:
        house.submit()
        _, err = house.called("run", code=3, **CHAIN)
        assert "OPENAI_API_KEY is not set" in err
        assert page("ledger")["totals"]["requests"] == 0


def test_the_second_has_no_price(house: House, simulated: Callable[..., Any]) -> None:
    """A model of the chain without a price is told before anything is asked."""
    house.write({"in/a.txt": "One sentence."})
    with simulated() as page:
        house.submit()
        wanted = both(house) | {"NIGHTDESK_PRICES": "{}"}
        _, err = house.called("run", code=2, **wanted)
        assert "gpt-5.1" in err
        assert page("ledger")["totals"]["requests"] == 0
