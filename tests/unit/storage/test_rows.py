"""Records become rows and come back the same."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cost.call import Call
from domain.job.job import Job, JobStatus, Step
from domain.job.notes import LoggedError, Note, NoteType
from domain.job.segment import Segment, SegmentStatus
from domain.usage import TokenUsage
from storage.tables.rows import decoded, encoded
from storage.tables.tables import TABLES

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
COUNTS = st.integers(min_value=0, max_value=10**12)
MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis wants it so
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - hypothesis wants it so
    timezones=st.just(UTC),
)
MONEY = st.decimals(min_value=0, max_value=10**6, places=18)
USAGE = st.builds(TokenUsage, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
ANY_RECORD = st.one_of(
    st.builds(
        Job,
        **dict.fromkeys(("job_id", "owner", "source_path", "briefing"), TEXTS),
        created_at=MOMENTS,
        source_review=st.booleans(),
        status=st.sampled_from(JobStatus),
        step=st.none() | st.sampled_from(Step),
        output=st.none() | TEXTS,
        qa_score=st.none() | st.floats(0, 100),
        usage=USAGE,
        cost_eur=MONEY,
        started_at=st.none() | MOMENTS,
    ),
    st.builds(
        Segment,
        status=st.sampled_from(SegmentStatus),
        source=TEXTS,
        translation=st.none() | TEXTS,
        qa_score=st.none() | st.floats(0, 100),
        segment_id=COUNTS,
        words=COUNTS,
    ),
    st.builds(
        Call,
        usage=USAGE,
        segment_ids=st.lists(COUNTS).map(tuple),
        cost_usd=MONEY,
        cost_eur=MONEY,
        eur_per_usd=MONEY,
        started_at=MOMENTS,
    ),
    st.builds(Note, type=st.sampled_from(NoteType), message=TEXTS, created_at=MOMENTS),
    st.builds(LoggedError, message=TEXTS, created_at=MOMENTS),
)

COLUMNS = {
    "jobs": """
        job_id VARCHAR, owner VARCHAR, source_path VARCHAR, output_path VARCHAR, format VARCHAR,
        source_lang VARCHAR, target_lang VARCHAR, briefing VARCHAR, document VARCHAR,
        content_key VARCHAR, created_at TIMESTAMPTZ, source_review BOOLEAN, batch_id VARCHAR,
        status VARCHAR, step VARCHAR, attempt BIGINT, attempt_open BOOLEAN, brief VARCHAR,
        supervised BOOLEAN, finalized BOOLEAN, output VARCHAR, segment_count BIGINT,
        source_words BIGINT, target_words BIGINT, code_words BIGINT, computed_words BIGINT,
        kept_words BIGINT, excluded_words BIGINT, not_understood_words BIGINT, qa_score DOUBLE,
        uncached_input_tokens BIGINT,
        cache_read_tokens BIGINT, cache_write_5m_tokens BIGINT, cache_write_1h_tokens BIGINT,
        output_tokens BIGINT, cost_eur DECIMAL(38,18), simulated BOOLEAN, started_at
        TIMESTAMPTZ, finished_at TIMESTAMPTZ
    """,
    "segments": """
        job_id VARCHAR, segment_id BIGINT, status VARCHAR, source VARCHAR, words BIGINT,
        translation VARCHAR, answer VARCHAR, candidate VARCHAR, qa_score DOUBLE, findings
        VARCHAR, retry_count BIGINT, settled BOOLEAN, reviewed BOOLEAN, origin VARCHAR, error
        VARCHAR, memory_key VARCHAR, model VARCHAR, declined_by VARCHAR,
        judged_by VARCHAR
    """,
    "calls": """
        call_id VARCHAR, job_id VARCHAR, stage VARCHAR, task VARCHAR, attempt BIGINT,
        segment_ids BIGINT[], engine VARCHAR, model VARCHAR, transport VARCHAR,
        uncached_input_tokens BIGINT, cache_read_tokens BIGINT, cache_write_5m_tokens BIGINT,
        cache_write_1h_tokens BIGINT, output_tokens BIGINT, cost_usd DECIMAL(38,18), cost_eur
        DECIMAL(38,18), eur_per_usd DECIMAL(38,18), price_version VARCHAR, prompt_version
        VARCHAR, latency_ms BIGINT, stop_reason VARCHAR, outcome VARCHAR, request_id VARCHAR,
        simulated BOOLEAN, started_at TIMESTAMPTZ, batch_id VARCHAR, answered_model VARCHAR
    """,
    "notes": """
        job_id VARCHAR, segment_id BIGINT, type VARCHAR, message VARCHAR, step VARCHAR,
        created_at TIMESTAMPTZ, retracted BOOLEAN
    """,
    "errors": """
        job_id VARCHAR, segment_id BIGINT, type VARCHAR, message VARCHAR, step VARCHAR,
        created_at TIMESTAMPTZ
    """,
}
"""What lies on disk: to change it takes a step in `storage.sealed.steps`."""

ERROR = LoggedError("j", None, "markup", "lost", "qa", datetime(2026, 3, 6, 12, tzinfo=UTC))


@settings(max_examples=200, deadline=None)
@given(ANY_RECORD)
def test_a_record_comes_back_from_its_row_the_same(record: object) -> None:
    """A record comes back from its row the same."""
    row = encoded(record)

    assert record == decoded(row.kind, json.loads(row.body))


@pytest.mark.parametrize("table", TABLES)
def test_a_table_has_the_columns_that_lie_on_disk(table: str) -> None:
    """A table has a column for each field of its record, as in the files that there are."""
    columns = [f"{name} {kind}" for name, kind in TABLES[table].items()]

    assert " ".join(COLUMNS[table].split()) == ", ".join(columns)


def test_a_moment_without_a_zone_is_refused() -> None:
    """A moment without a zone is refused, since nobody can tell when it was."""
    with pytest.raises(ValueError, match="without a zone"):
        encoded(replace(ERROR, created_at=datetime(2026, 3, 6, 12)))  # noqa: DTZ001 - the point


def test_a_moment_is_kept_in_utc() -> None:
    """A moment of another zone is kept as the same moment in UTC."""
    berlin = timezone(timedelta(hours=1))
    row = encoded(replace(ERROR, created_at=datetime(2026, 3, 6, 13, tzinfo=berlin)))

    assert json.loads(row.body)["created_at"] == "2026-03-06T12:00:00+00:00"


def test_half_a_surrogate_pair_is_replaced() -> None:
    """Half a surrogate pair, which no file can hold, becomes U+FFFD; a whole pair is joined."""
    row = encoded(replace(ERROR, message="a\ud800b \ud83d\ude00"))

    assert json.loads(row.body)["message"] == "a\ufffdb 😀"


def test_money_is_kept_to_eighteen_places() -> None:
    """Money is kept to 18 decimal places, and comes back without zeros to fill it up."""
    values = {"cost_eur": "0.001400000000000000"}
    job = decoded("jobs", {**dict.fromkeys(TABLES["jobs"]), **values, "status": "queued"})

    assert str(job.cost_eur) == "0.0014"
    assert Decimal("0.0014") == job.cost_eur


def test_a_row_of_an_older_version_takes_defaults() -> None:
    """A field that an older row lacks takes its default, and one unknown here is left out."""
    segment = decoded(
        "segments",
        {"job_id": "j", "segment_id": 0, "status": "pending", "source": "a", "words": 1, "x": 2},
    )

    assert Segment("j", 0, SegmentStatus.PENDING, "a", 1) == segment


def test_notes_have_one_key_each() -> None:
    """Notes that differ in segment, type or message have different keys; else the same."""
    note = Note("j", 1, NoteType.TERMINOLOGY, "m", "qa", ERROR.created_at)

    assert encoded(note).key == '[1, "terminology", "m"]'
    assert encoded(note).key == encoded(replace(note, retracted=True, step="finalizing")).key
    assert encoded(replace(note, segment_id=None)).key == '[null, "terminology", "m"]'
