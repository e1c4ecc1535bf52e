"""Being told to end: by SIGTERM, and by SIGHUP, which a terminal that closes sends."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

_TOLD = (signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def ending_as_by_ctrl_c() -> Iterator[None]:
    """While entered, SIGTERM and SIGHUP end the process as Ctrl-C does: by way of every `finally`.

    What takes SIGTERM meanwhile, as a night and a server do, takes SIGHUP too. Where one of them
    was ignored, as `nohup` has it, it stays so.
    """
    before = {number: signal.getsignal(number) for number in _TOLD}
    try:
        with contextlib.suppress(ValueError):  # only the main thread can
            for number in _TOLD:
                if before[number] == signal.SIG_DFL:
                    signal.signal(number, _heard)
        yield
    finally:
        with contextlib.suppress(ValueError):
            for number, handler in before.items():
                if signal.getsignal(number) is _heard:
                    signal.signal(number, handler)


def _heard(number: int, _: FrameType | None) -> None:
    if number == signal.SIGHUP and signal.getsignal(signal.SIGTERM) is not _heard:
        signal.raise_signal(signal.SIGTERM)
        return
    # Once is enough: what is being ended must not be broken off.
    for told in _TOLD:
        signal.signal(told, signal.SIG_IGN)
    raise KeyboardInterrupt
