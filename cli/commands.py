"""The commands by name, each in a module that is imported when it is asked for, and not before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from cli.terminal.verbosity import also_afterwards

MARKUP: None = None
"""How help is written: plain, since drawing boxes around it takes longer than all the rest."""

COMMANDS: Mapping[str, str] = {
    "demo": "Rehearse a night on the shipped examples, with the simulator in the models' place.",
    "estimate": "Foresee what `submit` with the same arguments, and the run after it, would cost.",
    "submit": "Queue one job a document and language.",
    "run": "Take up all that is new in the inbox, queued or failed, to the end.",
    "jobs": "List jobs in the order they were submitted.",
    "status": "Show where a job and its segments stand.",
    "result": "Print a job's translation, or write it to a file.",
    "costs": "Sum up what was spent.",
    "catalog": "Write a DuckDB file of views over all jobs, segments and costs.",
    "compact": "Gather each day's finished jobs in few files, and take away what was replaced or is"
    " old.",
    "verify": "Check all files, keys, sums and documents of the lake, and say what is wrong or left"
    " over.",
    "rebuild": "Make anew what is gone or damaged.",
    "backup": "Copy the home into a new folder of DIR, while nights and servers may be at work.",
    "serve": "Answer GET /v1/jobs/JOB and GET /v1/jobs/JOB/result, until interrupted.",
    "keys": "Manage the keys to the read-model.",
    "webhooks": "Have owners told when their jobs end.",
    "memory": "Take translations in and out, as TMX and XLIFF.",
    "segment": "Print one JSON line a segment of a plain text.",
    "simulate": "Serve a strict stand-in for Anthropic's and OpenAI's APIs; it translates nothing.",
    "server": "Serve Prefect's UI and API, tuned for nights, until interrupted.",
}
"""What each says of itself in one line; its module has the rest on its `app`."""

ROOMS: Mapping[str, tuple[str, ...]] = {
    "night": ("demo", "estimate", "submit", "run", "segment"),
    "results": ("jobs", "status", "result", "costs", "catalog"),
    "upkeep": ("compact", "verify", "rebuild", "backup", "memory"),
    "servers": ("serve", "keys", "webhooks", "simulate", "server"),
}
"""The folder in which each command's module lies, which bears its name."""


class Commands(TyperGroup):
    """The commands: in help and completion as the table has them, imported where one is run."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, line in COMMANDS.items():
            self.add_command(
                TyperCommand(name, help=line, short_help=line, rich_markup_mode=MARKUP)
            )

    def get_help_option(self, ctx: Any) -> Any:
        """`--help`, whose being absent typer need not have pydantic look at."""
        return _absent(super().get_help_option(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """The command that the first word names, whole, and the words after it."""
        if args[0] in COMMANDS:
            return args[0], loaded(args[0]), args[1:]
        return super().resolve_command(ctx, args)


def loaded(name: str) -> Any:
    """A command with its options, from its module."""
    room = next(room for room, names in ROOMS.items() if name in names)
    around = typer.Typer(rich_markup_mode=MARKUP)
    around.add_typer(import_module(f"cli.{room}.{name}").app)
    command = get_group(around).commands[name]
    if name != "simulate":  # all its options are the simulator's
        command.params.append(also_afterwards())
    _spare(command)
    return command


def _spare(command: Any) -> None:
    """Let typer have pydantic look at no more of a command's parameters than it must."""
    for parameter in command.params:
        parameter.get_runtime_param = _Spared(parameter.get_runtime_param)
    whole = command.get_help_option
    command.get_help_option = lambda ctx: _absent(whole(ctx))
    for below in getattr(command, "commands", {}).values():
        _spare(below)


def _absent(option: Any) -> Any:
    """An option that is a flag, absent where it is not given."""
    if option is not None:
        option.default = False
    return option


class _Spared:
    """What typer has look at a parameter's value: pydantic, but where that would change nothing.

    It takes longer to import than most commands take.

    Args:
        whole: gives what typer has look at it.
    """

    def __init__(self, whole: Callable[[], Any]) -> None:
        self._whole = whole

    def __call__(self) -> Any:
        return self

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value as the command takes it."""
        kind = param.type_descriptor.annotation
        if param.nargs == 1 and not param.multiple:
            if value is None or (kind is str and isinstance(value, str)):
                return value
            is_choice = isinstance(kind, type) and issubclass(kind, Enum)
            if is_choice and value in [choice.value for choice in kind]:
                return kind(value)
        return self._whole().coerce(value, param=param, ctx=ctx)
