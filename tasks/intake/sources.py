"""Where documents come from: files, folders, the rows of a manifest, a briefing's own text."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import DocumentError, InputError, ManifestError
from formats.registry import for_path, is_known
from tasks.intake.briefings import Order, orders, with_glossaries
from tasks.intake.links import leads_outside
from tasks.intake.output_names import safe_name, safe_path
from tasks.intake.table_kinds import TableKind, table_kind

if TYPE_CHECKING:
    from tasks.intake.manifest import ManifestRow


@dataclass(frozen=True, slots=True)
class Source:
    """A document that was handed in, not read yet.

    Attributes:
        name: what its submitter calls it; the job's `source_path`.
        output: where its translation is to go, below a night's output folder and language.
        identity: tells one document from another, whatever they hold.
        content: its bytes, or the file that holds them.
        format: the format's name.
        orders: the languages it is wanted in.
        where: the manifest it is named in; None without one.
        line: the row of that.
        within: a folder that its file must lie in, links followed; None: anywhere.
    """

    name: str
    output: str
    identity: str
    content: bytes | Path
    format: str
    orders: tuple[Order, ...]
    where: str | None = None
    line: int | None = None
    within: Path | None = None


@dataclass(slots=True)
class Gathered:
    """Documents found, an error for each that can't be used, and files passed over by suffix."""

    sources: list[Source] = field(default_factory=list)
    rejected: list[InputError] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


def sources_in(
    paths: Sequence[Path], wanted: tuple[Order, ...], *, leave_out: Collection[Path] = ()
) -> Gathered:
    """The documents at some paths; a folder is walked, in the order of names.

    In folders, hidden files are left out without a word, and files of unknown kinds are counted.

    Args:
        wanted: the languages they are wanted in.
        leave_out: folders not to walk into, resolved.
    """
    found = Gathered()
    for path in paths:
        try:
            if path.is_dir():
                _walk(path, wanted, leave_out, found)
            elif path.exists():
                found.sources.append(_file(path, safe_path([path.name]), wanted))
            else:
                raise DocumentError("there is no such file or folder", where=str(path))
        except InputError as error:
            found.rejected.append(error)
        except (OSError, ValueError) as error:
            found.rejected.append(DocumentError(f"can't be read: {error}", where=str(path)))
    return found


def _file(path: Path, output: str, wanted: tuple[Order, ...]) -> Source:
    kind = for_path(str(path)).name
    return Source(str(path), output, os.path.realpath(path), path, kind, wanted)


def _walk(
    folder: Path, wanted: tuple[Order, ...], leave_out: Collection[Path], found: Gathered
) -> None:
    before = len(found.sources) + len(found.rejected)
    top = folder.resolve().name
    for path in files_below(folder, leave_out, found.rejected):
        try:
            relative = path.relative_to(folder)
            kind = table_kind(path)
            if kind is not TableKind.DOCUMENT and is_known(path.name):
                found.skipped[f"{path.suffix.lower()} ({kind.value})"] += 1
                continue
            found.sources.append(_file(path, safe_path([top, *relative.parts]), wanted))
        except DocumentError:
            found.skipped[path.suffix.lower() or path.name] += 1
    if len(found.sources) + len(found.rejected) == before:
        raise DocumentError("there is no document in this folder", where=str(folder))


def files_below(
    folder: Path,
    leave_out: Collection[Path],
    rejected: list[InputError],
    passed_over: Collection[Path] = (),
) -> Iterator[Path]:
    """The files below a folder in the order of names, hidden ones and hidden folders left out.

    Args:
        rejected: gets an error for each folder that can't be read, and for each thing that is
            named as a document and is no file.
        passed_over: files that are left out without a word.
    """

    def refused(error: OSError) -> None:
        message = f"can't be read: {error.strerror}"
        rejected.append(DocumentError(message, where=str(error.filename)))

    for parent, folders, names in os.walk(folder, onerror=refused):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and Path(parent, name).resolve() not in leave_out
        )
        for name in sorted(names):
            path = Path(parent, name)
            if name.startswith(".") or path in passed_over:
                continue
            if path.is_file():
                yield path
            elif is_known(name):
                message = "it is no file but a link that leads nowhere, a pipe or a device"
                rejected.append(DocumentError(message, where=str(path)))


