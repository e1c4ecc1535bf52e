"""The briefings of an inbox: the nearest one above a document says what is wanted of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from domain.errors import BriefingError, InputError
from tasks.intake.briefings import Order, orders, read_briefing_file

T = TypeVar("T")

BRIEFING = "briefing.toml"
_REMEDY = "write it into this briefing; what lies beside it waits until then"


class Briefings:
    """The briefings of an inbox, each read once; what is wrong with one is told once."""

    def __init__(self, inbox: Path) -> None:
        self._inbox = inbox
        self._fields: dict[Path, Mapping[str, Any] | InputError] = {}
        self._orders: dict[Path, tuple[Order, ...] | InputError] = {}

    @property
    def errors(self) -> list[InputError]:
        """What is wrong with briefings that something waits for, an error each."""
        said = [*self._fields.values(), *self._orders.values()]
        return [value for value in said if isinstance(value, InputError)]

    def fields_for(self, path: Path) -> Mapping[str, Any] | None:
        """The fields of the nearest briefing; None without one.

        Raises:
            InputError: it can't be used.
        """
        briefing = self._nearest(path)
        if briefing is None:
            return None
        if briefing not in self._fields:
            self._fields[briefing] = self._read(briefing)
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
                self._orders[briefing] = orders(fields, where=str(briefing), remedy=_REMEDY)
            except InputError as error:
                self._orders[briefing] = error
        return _or_raised(self._orders[briefing])

    def _read(self, briefing: Path) -> Mapping[str, Any] | InputError:
        where = str(briefing)
        try:
            fields = read_briefing_file(briefing, within=self._inbox)
        except InputError as error:
            if error.where == where:
                return error
            return BriefingError(str(error), where=where, field="glossary_ids")
        for field in ("text", "texts"):
            if field in fields:
                message = "a briefing in the inbox brings no document; lay it beside as a file"
                return BriefingError(message, where=where, field=field)
        return fields

    def _nearest(self, path: Path) -> Path | None:
        folder = path.parent
        while True:
            briefing = folder / BRIEFING
            if briefing.exists() or briefing.is_symlink():
                return briefing
            if folder == self._inbox:
                return None
            folder = folder.parent


def _or_raised(value: T | InputError) -> T:
    if isinstance(value, InputError):
        raise value
    return value
