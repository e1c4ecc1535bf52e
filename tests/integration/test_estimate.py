"""`nightdesk estimate`: what a submission would cost, without a night."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from storage.layout.predictions import read_predictions

ONE = "# Title\n\nThis stands once. Run `ls` now.\n\nThis stands twice.\n\nThis stands twice.\n"
OTHER = "This stands elsewhere too.\n\nThis stands twice.\n"

Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Said:
    """Calls the command in a working folder with two documents, and no key."""
    monkeypatch.chdir(tmp_path)
    for name in ("NIGHTDESK_HOME", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text(ONE)
    (tmp_path / "in" / "b.md").write_text(OTHER)

    def call(*words: str) -> tuple[int, str, str]:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
        with redirect_stdout(out), redirect_stderr(err):
            code = main(["estimate", *words])
        out.seek(0)
        err.seek(0)
        return code, out.read(), err.read()

    return call


def total(said: Said, *words: str) -> dict[str, Any]:
    code, out, err = said(*words, "--from", "en", "--json")
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)["total"]
    return found


def test_it_counts_what_a_night_would_ask(said: Said) -> None:
    """Words, segments and requests are told by language; what stands twice is asked once."""
    code, out, _ = said("in", "--from", "en", "--to", "de", "--to", "es", "--json")

    facts = json.loads(out)
    assert code == 0
    counted = ("source_lang", "target_lang", "jobs", "source_words", "segments", "from_memory")
    assert [[row[name] for name in counted] for row in facts["languages"]] == [
        ["en", "de", 2, 20, 7, 2],
        ["en", "es", 2, 20, 7, 2],
    ]
    # Both documents travel together, once a stage and language.
    assert facts["total"]["requests"] == 4
    assert not facts["simulated"]


def test_what_stays_as_it_is_is_told_before_a_cent_is_spent(said: Said, tmp_path: Path) -> None:
    """Words of code are counted by language and in all."""
    (tmp_path / "c.md").write_text("Run this.\n\n```sh\nmake all the things\n```\n")
    code, out, _ = said("c.md", "--from", "en", "--to", "de", "--to", "es")
    assert code == 0
    assert "stay as they are: 8 words of code\n" in out
    assert total(said, "c.md", "--to", "de")["words_left"] == {
        "code": 4,
        "computed": 0,
        "kept": 0,
        "excluded": 0,
        "not_understood": 0,
    }


def test_what_stands_twice_is_paid_for_once(said: Said, tmp_path: Path) -> None:
    """A text that another segment is translated for costs no output of its own."""
    (tmp_path / "once.txt").write_text("This stands here.\n")
    (tmp_path / "twice.txt").write_text("This stands here.\n\nThis stands here.\n")

    once = total(said, "once.txt", "--to", "de")
    twice = total(said, "twice.txt", "--to", "de")

    assert (once["segments"], twice["segments"], twice["from_memory"]) == (1, 2, 1)
    assert once["output_tokens"] == twice["output_tokens"]


def test_without_a_key_it_says_that_nothing_was_counted(said: Said) -> None:
    """An estimate needs no key; it says what its figures rest on."""
    _, out, _ = said("in", "--from", "en", "--to", "de")

    assert "tokens are reckoned by characters, since they could not be counted: ANTHROPIC" in out
    assert "for en → de, how long answers are and how much is corrected is a guess" in out


def test_batches_are_half_the_price(said: Said) -> None:
    """The transport's price counts; of two documents nothing is cached."""
    by_messages = total(said, "in", "--to", "de")
    in_batches = total(said, "in", "--to", "de", "--transport", "batches")

    assert by_messages["cache_write_tokens"] > 0
    assert in_batches["cache_write_tokens"] == 0
    assert 0 < in_batches["cost_eur"] < by_messages["cost_eur"]


def test_it_leaves_no_job_behind(said: Said, tmp_path: Path) -> None:
    """Nothing is queued; what was foreseen is kept for the night that will tell."""
    facts = total(said, "in", "--to", "de")

    assert [] == list((tmp_path / ".nightdesk" / "live").glob("*/*-*.parquet"))
    kept = read_predictions(tmp_path / ".nightdesk")
    assert len(kept) == 2
    assert sum(kept.values()) == pytest.approx(Decimal(str(facts["cost_eur"])), abs=Decimal("1e-6"))


def test_what_a_budget_is_too_small_for_is_said(
    said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An estimate above the budget says so."""
    monkeypatch.setenv("NIGHTDESK_BUDGET_EUR", "0.0001")

    _, out, _ = said("in", "--from", "en", "--to", "de")

    assert "that is more than the budget of 0.0001 EUR; a night will stop there\n" in out


def test_what_cannot_be_used_is_named(said: Said, tmp_path: Path) -> None:
    """The rest is estimated all the same, and the exit code is 2."""
    (tmp_path / "in" / "c.md").write_bytes(b"\xff\xfe\x00")

    code, out, err = said("in", "--from", "en", "--to", "de", "--json")

    assert code == 2
    assert json.loads(out)["total"]["jobs"] == 2
    assert err.startswith("error: in/c.md:1: ")


def test_an_unknown_model_has_no_estimate(said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model without a price is an error, never a cost of 0."""
    monkeypatch.setenv("NIGHTDESK_QA_MODEL", "no-model")

    code, _, err = said("in", "--from", "en", "--to", "de")

    assert code == 2
    assert err.startswith("error: no price is known for the model 'no-model'; its cost can't")
