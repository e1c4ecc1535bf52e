"""The options of `python -m simulator`."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from simulator.__main__ import main, read_options
from simulator.misbehaviour.outage import Phase


def test_defaults() -> None:
    """Without options nothing is slow, limited or faulty."""
    settings = read_options([])
    assert (settings.latency, dict(settings.fault_rates), settings.rules) == (0, {}, ())


def test_options(tmp_path: Path) -> None:
    """Options set limits, rates and the script."""
    script = tmp_path / "script.toml"
    script.write_text('[[rule]]\nevent = "drop"\n')
    settings = read_options(
        ["--rpm", "5000", "--latency", "1.5", "--rate-wrong-ids", "0.1", "--script", str(script)]
    )
    assert settings.requests_per_minute == 5000
    assert settings.latency == 1.5
    assert settings.fault_rates == {"wrong_ids": 0.1}
    assert [rule.event for rule in settings.rules] == ["drop"]


def test_an_outage() -> None:
    """The phases of an outage come one after another, in the order given."""
    settings = read_options(
        ["--outage", "refuse:180", "--outage", "503:1.5", "--outage-after", "20"]
    )
    assert settings.outage == (Phase("refuse", 180.0), Phase("503", 1.5))
    assert settings.outage_after == 20


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        *(
            (["--outage", text], f"'{text}' is no phase of an outage")
            for text in ("503", "503:", "200:5", "refuse:0", "refuse:inf", "away:5")
        ),
        (["--rate-drop", "2"], "the rate of drop is 2.0; it must lie between 0 and 1"),
        (["--script", "no-such.toml"], "no-such.toml"),
    ],
)
def test_bad_options(argv: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Options that can't be used end with exit code 2 and a reason."""
    assert main(argv) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--port", "99999", "99999 can't be used; it must be from 0 to 65535"),
        ("--port", "-1", "-1 can't be used; it must be from 0 to 65535"),
        ("--latency", "nan", "nan can't be used; it must be at least 0"),
        ("--rpm", "0", "0 can't be used; it must be at least 1"),
        ("--retry-after", "-1", "-1 can't be used; it must be at least 0"),
    ],
)
def test_numbers_out_of_range(
    option: str, value: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number that an option can't take is named, with what it can."""
    with pytest.raises(SystemExit) as raised:
        main([option, value])

    assert raised.value.code == 2
    assert f"argument {option}: {message}\n" in capsys.readouterr().err


def test_taken_port(capsys: pytest.CaptureFixture[str]) -> None:
    """A port that is taken ends with exit code 3."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert main(["--port", str(taken.getsockname()[1])]) == 3
    said = capsys.readouterr().err
    assert "in use" in said
    assert "answers on" not in said