def sources_of_manifest(
    path: Path,
    defaults: Mapping[str, Any],
    *,
    where: str | None = None,
    within: Path | None = None,
    data: bytes | None = None,
) -> Gathered:
    """The documents a manifest names.

    Args:
        defaults: fields of a briefing that hold where a row gives none.
        where: the manifest's name in messages; its path where None.
        within: a folder that documents and glossaries must lie in; None: anywhere.
        data: its bytes; where None they are read.

    Raises:
        ManifestError: the file can't be read as a table at all.
    """
    # Its import of pandas would make every other submission wait for a second.
    from tasks.intake.manifest import read_manifest

    where = where or str(path)
    manifest = read_manifest(path, where=where, data=data)
    found = Gathered(rejected=list(manifest.rejected))
    # Rows that say the same share one briefing; with a large glossary, each costs milliseconds.
    known: dict[str, tuple[Order, ...]] = {}
    for row in manifest.rows:
        try:
            said = json.dumps(row.fields, sort_keys=True, default=str)
            if said not in known:
                given = with_glossaries(row.fields, path.parent, within=within)
                known[said] = orders({**defaults, **given})
            found.sources.append(_row(row, path.parent, known[said], where, within))
        except InputError as error:
            found.rejected.append(_at_row(error, where, row.number, error.field))
        except RecursionError:
            message = "an object in it is nested too deep"
            found.rejected.append(ManifestError(message, where=where, line=row.number))
    return found


def _row(
    row: ManifestRow,
    folder: Path,
    wanted: tuple[Order, ...],
    where: str,
    within: Path | None,
) -> Source:
    if row.path is None:
        name = row.name or f"row-{row.number}"
        return _of_text(name, row.text, row.texts, wanted, where=where, line=row.number)
    if within is not None and leads_outside(row.path, within):
        raise ManifestError("the document lies outside of the inbox", field="path")
    try:
        inside = row.path.relative_to(folder).parts
        parts = inside if ".." not in inside else (row.path.name,)
    except ValueError:
        parts = (row.path.name,)
    source = _file(row.path, safe_path(parts), wanted)
    return replace(source, where=where, line=row.number, within=within)


def _of_text(
    name: str,
    text: str | None,
    texts: Sequence[str] | None,
    wanted: tuple[Order, ...],
    *,
    where: str,
    line: int | None,
) -> Source:
    try:
        if texts is not None:
            kind, suffix = "texts", ".json"
            content = json.dumps(list(texts), ensure_ascii=False, indent=0).encode()
        else:
            kind, suffix, content = "text", ".txt", (text or "").encode()
    except UnicodeEncodeError as error:
        raise DocumentError(f"it can't be written as UTF-8: {error.reason}", field="text") from None
    output = safe_name(name if name.lower().endswith(suffix) else name + suffix)
    identity = f"{where}:{line}:{name}"
    return Source(f"{where}: {name}", output, identity, content, kind, wanted, where, line)


def source_of_briefing(
    path: Path, text: str | None, texts: Sequence[str] | None, wanted: tuple[Order, ...]
) -> Source:
    """The document that a briefing carries itself.

    Raises:
        DocumentError: it can't be written as UTF-8.
    """
    return _of_text(path.stem, text, texts, wanted, where=str(path), line=None)


def _at_row(error: InputError, where: str, line: int, field: str | None) -> InputError:
    """The same error, placed in the manifest's row; the file it was about goes into its words."""
    about = f"{error.where}: " if error.where and error.where != where else ""
    if isinstance(error, DocumentError):
        field = field or "path"
    return type(error)(about + error.message, where=where, line=line, field=field)


def placed(error: InputError, source: Source) -> InputError:
    """An error about a document, at the place a person knows it by."""
    if source.line is None:
        return type(error)(error.message, where=source.name, line=error.line, field=error.field)
    field = "path" if isinstance(source.content, Path) else "text"
    about = source.name if isinstance(source.content, Path) else None
    named = type(error)(error.message, where=about, line=error.line)
    return type(error)(str(named), where=source.where, line=source.line, field=field)
