"""Being told to end goes by way of every `finally`."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from cli.terminal.signals import ending_as_by_ctrl_c


@pytest.fixture(autouse=True)
def own_handlers() -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        signal.signal(number, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_as_ctrl_c(number: signal.Signals) -> None:
    """The first raises; those that follow break off nothing of the ending."""
    ended = False
    with ending_as_by_ctrl_c():
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGHUP)
        ended = True
    assert ended


def test_what_takes_sigterm_takes_sighup(monkeypatch: pytest.MonkeyPatch) -> None:
    """A night or a server that ends well at SIGTERM does so where its terminal closes."""
    heard: list[int] = []
    with ending_as_by_ctrl_c():
        signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
        signal.raise_signal(signal.SIGHUP)
    assert [signal.SIGTERM] == heard


def test_what_is_ignored_stays_so() -> None:
    """`nohup` has the end of the terminal ignored."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with ending_as_by_ctrl_c():
        signal.raise_signal(signal.SIGHUP)
    assert signal.SIG_IGN == signal.getsignal(signal.SIGHUP)
    assert signal.SIG_DFL == signal.getsignal(signal.SIGTERM)
