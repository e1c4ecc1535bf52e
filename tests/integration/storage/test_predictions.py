"""What jobs were estimated to cost, kept in a lake's home."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import LakeError
from storage.layout.predictions import keep_predictions, read_predictions


def test_nothing_was_estimated(tmp_path: Path) -> None:
    """A home without an estimate has no predictions."""
    assert {} == read_predictions(tmp_path)


def test_a_later_estimate_of_the_same_job_counts(tmp_path: Path) -> None:
    """Predictions of other jobs stay, to the last digit."""
    home = tmp_path / "home"
    keep_predictions(home, {"a": Decimal("0.000000000000000001"), "b": Decimal(1)})
    keep_predictions(home, {"b": Decimal(2)})

    assert {"a": Decimal("1E-18"), "b": Decimal(2)} == read_predictions(home)


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"a": "much"}', b'{"a": null}', b"\xff"])
def test_a_damaged_file_is_said(tmp_path: Path, content: bytes) -> None:
    """A file that holds no predictions is an error that says what to do."""
    (tmp_path / "predictions.json").write_bytes(content)

    with pytest.raises(LakeError, match=r"predictions\.json: damaged; remove it"):
        read_predictions(tmp_path)
