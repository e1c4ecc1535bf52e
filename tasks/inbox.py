"""The inbox: new documents and manifests become jobs; what was read moves aside."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import uuid_utils

from domain.errors import BriefingError, DocumentError, InputError
from domain.settings import Settings
from formats.registry import for_path
from storage.durable import write_file
from storage.home import Home, folder_of
from tasks.briefings import Order, orders, read_briefing_file
from tasks.output_names import safe_path
from tasks.queueing import FrontDesk, Intake, present_owner
from tasks.sources import Gathered, Source, files_below, sources_of_manifest
from tasks.table_kinds import TABLES, TableKind, table_kind

T = TypeVar("T")


BRIEFING = "briefing.toml"
DONE = ".done"
REJECTED = ".rejected"
ERROR = ".error.txt"
SETTLED_S = 2.0
"""Seconds since its last change after which a file counts as written."""


def take_inbox(
    settings: Settings,
    home: Home,
    night: str,
    now: datetime,
    *,
    owner: str | None = None,
    new_id: Callable[[], str] = lambda: str(uuid_utils.uuid7()),
) -> Intake:
    """Queue what lies in the inbox.

    A document is wanted in the languages that the nearest `briefing.toml` names, in its folder or
    one above it within the inbox. A table with a column `term` is a glossary, any other table a
    manifest. What was queued moves to `.done/<night>/`, what can't be used to `.rejected/<night>/`
    with the reason beside it; briefings and glossaries stay. A file that changed just now may
    still be being written: it, and the manifest that names it, wait for the next night.

    Files move after their jobs are durable. If the process dies in between, the next night finds
    them again, and their content becomes the jobs that are there already.

    Args:
        night: the run's name.
        now: the present moment, with its zone.
        owner: whose the jobs are; None: the user's whose process this is.
        new_id: a UUIDv7, later than all before.

    Raises:
        LakeError: state can't be written.
    """
    inbox = Path(settings.inbox).expanduser()
    if not inbox.is_dir():
        return Intake((), (), {})
    found = _Found(inbox, now, [folder_of(home), Path(settings.outbox).expanduser().resolve()])
    found.look()
    desk = FrontDesk(home, owner or present_owner(), settings.source_review, lambda: now, new_id)
    intake = desk.take(found.gathered)
    for source, error in intake.refused:
        at_fault = Path(source.where or source.name)
        if isinstance(source.content, Path) and source.content.exists():
            at_fault = source.content
        found.refuse(at_fault, error)
    unmoved = _put_away(found, night)
    return replace(intake, rejected=(*intake.rejected, *unmoved))


def not_taken(intake: Intake) -> tuple[str, ...]:
    """What lay in the inbox and did not become jobs, a line each: its place and the reason."""
    unknown = [
        f"{count:,} {suffix} left in the inbox: no format is known for this end of a name"
        for suffix, count in sorted(intake.skipped.items())
    ]
    return (*(str(error) for error in intake.rejected), *unknown)


class _Found:
    """What lies in the inbox, and what is to become of it.

    Attributes:
        taken: documents and manifests that were used.
        refused: the reasons, by file that can't be used.
    """

    def __init__(self, inbox: Path, now: datetime, leave_out: Collection[Path]) -> None:
        self.inbox = inbox
        self._leave_out = leave_out
        self._now = now
        self._briefings = _Briefings(inbox)
        self._open: set[Path] = set()
        self.gathered = Gathered()
        self.taken: dict[Path, None] = {}
        self.refused: dict[Path, list[InputError]] = {}

    def look(self) -> None:
        """Sort the inbox's files into documents, manifests and the rest."""
        files = [
            f
            for f in files_below(self.inbox, self._leave_out, self.gathered.rejected)
            if _is_ours(f)
        ]
        kinds = {path: table_kind(path) for path in files}
        named: set[str] = set()
        for path in files:
            if kinds[path] is TableKind.MANIFEST:
                named |= self._manifest(path)
        for path in files:
            if kinds[path] is TableKind.DOCUMENT and os.path.realpath(path) not in named:
                self._document(path)
        self.gathered.rejected += self._briefings.errors

    def refuse(self, path: Path, error: InputError) -> None:
        """Note why a file can't be used."""
        self.taken.pop(path, None)
        self.refused.setdefault(path, []).append(error)

    def _manifest(self, path: Path) -> set[str]:
        """Take the documents a manifest names; returns the files it speaks for."""
        if not self._is_settled(path):
            self._open.add(path.parent)
            return set()
        try:
            defaults = self._briefings.fields_for(path) or {}
            rows = sources_of_manifest(path, defaults, within=self.inbox)
        except InputError as error:
            self._open.add(path.parent)
            self.gathered.rejected.append(error)
            self.refuse(path, error)
            return set()
        files = {s.identity: s.content for s in rows.sources if isinstance(s.content, Path)}
        if not all(self._is_settled(file) for file in files.values() if file.exists()):
            return set(files)
        self.gathered.sources += rows.sources
        self.gathered.rejected += rows.rejected
        self.taken |= dict.fromkeys([path, *(f for f in files.values() if f.exists())])
        for rejected in rows.rejected:
            self._open.add(path.parent)
            self.refuse(path, rejected)
        return set(files)

    def _document(self, path: Path) -> None:
        try:
            kind = for_path(str(path)).name
        except DocumentError:
            self.gathered.skipped[path.suffix.lower() or path.name] += 1
            return
        if not self._is_settled(path):
            return
        try:
            wanted = self._briefings.orders_for(path)
        except InputError:
            return  # The briefing is at fault; the document waits until it is mended.
        if wanted is None:
            if not any(path.is_relative_to(folder) for folder in self._open):
                message = f"no {BRIEFING} beside it or above says which languages it is wanted in"
                error = DocumentError(message, where=str(path))
                self.gathered.rejected.append(error)
                self.refuse(path, error)
            return
        output = safe_path(path.relative_to(self.inbox).parts)
        source = Source(str(path), output, os.path.realpath(path), path, kind, wanted)
        self.gathered.sources.append(source)
        self.taken[path] = None

    def _is_settled(self, path: Path) -> bool:
        try:
            changed = path.stat().st_mtime
        except OSError:
            return False  # It was taken away just now.
        return abs(self._now.timestamp() - changed) >= SETTLED_S


