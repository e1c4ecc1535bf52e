"""The night's report, as people read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from domain.cost.spent import Spent
from domain.job.job import Job, JobStatus
from domain.usage import TokenUsage
from tasks.delivery.report import NightFacts, report_markdown

JOB = Job(
    job_id="01a00000-0000-7000-8000-000000000001",
    owner="ann",
    source_path="docs/manual.md",
    output_path="docs/manual.md",
    format="markdown",
    source_lang="de",
    target_lang="en",
    briefing="{}",
    document="0" * 64,
    content_key="k",
    created_at=datetime(2026, 3, 6, tzinfo=UTC),
    source_review=False,
    status=JobStatus.COMPLETED,
    segment_count=4,
    source_words=1200,
    target_words=1300,
    qa_score=97.5,
    usage=TokenUsage(uncached_input_tokens=3000, cache_read_tokens=1000, output_tokens=1500),
    cost_eur=Decimal("0.01234567"),
)


def test_what_is_left_is_told() -> None:
    """Words that stay are summed by reason; a document of much prose not understood is named."""
    counted = {"computed_words": 0, "kept_words": 0, "excluded_words": 0}
    patchy = replace(JOB, code_words=90, not_understood_words=300, **counted)
    clear = replace(JOB, job_id="01a00000-0000-7000-8000-000000000003", **counted)
    clear = replace(clear, code_words=1_000, not_understood_words=24)
    report = report_markdown([clear, patchy, JOB])
    assert "Left as they are: 1,090 words of code, 324 not understood." in report
    section = report.split("## Not understood\n\n")[1]
    assert section.strip() == (
        "- docs/manual.md → en: 20.0% of its prose could not be offered for translation,"
        " and stands as it was"
    )
    assert "Not understood" not in report_markdown([JOB])


def test_a_report_lists_what_needs_a_person_first() -> None:
    """Sums by status, jobs from the gravest on, and what to look at, in Markdown."""
    failed = replace(
        JOB,
        job_id="01a00000-0000-7000-8000-000000000002",
        source_path="docs/a|b_<x>.md",
        status=JobStatus.FAILED,
        qa_score=None,
        usage=TokenUsage(uncached_input_tokens=10),
        cost_eur=Decimal("0.00001"),
    )
    remarks = {
        JOB.job_id: ["segment 2 low_confidence: A pun."],
        failed.job_id: ["translator: rate_limit_error: slow down"],
    }

    assert """\
# Night 2026-03-06

| status | jobs | words | tokens in | tokens out | EUR |
|---|--:|--:|--:|--:|--:|
| failed | 1 | 1,200 | 10 | 0 | 0.0000 |
| completed | 1 | 1,200 | 4,000 | 1,500 | 0.0123 |
| all | 2 | 2,400 | 4,010 | 1,500 | 0.0124 |

## Jobs

| document | into | status | score | words | EUR |
|---|---|---|--:|--:|--:|
| docs/a\\|b\\_\\<x\\>.md | en | failed |  | 1,200 | 0.0000 |
| docs/manual.md | en | completed | 97.5 | 1,200 | 0.0123 |

## What to look at

### docs/a\\|b\\_\\<x\\>.md → en: failed

`01a00000-0000-7000-8000-000000000002`

- translator: rate\\_limit\\_error: slow down

### docs/manual.md → en: completed

`01a00000-0000-7000-8000-000000000001`

- segment 2 low\\_confidence: A pun.
""" == report_markdown([JOB, failed], remarks, night="2026-03-06")


def test_a_report_counts_what_its_own_night_spent() -> None:
    """A job that an earlier night began costs here what was asked here; the rest is told apart."""
    spent = {JOB.job_id: Spent(TokenUsage(500, 0, 0, 0, 100), Decimal("0.00234567"))}
    other = replace(JOB, job_id="01a00000-0000-7000-8000-000000000002", source_path="b.md")

    assert """\
# Night n

| status | jobs | words | tokens in | tokens out | EUR |
|---|--:|--:|--:|--:|--:|
| completed | 2 | 2,400 | 500 | 100 | 0.0023 |
| all | 2 | 2,400 | 500 | 100 | 0.0023 |

Earlier nights had spent 0.0223 EUR on 2 of these jobs.

## Jobs

| document | into | status | score | words | EUR |
|---|---|---|--:|--:|--:|
| docs/manual.md | en | completed | 97.5 | 1,200 | 0.0023 |
| b.md | en | completed | 97.5 | 1,200 | 0.0000 |
""" == report_markdown([JOB, other], facts=NightFacts(spent=spent), night="n")


def test_a_rehearsal_says_so_at_its_head() -> None:
    """A report with any simulated job is headed as a rehearsal."""
    report = report_markdown([JOB, replace(JOB, simulated=True)])

    assert [
        "# Report",
        "**Rehearsal: pseudo-translations by the simulator, not translations**",
    ] == report.split("\n\n")[:2]


def test_a_night_without_work_says_so() -> None:
    """No jobs make a report all the same."""
    assert "# Night n\n\nNothing was waiting.\n" == report_markdown([], night="n")


def test_a_report_names_what_was_not_taken_in() -> None:
    """Rejected inputs stand in a section of their own, a line each, also where no job waited."""
    rejected = ["inbox/m.csv:3: path: can't be read", "inbox/a\nb.md: empty"]

    assert """\
# Night n

Nothing was waiting.

## Not taken in

- inbox/m.csv:3: path: can't be read
- inbox/a b.md: empty
""" == report_markdown([], facts=NightFacts(rejected=rejected), night="n")
    listed = report_markdown([], facts=NightFacts(rejected=["x"] * 502)).splitlines()
    assert "- … and 2 more: see the inbox's `.rejected`" == listed[-1]


def test_a_report_lists_500_jobs_at_most() -> None:
    """A large night's report points to the table of its jobs."""
    report = report_markdown([JOB] * 502)

    assert "\n\nAnd 2 more: see `jobs.parquet`.\n" in report
    assert 500 == report.count("| docs/manual.md |")


def test_a_report_tells_when_the_api_was_waited_for() -> None:
    """Stretches in which nothing could be asked are told with their reason."""
    report = report_markdown(
        [JOB], facts=NightFacts(waits=["from 02:14 to 02:31: claude-x: 503: <down>"])
    )
    assert "\n## Waited for the API\n\n- from 02:14 to 02:31: claude-x: 503: \\<down\\>\n" in report
