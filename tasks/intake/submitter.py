"""The ways in: paths, a manifest, a briefing with a text of its own, the inbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from tasks.intake.briefings import orders
from tasks.intake.inbox import not_taken, take_inbox
from tasks.intake.queueing import Accepted, Intake, Submitter, present_owner
from tasks.intake.sources import Gathered, source_of_briefing, sources_in, sources_of_manifest

__all__ = [
    "Accepted",
    "Gathered",
    "Intake",
    "Submitter",
    "gather",
    "not_taken",
    "present_owner",
    "take_inbox",
]


def gather(
    paths: Sequence[Path],
    manifest: Path | None,
    fields: Mapping[str, Any],
    *,
    briefing: Path | None = None,
    leave_out: Collection[Path] = (),
) -> Gathered:
    """The documents of one submission.

    Args:
        paths: files and folders.
        manifest: a table of documents; None without one.
        fields: of a briefing, with `text` or `texts` where it carries a document of its own; for a
            manifest they hold where a row gives none.
        briefing: the file they come from, for messages.
        leave_out: folders not to walk into, resolved.

    Raises:
        InputError: the briefing or the manifest can't be used at all.
    """
    given = dict(fields)
    text, texts = given.pop("text", None), given.pop("texts", None)
    where = str(briefing) if briefing else None
    gathered = Gathered()
    if manifest is not None:
        gathered = sources_of_manifest(manifest, given)
    if paths or text is not None or texts is not None:
        wanted = orders(given, where=where)
        found = sources_in(paths, wanted, leave_out=leave_out)
        gathered.sources += found.sources
        gathered.rejected += found.rejected
        gathered.skipped += found.skipped
        if briefing is not None and (text is not None or texts is not None):
            gathered.sources.append(source_of_briefing(briefing, text, texts, wanted))
    return gathered
