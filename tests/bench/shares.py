"""Whose CPU seconds a process spends: Prefect's, the SDK's, storage's or ours.

A signal comes with every few milliseconds of CPU time. What each thread has used since the last
one counts for the part that its innermost frame of a known folder belongs to: a library counts
for who called it. Nothing is wrapped and no call is slowed down; the sums are those of the
kernel's clocks, only their division is sampled.
"""

from __future__ import annotations

import gc
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

EVERY_SECONDS = 0.005
"""Of CPU time, so that an idle process is not woken."""

ROOT = Path(__file__).resolve().parents[2]
PARTS = {
    "prefect": "Prefect",
    "anthropic": "SDK",
    "aiohttp": "SDK",
    "httpx2": "SDK",
    "storage": "storage",
    "duckdb": "storage",
    "pyarrow": "storage",
    **dict.fromkeys(
        ("cli", "domain", "engines", "flows", "formats", "prompts", "tasks"),
        "ours",
    ),
}
OTHER = "event loop and other"


class Shares:
    """CPU seconds by part, from entering it on; the main thread must enter it."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._used: dict[int, int] = {}
        self._part_of: dict[str, str | None] = {}
        self._began = 0.0
        self._own = 0.0

    def __enter__(self) -> Shares:
        self._began = time.process_time()
        self._used = {thread.native_id or 0: _nanoseconds(thread) for thread in _threads()}
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        # In this order: what takes a last sample asks for another.
        signal.signal(signal.SIGPROF, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_PROF, 0)
        total = time.process_time() - self._began - self._own
        # Threads that ended between two samples, and those of libraries' own.
        self.seconds["other threads"] = max(0.0, total - sum(self.seconds.values()))

    def _sample(self, _: int, frame: FrameType | None) -> None:
        began = time.thread_time()
        frames = _frames()
        main = threading.get_ident()
        for thread in _threads():
            used = _nanoseconds(thread)
            known = thread.native_id or 0
            spent = used - self._used.get(known, 0)
            self._used[known] = used
            if spent > 0:
                at = frame if thread.ident == main else frames.get(thread.ident or 0)
                self.seconds[self._part(at)] += spent / 1e9
        own = time.thread_time() - began
        self._own += own
        self._used[threading.get_native_id()] += int(own * 1e9)
        # Asked for anew each time: on a busy machine a sample can take longer than what lies
        # between two, and one would begin within the other, without end.
        signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS)

    def _part(self, frame: FrameType | None) -> str:
        while frame is not None:
            file = frame.f_code.co_filename
            if file not in self._part_of:
                self._part_of[file] = part_of(file)
            part = self._part_of[file]
            if part is not None:
                return part
            frame = frame.f_back
        return OTHER


def part_of(file: str) -> str | None:
    """The part that a source file belongs to; None for one of no part, such as the library's."""
    path = Path(file)
    if "site-packages" in path.parts:
        return PARTS.get(path.parts[path.parts.index("site-packages") + 1])
    return PARTS.get(path.relative_to(ROOT).parts[0]) if path.is_relative_to(ROOT) else None


def _frames() -> dict[int, FrameType]:
    # A collection in the middle of this call can end in a deadlock, in CPython before 3.11.10.
    collects = gc.isenabled()
    gc.disable()
    try:
        return sys._current_frames()
    finally:
        if collects:
            gc.enable()


def _threads() -> list[threading.Thread]:
    # `threading.enumerate` takes a lock that the interrupted code may hold.
    active: dict[int, threading.Thread] = vars(threading)["_active"]
    return list(active.values())


def _nanoseconds(thread: threading.Thread) -> int:
    """What a thread has used, by the kernel; 0 where it has just ended."""
    try:
        used = Path(f"/proc/self/task/{thread.native_id}/schedstat").read_text(encoding="ascii")
        return int(used.split()[0])
    except (OSError, IndexError):
        return 0
