"""A file layer that fails as disks and power supplies do, put under a night's own writing.

It stands where the program calls the operating system: opening a file to write, writing, fsync,
replace, rename, link, unlink; or at the statements to the control database; or at what is put into
an object store or deleted there. Each such call has a number. At a chosen one the process kills
itself, before it, after it or, of a write, in the middle; from a chosen one on, writes find the
disk full; every fsync may take longer.
"""

from __future__ import annotations

import errno
import io
import itertools
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from storage.control.sqlite import Control
from storage.files.objects import Objects

PHASES = ("before", "cut", "after")


@dataclass(frozen=True)
class Faults:
    """What befalls one process.

    Attributes:
        roots: folders whose files it befalls.
        note: where the process says at which call it killed itself.
        at: which calls count: those of `files`, of `control` or of `objects`.
        kill_at: the number of that call, from 1; 0 is never.
        phase: one of `PHASES`; `cut` is half of a write, and of other calls the same as `after`.
        full_from: the number of the call from which on the disk is full; 0 is never.
        full_for: for so many calls.
        sync_s: seconds each fsync takes longer.
    """

    roots: tuple[str, ...]
    note: str
    at: str = "files"
    kill_at: int = 0
    phase: str = "before"
    full_from: int = 0
    full_for: int = 1_000_000
    sync_s: float = 0


class FaultLayer:
    """Counts the calls of this process and lets the faults befall them."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._numbers = itertools.count(1)

    def covers(self, path: object) -> bool:
        return isinstance(path, str | os.PathLike) and str(path).startswith(self._faults.roots)

    def number(self) -> int:
        return next(self._numbers)

    def kills(self, number: int, *phases: str) -> bool:
        return number == self._faults.kill_at and self._faults.phase in phases

    def full(self, number: int) -> bool:
        first = self._faults.full_from
        return 0 < first <= number < first + self._faults.full_for

    def die(self, what: str) -> NoReturn:
        note = os.open(self._faults.note, os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(note, f"{self._faults.phase} {what}".encode())
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")

    def around(self, what: str, call: Callable[[], Any]) -> Any:
        number = self.number()
        if self.kills(number, "before"):
            self.die(what)
        done = call()
        if self.kills(number, "cut", "after"):
            self.die(what)
        return done

    def sync(self, handle: int, call: Callable[[int], None]) -> None:
        if not self.covers(Path(f"/proc/self/fd/{handle}").readlink()):
            call(handle)
            return
        if self._faults.sync_s:
            time.sleep(self._faults.sync_s)
        self.around("fsync", lambda: call(handle))


class FaultyFile(io.FileIO):
    """A file whose writes are cut short, or find the disk full."""

    layer: FaultLayer

    def write(self, data: Any) -> int:
        number, half = self.layer.number(), memoryview(data)[: max(1, len(data) // 2)]
        if self.layer.kills(number, "before"):
            self.layer.die("write")
        if self.layer.full(number):
            super().write(half)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.name))
        if self.layer.kills(number, "cut"):
            super().write(half)
            self.layer.die("write")
        done = super().write(data)
        if self.layer.kills(number, "after"):
            self.layer.die("write")
        return done


def install(faults: Faults) -> None:
    """Put the layer under this process, for good."""
    layer = FaultLayer(faults)
    if faults.at == "control":
        _control(layer)
        return
    if faults.at == "objects":
        _objects(layer)
        return
    _files(layer)
    sync = os.fsync
    os.fsync = lambda handle: layer.sync(handle, sync)
    for name in ("replace", "rename", "link", "unlink"):
        setattr(os, name, _path_call(layer, name, getattr(os, name)))


def _control(layer: FaultLayer) -> None:
    rows = Control.rows

    def counted(self: Control, statement: str, parameters: Any = ()) -> Any:
        what = "control " + statement.split()[0].lower()
        return layer.around(what, lambda: rows(self, statement, parameters))

    Control.rows = counted


def _objects(layer: FaultLayer) -> None:
    """A call is over when the store has answered, so that half of one is none or all of it."""
    for name in ("put", "create", "replace", "delete"):
        setattr(Objects, name, _object_call(layer, name, getattr(Objects, name)))


def _object_call(layer: FaultLayer, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def called(*given: Any, **named: Any) -> Any:
        return layer.around(f"object {name}", lambda: call(*given, **named))

    return called


def _files(layer: FaultLayer) -> None:
    plain = io.open

    class Layered(FaultyFile):
        pass

    Layered.layer = layer

    def opened(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if "b" in mode and set(mode) & {"x", "w"} and layer.covers(file):
            file = Path(file)
            raw = layer.around("open", lambda: Layered(file, mode.replace("b", "")))
            return io.BufferedWriter(raw)
        return plain(file, mode, *rest, **named)

    io.open = opened


def _path_call(layer: FaultLayer, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def called(path: Any, *rest: Any, **named: Any) -> Any:
        if not layer.covers(path):
            return call(path, *rest, **named)
        return layer.around(name, lambda: call(path, *rest, **named))

    return called
