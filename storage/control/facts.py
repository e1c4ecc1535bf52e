"""What a lake knows of itself beside its files: small facts by name, which outlive any of these."""

from __future__ import annotations

from storage.control.backends import Store
from storage.control.entries import Entries, Kind, Together, Values
from storage.control.sqlite import Control
from storage.files.home import Home

_FACTS = Kind(
    "facts",
    "name",
    ("value",),
    together=Together(
        packed=lambda facts: {"facts": {name: fact["value"] for name, fact in facts.items()}},
        unpacked=lambda there: {name: {"value": value} for name, value in there["facts"].items()},
    ),
)


class Facts(Store):
    """The facts of a home; safe for threads and processes, durable on return.

    Args:
        home: whose they are; or the connection to its database, within whose `exclusive` they are
            part of that transaction: through another one they would wait there for its end.
    """

    def __init__(self, home: Home | Control) -> None:
        super().__init__(home)
        self._facts: Entries[str] = self.entries(_FACTS)

    def get(self, name: str) -> str | None:
        """The fact of that name; None where there is none."""
        found = self._facts.read([name])
        return found[name]["value"] if found else None

    def starting(self, prefix: str) -> dict[str, str]:
        """All facts whose names begin like this, by name."""
        found = sorted(self._facts.read().items())
        return {name: fact["value"] for name, fact in found if name.startswith(prefix)}

    def forget(self, name: str) -> None:
        """Let there be no such fact."""
        self._facts.delete([name])

    def set(self, name: str, value: str) -> None:
        """Let a fact be this."""
        self._facts.put({name: {"value": value}})

    def raise_to(self, name: str, number: int) -> int:
        """Let a fact that counts upwards be this number, if it is lower.

        Returns:
            The higher of both.
        """
        highest = number

        def raised(_: str, fact: Values | None) -> Values:
            nonlocal highest
            highest = number if fact is None else max(number, int(fact["value"]))
            return {"value": str(highest)}

        self._facts.change([name], raised)
        return highest
