"""The lines of a translation, fitted to the lines of its source."""

from __future__ import annotations

from collections.abc import Sequence


def at_most(translation: str, count: int) -> list[str]:
    """The translation in at most `count` lines, at least one; none blank, none with outer space.

    What stands on lines beyond goes to the last one.
    """
    unified = translation.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in map(str.strip, unified.split("\n")) if line]
    return [*lines[: count - 1], " ".join(lines[count - 1 :])] if len(lines) > count else lines


def joined(lines: Sequence[str], separators: Sequence[str]) -> str:
    """The lines with the nth separator after the nth line; separators left over are dropped."""
    ends = (*separators[: len(lines) - 1], "")
    return "".join(line + end for line, end in zip(lines, ends, strict=True))