class _Briefings:
    """The briefings of an inbox, each read once."""

    def __init__(self, inbox: Path) -> None:
        self._inbox = inbox
        self._fields: dict[Path, Mapping[str, Any] | InputError] = {}
        self._orders: dict[Path, tuple[Order, ...] | InputError] = {}

    @property
    def errors(self) -> list[InputError]:
        """What is wrong with briefings, an error each."""
        said = {**self._orders, **self._fields}
        return [value for value in said.values() if isinstance(value, InputError)]

    def fields_for(self, path: Path) -> Mapping[str, Any] | None:
        """The fields of the nearest briefing; None without one.

        Raises:
            InputError: it can't be used.
        """
        briefing = self._nearest(path)
        if briefing is None:
            return None
        if briefing not in self._fields:
            try:
                self._fields[briefing] = _without_document(read_briefing_file(briefing), briefing)
            except InputError as error:
                self._fields[briefing] = error
        return _or_raised(self._fields[briefing])

    def orders_for(self, path: Path) -> tuple[Order, ...] | None:
        """The languages the nearest briefing names; None without one.

        Raises:
            InputError: it can't be used.
        """
        fields = self.fields_for(path)
        briefing = self._nearest(path)
        if fields is None or briefing is None:
            return None
        if briefing not in self._orders:
            try:
                self._orders[briefing] = orders(fields, where=str(briefing))
            except InputError as error:
                self._orders[briefing] = error
        return _or_raised(self._orders[briefing])

    def _nearest(self, path: Path) -> Path | None:
        folder = path.parent
        while True:
            if (folder / BRIEFING).is_file():
                return folder / BRIEFING
            if folder == self._inbox:
                return None
            folder = folder.parent


def _without_document(fields: Mapping[str, Any], briefing: Path) -> Mapping[str, Any]:
    for field in ("text", "texts"):
        if field in fields:
            message = "a briefing in the inbox brings no document; lay it beside as a file"
            raise BriefingError(message, where=str(briefing), field=field)
    return fields


def _or_raised(value: T | InputError) -> T:
    if isinstance(value, InputError):
        raise value
    return value


def _is_ours(path: Path) -> bool:
    return path.name != BRIEFING and not path.name.endswith(ERROR)


def _put_away(found: _Found, night: str) -> list[InputError]:
    """Move what was read aside; an error for each file that can't be moved, and stays."""
    unmoved: list[InputError] = []
    for path in (*found.refused, *found.taken):
        try:
            _move(found, path, night)
        except OSError as error:
            message = f"it can't be moved out of the way, so it stays: {error.strerror or error}"
            unmoved.append(DocumentError(message, where=str(path)))
    return unmoved


def _move(found: _Found, path: Path, night: str) -> None:
    errors = found.refused.get(path)
    place = found.inbox / (REJECTED if errors else DONE) / night
    target = _free(place / path.relative_to(found.inbox))
    path.rename(target)
    if errors:
        write_file(target.with_name(target.name + ERROR), _reasons(path, errors).encode())


def _free(target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    number = 1
    free = target
    while free.exists():
        number += 1
        free = target.with_name(f"{target.stem}-{number}{target.suffix}")
    return free


def _reasons(path: Path, errors: Sequence[InputError]) -> str:
    lines = [str(error).encode("utf-8", "backslashreplace").decode() for error in errors]
    if path.suffix.lower() in TABLES and any(error.line for error in errors):
        lines.append("Rows that are not named here are queued; hand in the others alone.")
    return "\n".join(lines) + "\n"
