"""The inbox: new documents and manifests become jobs; what was read moves aside."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import uuid_utils

from domain.errors import DocumentError, InputError
from domain.settings import Settings
from formats.registry import for_path
from storage.files.home import Home, folder_of
from tasks.intake.inbox_briefings import BRIEFING, Briefings
from tasks.intake.links import links_out, read_file, refused_link
from tasks.intake.output_names import safe_path
from tasks.intake.putting_away import ERROR, Finished, alone, put_away, take_back
from tasks.intake.queueing import Intake, Submitter, present_owner
from tasks.intake.sources import Gathered, Source, files_below, sources_of_manifest
from tasks.intake.table_kinds import TableKind, table_kind

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
    rehearsing: bool = False,
) -> Intake:
    """Queue what lies in the inbox.

    A document is wanted in the languages that the nearest `briefing.toml` names, in its folder or
    one above it within the inbox. A table with a column `term` is a glossary, any other table a
    manifest. What was queued moves to `.done/<night>/`, what can't be used to `.rejected/<night>/`
    with the reason beside it, links that lead out of the inbox among it; briefings and glossaries
    stay, and so does what waits for a briefing that can't be used. A file that changed just now may
    still be being written, and one may change between its reading and its moving: it, and the
    manifest that names it, wait for the next night.

    Files move after their jobs are durable. If the process dies in between, the next night finds
    them again, and their content becomes the jobs that are there already.

    Args:
        night: the run's name.
        now: the present moment, with its zone.
        owner: whose the jobs are; None: the user's whose process this is.
        new_id: a UUIDv7, later than all before.
        rehearsing: whether a rehearsal asks; see `Submitter`.

    Raises:
        LakeError: state can't be written.
    """
    inbox = Path(settings.inbox).expanduser()
    if not inbox.is_dir():
        return Intake((), _no_folder(inbox), {})
    with alone(inbox):
        left = take_back(inbox)
        found = _Found(inbox, now, [folder_of(home), Path(settings.outbox).expanduser().resolve()])
        found.look()
        submitter = Submitter(
            home,
            owner or present_owner(),
            settings.source_review,
            lambda: now,
            new_id,
            rehearsing,
            settings.markdown_dialect,
            settings.protect,
        )
        intake = submitter.take(found.gathered)
        for source, error in intake.refused:
            at_fault = Path(source.where or source.name)
            if isinstance(source.content, Path) and source.content.exists():
                at_fault = source.content
            found.refuse(at_fault, error)
        unmoved = put_away(inbox, night, found.finished(intake.read), found.together)
    return replace(intake, rejected=(*intake.rejected, *left, *unmoved))


def _no_folder(inbox: Path) -> tuple[InputError, ...]:
    """What is wrong with an inbox that is no folder; one that is not there is empty."""
    if not os.path.lexists(inbox):
        return ()
    return (DocumentError("the inbox is no folder; name one in `inbox`", where=str(inbox)),)


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
        together: files of which none moves without the others.
    """

    def __init__(self, inbox: Path, now: datetime, leave_out: Collection[Path]) -> None:
        self.inbox = inbox
        self._leave_out = leave_out
        self._now = now
        self._briefings = Briefings(inbox)
        self._open: set[Path] = set()
        self._read: dict[Path, str] = {}
        self.gathered = Gathered()
        self.taken: dict[Path, None] = {}
        self.refused: dict[Path, list[InputError]] = {}
        self.together: list[list[Path]] = []

    def look(self) -> None:
        """Sort the inbox's files into documents, manifests and the rest."""
        links = set(links_out(self.inbox, self._leave_out))
        for link in sorted(links):
            self._link(link)
        below = files_below(self.inbox, self._leave_out, self.gathered.rejected, links)
        files = [file for file in below if _is_ours(file)]
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

    def finished(self, read: Mapping[Path, str]) -> list[Finished]:
        """What is to leave the inbox.

        Args:
            read: the SHA-256 of the documents' bytes that were queued or refused, by file.
        """
        hashes = {**read, **self._read}
        used = [Finished(path, hashes.get(path)) for path in self.taken]
        return used + [
            Finished(path, hashes.get(path), tuple(errors)) for path, errors in self.refused.items()
        ]

    def _link(self, link: Path) -> None:
        error = refused_link(link)
        if link.name == BRIEFING:
            # Were it moved, another briefing further up would hold for what lies beside it.
            try:
                self._briefings.fields_for(link)
            except InputError:
                return
        self.gathered.rejected.append(error)
        self.refuse(link, error)

    def _manifest(self, path: Path) -> set[str]:
        """Take the documents a manifest names; returns the files it speaks for."""
        if not self._is_settled(path):
            self._open.add(path.parent)
            return set()
        try:
            defaults = self._briefings.fields_for(path) or {}
            data = self._bytes_of(path)
            rows = sources_of_manifest(path, defaults, within=self.inbox, data=data)
        except InputError as error:
            self._open.add(path.parent)
            if error not in self._briefings.errors:
                self.gathered.rejected.append(error)
                self.refuse(path, error)
            return set()
        files = {s.identity: s.content for s in rows.sources if isinstance(s.content, Path)}
        if not all(self._is_settled(file) for file in files.values() if file.exists()):
            return set(files)
        self.gathered.sources += rows.sources
        self.gathered.rejected += rows.rejected
        there = [path, *(file for file in files.values() if file.exists())]
        self.taken |= dict.fromkeys(there)
        self.together.append(there)
        for rejected in rows.rejected:
            self._open.add(path.parent)
            self.refuse(path, rejected)
        return set(files)

    def _bytes_of(self, manifest: Path) -> bytes:
        try:
            data = read_file(manifest, self.inbox)
        except OSError as error:
            message = f"can't be read: {error.strerror or error}"
            raise DocumentError(message, where=str(manifest)) from None
        except DocumentError as error:
            raise DocumentError(error.message, where=str(manifest)) from None
        self._read[manifest] = hashlib.sha256(data).hexdigest()
        return data

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
        identity = os.path.realpath(path)
        source = Source(str(path), output, identity, path, kind, wanted, within=self.inbox)
        self.gathered.sources.append(source)
        self.taken[path] = None

    def _is_settled(self, path: Path) -> bool:
        try:
            changed = path.stat().st_mtime
        except OSError:
            return False  # It was taken away just now.
        return abs(self._now.timestamp() - changed) >= SETTLED_S


def _is_ours(path: Path) -> bool:
    return path.name != BRIEFING and not path.name.endswith(ERROR)
