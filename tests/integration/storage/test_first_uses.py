"""What the terms and texts of a night became first, kept in a real database."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from storage.control.first_uses import NIGHT, FirstUses, Use

NOW = datetime(2026, 3, 5, 22, tzinfo=UTC)
KEY = "ab" * 32
FIRST = Use("Übersicht", "a.md", "a")
OTHER = Use("Tafel", "b.md", "b")


def settled(
    home: Path, use: Use, *, key: str = KEY, simulated: bool = False, now: datetime = NOW
) -> Use:
    """What a process that starts now is told."""
    uses = FirstUses(home, simulated=simulated, now=now)
    try:
        return uses.settle({key: use}, now)[key]
    finally:
        uses.close()


def test_the_first_translation_stays(tmp_path: Path) -> None:
    """Each later document is told the first translation, also after a new start."""
    assert settled(tmp_path, FIRST) == FIRST
    assert settled(tmp_path, OTHER) == FIRST
    assert settled(tmp_path, Use("Brett", "c.md", "c")) == FIRST


def test_the_same_content_again(tmp_path: Path) -> None:
    """A document that is translated anew replaces what it had."""
    settled(tmp_path, FIRST)
    again = FIRST._replace(translation="Tafel")

    assert settled(tmp_path, again) == again
    assert settled(tmp_path, OTHER) == again


def test_what_tells_uses_apart(tmp_path: Path) -> None:
    """Another key has its own, and so has a rehearsal."""
    settled(tmp_path, FIRST)

    assert settled(tmp_path, OTHER, key="cd" * 32) == OTHER
    assert settled(tmp_path, OTHER, simulated=True) == OTHER


def test_what_is_old_goes(tmp_path: Path) -> None:
    """What came first counts for a night, and no longer, in a process that stays as well."""
    settled(tmp_path, FIRST)
    assert settled(tmp_path, OTHER, now=NOW + NIGHT - timedelta(hours=1)) == FIRST

    uses = FirstUses(tmp_path, simulated=False, now=NOW)
    later = NOW + NIGHT + timedelta(hours=1)
    assert uses.settle({KEY: OTHER}, later) == {KEY: OTHER}
    uses.close()
    assert settled(tmp_path, FIRST, now=later) == OTHER


def _from_a_process(home: Path, number: int) -> list[Use]:
    uses = FirstUses(home, simulated=False, now=NOW)
    try:
        some = {
            f"{n:064x}": Use(f"Wort {number}", f"{number}.md", str(number)) for n in range(5000)
        }
        return list(uses.settle(some, NOW).values())
    finally:
        uses.close()


def test_processes_agree(tmp_path: Path) -> None:
    """Of several processes that settle the same terms at once, all are told the same."""
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        told = list(pool.map(_from_a_process, [tmp_path] * 8, range(8)))

    assert all(found == told[0] for found in told)
