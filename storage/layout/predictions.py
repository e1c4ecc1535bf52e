"""What jobs were estimated to cost, kept until the night that tells what they did cost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from domain.errors import LakeError
from storage.files.durable import private_folder
from storage.files.home import Home
from storage.files.store_errors import Superseded
from storage.layout.layout import Layout


def read_predictions(home: Home) -> dict[str, Decimal]:
    """EUR by the content keys of jobs; empty where nothing was estimated.

    Raises:
        LakeError: the file is damaged.
    """
    return _read(Layout.of(home))[1]


def _read(layout: Layout) -> tuple[str | None, dict[str, Decimal]]:
    path = layout.predictions
    try:
        found = layout.files.pointer(path, None)
        assert found is not None
        stored = json.loads(found[1])
        return found[0], {str(key): Decimal(eur) for key, eur in stored.items()}
    except FileNotFoundError:
        return None, {}
    except OSError as error:
        raise LakeError(f"{path.name} can't be read: {error}") from error
    except (ValueError, TypeError, AttributeError, InvalidOperation) as error:
        raise LakeError(f"{path}: damaged; remove it, and estimate again: {error}") from None


def keep_predictions(home: Home, predictions: Mapping[str, Decimal]) -> None:
    """Keep what jobs are estimated to cost, in the place of earlier estimates of the same ones.

    Args:
        home: the lake's; it must be there.
        predictions: EUR by the content keys of jobs.

    Raises:
        LakeError: the file is damaged.
        OSError: it can't be written.
    """
    layout = Layout.of(home)
    private_folder(layout.home)
    while True:
        tag, before = _read(layout)
        kept = {**before, **predictions}
        stored = {key: str(eur) for key, eur in sorted(kept.items())}
        with suppress(Superseded):
            layout.files.publish(layout.predictions, json.dumps(stored, indent=0).encode(), tag)
            return
