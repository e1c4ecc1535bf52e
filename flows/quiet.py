"""A night in which nothing waits: it leaves its record, and starts no server and asks no engine."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from domain.errors import NightdeskError
from domain.job.night import Night, NightEnd
from domain.settings import Settings
from engines.requirements import is_rehearsal, transport_of
from flows.naming import night_name
from storage.control.batch_log import BatchLog
from storage.control.leases import Leases
from storage.control.webhooks import webhooks_of
from storage.files.home import Home
from storage.lake import Lake
from storage.layout.layout import Layout, is_job_id
from storage.layout.manifest import ManifestFile
from storage.layout.nights import Nights
from storage.readmodel.readmodel import ReadModel
from tasks.intake.inbox_briefings import BRIEFING
from tasks.intake.putting_away import ASIDE, ERROR
from tasks.intake.table_kinds import TableKind, table_kind
from tasks.maintenance import GRACE
from tasks.run.progress import NightReport

_log = logging.getLogger("nightdesk.nights")

_STAYING = (TableKind.GLOSSARY, TableKind.SITE)


def nothing_waits(settings: Settings, home: Home) -> bool:
    """Whether a night would find nothing to do, and nothing to set right of nights before it.

    Where that can't be told for sure it is False: the night itself then finds out.
    """
    try:
        return (
            not any(_offered(Path(settings.inbox).expanduser()))
            and _is_sealed(settings, home)
            and not _is_owed(settings, home)
        )
    except (NightdeskError, OSError) as error:
        _log.info("what waits can't be told: %s", error)
        return False


def quiet_night(settings: Settings, home: Home) -> NightReport:
    """A night that does nothing but sweep the lake; it is entered as begun and ended.

    Raises:
        LakeError: it can't be entered.
    """
    began = datetime.now(UTC)
    name = night_name(began.astimezone())
    night = Night(
        batch_id=name,
        began_at=began,
        engine=", ".join(settings.engines),
        transport=transport_of(settings),
        simulated=is_rehearsal(settings, os.environ),
    )
    with closing(Lake.create(home)) as lake, closing(Leases(home)) as leases:
        leases.open_run(name, began)
        try:
            nights = Nights(home)
            nights.begin(night)
            try:
                lake.sweep(GRACE, began)
            except NightdeskError as error:
                _log.error("something is left untidy: %s", error)
            nights.end(replace(night, ended_at=datetime.now(UTC), ended_as=NightEnd.DONE))
        finally:
            leases.close_run(name)
    _log.info("night %s: nothing was waiting", name)
    return NightReport(
        night=name,
        jobs=(),
        outbox=Path(settings.outbox) / name,
        simulated=False,
        prefect_url=None,
        halted=None,
    )


def _offered(inbox: Path) -> Iterator[Path]:
    """What lies in an inbox and may be something to take in, or to say something of."""
    if not os.path.lexists(inbox):
        return
    if not inbox.is_dir():
        yield inbox
    for parent, folders, names in os.walk(inbox, onerror=_raise):
        found = [Path(parent, name) for name in (*folders, *names)]
        yield from (path for path in found if path.is_symlink() or path.name.startswith(ASIDE))
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in names if not _stays(Path(parent, name)))


def _raise(error: OSError) -> None:
    raise error


def _stays(path: Path) -> bool:
    """Whether a file of the inbox is none that a night takes in."""
    is_known = path.name == BRIEFING or path.name.endswith(ERROR)
    return is_known or path.name.startswith(".") or table_kind(path) in _STAYING


def _is_sealed(settings: Settings, home: Home) -> bool:
    """Whether no job waits, and no job of a rehearsal is to be taken up with models."""
    layout = Layout.of(home)
    manifest = ManifestFile(layout).read()
    try:
        names = layout.folders.names()
    except FileNotFoundError:
        return not manifest.groups  # There is no lake yet, or what is there is damaged.
    if any(is_job_id(name) and name not in manifest.replaced for name in names):
        return False
    if is_rehearsal(settings, os.environ) or not manifest.groups:
        return True
    with closing(ReadModel(home)) as read_model:
        return not read_model.rehearsed()


def _is_owed(settings: Settings, home: Home) -> bool:
    """Whether owners are to be told something, or a night before this one left something open."""
    webhooks = webhooks_of(home)
    if webhooks is not None:
        with closing(webhooks):
            if any(one.owed for one in webhooks.list()):
                return True
    if settings.transport == "batches":
        with closing(BatchLog(home)) as log:
            if log.job_ids():
                return True
    with closing(Leases(home)) as leases:
        begun = {night.batch_id for night in Nights(home).open()}
        return bool(leases.dead(begun, datetime.now(UTC)))
