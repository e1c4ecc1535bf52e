"""Reading files to their end, to see that they are whole."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from storage.control.published import CATALOG, shown_by
from storage.layout.digests import sha256_of
from storage.layout.documents import is_document_name
from storage.layout.layout import Layout
from storage.layout.manifest import Manifest
from storage.sealed.sweeping import half_written, orphans

SETTLING = timedelta(hours=1)
"""How old a file that nothing names must be to be left over: longer than any writing takes."""


def catalog_fault(layout: Layout, manifest: Manifest, before: datetime) -> tuple[str, str] | None:
    """What is wrong with the catalog, as a kind of finding and in words; None if nothing.

    Args:
        before: a manifest that was published before this moment must have its catalog by now.
    """
    entered = layout.files.fact(CATALOG)
    try:
        content = layout.catalog.read_bytes()
    except FileNotFoundError:
        is_owed = entered is not None or manifest.version > 0
        return ("catalog", "it is not there") if is_owed else None
    published, _, digest = (entered or "0 ").partition(" ")
    is_whole = hashlib.sha256(content).hexdigest() == digest
    shown = int(published) if is_whole else _shown(content)
    if shown is None:
        return "catalog", "it can't be read"
    if shown < int(published):
        return "catalog", (
            f"it is an older one: it shows version {shown} of the manifest, and one that shows"
            f" version {published} was published"
        )
    if shown == int(published) and digest and not is_whole:
        return "catalog", "its content is not what was published"
    # Before the first version there need not be a manifest's file.
    if shown < manifest.version and layout.files.written(layout.manifest) < before.timestamp():
        return "late catalog", f"it shows version {shown} of the manifest, not {manifest.version}"
    return None


def _shown(content: bytes) -> int | None:
    # A copy: at its place there may be another by now.
    with tempfile.TemporaryDirectory(prefix="nightdesk-verify-") as folder:
        copy = Path(folder) / "catalog.duckdb"
        copy.write_bytes(content)
        return shown_by(copy)


def document_fault(path: Path) -> tuple[str, str] | None:
    """What is wrong with a document, as a kind of finding and in words; None if nothing."""
    try:
        digest = sha256_of(path)
    except FileNotFoundError:
        return "missing document", "it is not there"
    except OSError as error:
        return "damaged document", f"it can't be read: {error}"
    if digest != path.name:
        return "damaged document", f"its content has the hash {digest}"
    return None


def old_documents(layout: Layout, before: datetime) -> Iterator[str]:
    """The names of the documents that were written before a moment."""
    for path, written in layout.files.below(layout.documents):
        if is_document_name(path.name) and written < before.timestamp():
            yield path.name


def left_files(layout: Layout, manifest: Manifest, before: datetime) -> Iterator[tuple[str, Path]]:
    """What writing left behind before a moment, each with its kind of finding."""
    for path, written in orphans(layout, manifest):
        if written < before.timestamp():
            yield "unnamed sealed file", path
    staged = layout.staging.iterdir() if layout.staging.is_dir() else ()
    for path in (*half_written(layout), *staged, *layout.live.glob("*/*.tmp")):
        if _is_older(path, before):
            yield "temporary file", path


def _is_older(path: Path, before: datetime) -> bool:
    try:
        return path.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False
