"""What a lake knows of itself beside its files: small facts by name, which outlive any of these."""

from __future__ import annotations

from collections.abc import Callable

from domain.errors import LakeError
from storage.control import Control
from storage.home import RemoteHome, objects_of
from storage.json_objects import JsonObject, Values

_PLACE = "control/facts.json"


class Facts:
    """The facts of a home in a folder; safe for threads and processes, durable on return.

    Args:
        control: what they are kept in. Within its `exclusive` they are part of that transaction;
            through another connection they would wait there for its end.
    """

    def __init__(self, control: Control) -> None:
        self._control = control

    def close(self) -> None:
        """Let go of the database."""
        self._control.close()

    def get(self, name: str) -> str | None:
        """The fact of that name; None where there is none."""
        found = self._control.rows("SELECT value FROM facts WHERE name = ?", (name,))
        return found[0][0] if found else None

    def starting(self, prefix: str) -> dict[str, str]:
        """All facts whose names begin like this, by name."""
        found = self._control.rows(
            "SELECT name, value FROM facts WHERE substr(name, 1, ?) = ? ORDER BY name",
            (len(prefix), prefix),
        )
        return dict(found)

    def forget(self, name: str) -> None:
        """Let there be no such fact."""
        self._control.rows("DELETE FROM facts WHERE name = ?", (name,))

    def set(self, name: str, value: str) -> None:
        """Let a fact be this."""
        self._control.rows(
            "INSERT INTO facts (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def raise_to(self, name: str, number: int) -> int:
        """Let a fact that counts upwards be this number, if it is lower.

        Returns:
            The higher of both.
        """
        with self._control.exclusive():
            highest = max(number, int(self.get(name) or number))
            self.set(name, str(highest))
        return highest


class RemoteFacts:
    """The facts of a home in an object store: one JSON object."""

    def __init__(self, home: RemoteHome) -> None:
        self._object = JsonObject(objects_of(home), _PLACE)

    def get(self, name: str) -> str | None:
        """The fact of that name; None where there is none."""
        try:
            return _facts(self._object.read()).get(name)
        except OSError as error:
            raise LakeError(f"the lake's facts can't be read: {error}") from error

    def starting(self, prefix: str) -> dict[str, str]:
        """All facts whose names begin like this, by name."""
        try:
            found = _facts(self._object.read())
        except OSError as error:
            raise LakeError(f"the lake's facts can't be read: {error}") from error
        return {name: found[name] for name in sorted(found) if name.startswith(prefix)}

    def forget(self, name: str) -> None:
        """Let there be no such fact."""
        self._change(lambda facts: {n: value for n, value in facts.items() if n != name})

    def set(self, name: str, value: str) -> None:
        """Let a fact be this."""
        self._change(lambda facts: {**facts, name: value})

    def raise_to(self, name: str, number: int) -> int:
        """Let a fact that counts upwards be this number, if it is lower."""
        highest = number

        def raised(facts: Values) -> Values:
            nonlocal highest
            highest = max(number, int(facts.get(name, number)))
            return {**facts, name: str(highest)}

        self._change(raised)
        return highest

    def close(self) -> None:
        """Nothing is open."""

    def _change(self, changed: Callable[[Values], Values]) -> None:
        try:
            self._object.change(lambda there: {"facts": changed(_facts(there))})
        except OSError as error:
            raise LakeError(f"the lake's facts can't be written: {error}") from error


def _facts(there: Values | None) -> dict[str, str]:
    return {} if there is None else there["facts"]
