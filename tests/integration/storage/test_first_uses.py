"""What the terms of a night became first, kept in a real database."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from storage.first_uses import KEPT_FOR, FirstUses, TermKey, Use

NOW = datetime(2026, 3, 5, 22, tzinfo=UTC)
KEY = TermKey("ann", "en", "de", "", "dashboard")
FIRST = Use("Übersicht", "a.md")


def settled(home: Path, night: str, key: TermKey, use: Use, now: datetime = NOW) -> Use:
    """What a process that starts now is told."""
    terms = FirstUses(home, now)
    try:
        return terms.settle(night, {key: use}, now)[key]
    finally:
        terms.close()


def test_the_first_translation_stays(tmp_path: Path) -> None:
    """Each later document is told the first translation, also after a new start."""
    assert settled(tmp_path, "night", KEY, FIRST) == FIRST
    assert settled(tmp_path, "night", KEY, Use("Tafel", "b.md")) == FIRST
    assert settled(tmp_path, "night", KEY, Use("Brett", "c.md")) == FIRST


def test_what_tells_terms_apart(tmp_path: Path) -> None:
    """Another night, owner, language or domain may have another translation."""
    settled(tmp_path, "night", KEY, FIRST)
    other = Use("Tafel", "b.md")

    assert settled(tmp_path, "the next", KEY, other) == other
    for field in KEY._fields:
        assert settled(tmp_path, "night", KEY._replace(**{field: "x"}), other) == other


def test_what_is_old_goes(tmp_path: Path) -> None:
    """A night's terms are let go after some days, and not before."""
    settled(tmp_path, "night", KEY, FIRST)
    other = Use("Tafel", "b.md")

    assert settled(tmp_path, "night", KEY, other, NOW + KEPT_FOR - timedelta(hours=1)) == FIRST
    later = NOW + KEPT_FOR + timedelta(hours=1)
    assert settled(tmp_path, "night", KEY, other, later) == other


def _from_a_process(home: Path, number: int) -> list[Use]:
    keys = [KEY._replace(term=f"term {n}") for n in range(20)]
    terms = FirstUses(home, NOW)
    try:
        uses = {key: Use(f"Wort {number}", f"{number}.md") for key in keys}
        return list(terms.settle("night", uses, NOW).values())
    finally:
        terms.close()


def test_processes_agree(tmp_path: Path) -> None:
    """Of several processes that settle the same terms at once, all are told the same."""
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        told = list(pool.map(_from_a_process, [tmp_path] * 8, range(8)))

    assert all(found == told[0] for found in told)
