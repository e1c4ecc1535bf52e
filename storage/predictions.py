"""What jobs were estimated to cost, kept until the night that tells what they did cost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from domain.errors import LakeError
from storage.durable import write_file
from storage.layout import Layout


def read_predictions(home: Path) -> dict[str, Decimal]:
    """EUR by the content keys of jobs; empty where nothing was estimated.

    Raises:
        LakeError: the file is damaged.
    """
    path = Layout.of(home).predictions
    try:
        stored = json.loads(path.read_bytes())
        return {str(key): Decimal(eur) for key, eur in stored.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError, InvalidOperation) as error:
        raise LakeError(f"{path}: damaged; remove it, and estimate again: {error}") from None


def keep_predictions(home: Path, predictions: Mapping[str, Decimal]) -> None:
    """Keep what jobs are estimated to cost, in the place of earlier estimates of the same ones.

    Args:
        home: the lake's; it must be there.
        predictions: EUR by the content keys of jobs.

    Raises:
        LakeError: the file is damaged.
        OSError: it can't be written.
    """
    kept = {**read_predictions(home), **predictions}
    stored = {key: str(eur) for key, eur in sorted(kept.items())}
    path = Layout.of(home).predictions
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, json.dumps(stored, indent=0).encode())
