"""A lake in a bucket does what one in a folder does: the same tests, over S3."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from conftest import Desk
from lake_samples import NOON
from test_batch_log import (  # noqa: F401
    test_a_batch_is_known_longer_than_its_requests,
    test_many_requests,
    test_old_requests_go_with_their_batch,
    test_questions_in_one_request,
    test_what_is_forgotten,
)
from test_compaction import (  # noqa: F401
    test_a_compacted_manifest_lists_no_jobs,
    test_a_compaction_that_comes_second_counts_for_nothing,
    test_a_job_that_ends_late_joins_the_part_it_falls_into,
    test_a_large_job_has_a_part_of_its_own,
    test_no_part_goes_on_past_another,
    test_parts_hold_so_many_jobs_and_segments,
    test_small_parts_are_merged_with_what_comes,
    test_what_was_swept_before_is_not_swept_again,
)
from test_lake import (  # noqa: F401
    test_a_call_committed_twice_counts_once,
    test_a_cancelled_commit_harms_no_other,
    test_a_job_not_held_is_not_written,
    test_a_jobs_money_is_what_its_calls_cost,
    test_a_jotted_row_does_not_wait_for_ever,
    test_a_jotted_row_goes_with_the_next_commit,
    test_a_long_job_is_folded,
    test_a_missing_job_is_an_error,
    test_a_note_can_be_taken_back,
    test_a_stale_owner_is_refused,
    test_an_owner_that_comes_back_goes_on_counting,
    test_commits_that_wait_together_share_a_file,
    test_equal_errors_are_all_kept,
    test_folded_files_go_after_a_grace_period,
    test_live_jobs_are_as_last_committed,
    test_the_newest_row_of_a_key_counts,
    test_what_was_committed_is_there,
)
from test_leases import (  # noqa: F401
    test_a_fence_rises_with_every_take,
    test_a_job_is_taken_once,
    test_a_run_elsewhere_lives_by_its_heartbeat,
    test_a_silent_run_here_is_dead_too,
    test_a_withdrawn_job_has_no_owner,
    test_an_ended_run_holds_nothing,
    test_another_runs_job_is_not_released,
    test_dead_runs_are_told_from_strangers,
    test_kills_without_a_commit_between_are_counted,
)
from test_memory_of_nights import (  # noqa: F401
    opened,
    test_a_queued_job_costs_nothing,
    test_a_rehearsals_units_serve_rehearsals_only,
    test_a_segment_that_passed_is_a_unit,
    test_a_unit_brings_its_translators_doubts,
    test_jobs_that_are_sealed_meanwhile_are_found,
    test_many_units_of_many_groups_are_found_at_once,
    test_the_newest_of_several_units_counts,
    test_what_did_not_pass_is_none,
)
from test_readmodel import (  # noqa: F401
    test_a_day_of_costs_is_one_of_utc,
    test_a_finished_document_is_read,
    test_a_held_job_is_known,
    test_an_empty_lake_is_empty,
    test_an_unknown_dimension_is_an_error,
    test_costs_are_summed_by_what_is_asked,
    test_jobs_are_listed_sealed_and_live,
    test_many_threads_read_at_once,
)
from test_sealing import (  # noqa: F401
    test_a_job_that_has_not_ended_is_not_sealed,
    test_a_sealed_job_is_written_no_more,
    test_a_sealed_jobs_money_is_what_its_calls_cost,
    test_a_sealer_that_comes_second_counts_for_nothing,
)

from storage.control.batch_log import BatchLog
from storage.control.leases import Leases
from storage.files.durable import begun
from storage.files.home import RemoteHome
from storage.lake import Lake
from storage.layout.layout import Layout


@pytest_asyncio.fixture
async def desk(bucket: RemoteHome) -> AsyncIterator[Desk]:
    desk = Desk(bucket)
    yield desk
    await desk.lake.settle()
    desk.lake.close()


@pytest.fixture
def leases(bucket: RemoteHome) -> Leases:
    leases = Leases(bucket)
    leases.open_run("night", NOON)
    return leases


@pytest.fixture
def elsewhere(bucket: RemoteHome) -> Leases:
    """The same leases as another machine sees them."""
    leases = Leases(bucket, host="elsewhere")
    leases.open_run("other", NOON)
    return leases


@pytest.fixture
def log(bucket: RemoteHome) -> Iterator[BatchLog]:
    return BatchLog(bucket)


def test_what_a_dead_process_had_half_fetched(bucket: RemoteHome) -> None:
    """It goes with the next sweep, and what is being written stays."""
    layout = Layout.of(bucket)
    layout.make()
    aside, dead = begun(layout.staging / "dead")
    dead.close()
    living, file = begun(layout.staging / "living")
    with file, closing(Lake.create(bucket)) as lake:
        lake.sweep(timedelta(hours=1), datetime.now(UTC))
        assert not aside.exists()
        assert living.exists()
