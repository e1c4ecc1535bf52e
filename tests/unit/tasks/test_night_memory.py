"""Who translates what several segments share."""

from __future__ import annotations

from collections.abc import Collection

from domain.reuse.memory import Unit
from tasks.run.night_memory import NightMemory

YES = Unit("Yes.", 100.0, "[]", "claude")
AYE = Unit("Aye.", 96.0, "[]", "claude")


class Shelf:
    """Stored units, and what was asked for."""

    def __init__(self, units: dict[str, Unit], imported: dict[str, Unit] | None = None) -> None:
        self._units = units
        self._imported = imported or {}
        self.asked: list[set[str]] = []

    def units(self, keys: Collection[str]) -> dict[str, Unit]:
        self.asked.append(set(keys))
        return {key: self._units[key] for key in self._units.keys() & set(keys)}

    def holds_imports(self) -> bool:
        return True

    def imported(self, keys: Collection[str]) -> dict[str, Unit]:
        return {key: self._imported[key] for key in self._imported.keys() & set(keys)}


async def test_what_is_stored_is_a_hit() -> None:
    """A stored unit is a hit once it was prepared, and nobody has to lead."""
    memory = NightMemory(Shelf({"k": YES}, {"i": AYE}))
    assert memory.hit("k") is None

    await memory.prepare(["k", "other"], ["i"])

    assert memory.hit("k") == YES
    assert memory.imported(lambda: "i") == AYE
    assert not memory.claim("k", ("a", 0))
    assert memory.hit("other") is None


async def test_what_is_known_is_not_looked_up_again() -> None:
    """Only keys without a unit are looked up."""
    shelf = Shelf({"k": YES})
    memory = NightMemory(shelf)

    await memory.prepare(["k", "new"])
    await memory.prepare(["k", "new"])

    assert [{"k", "new"}, {"new"}] == shelf.asked


async def test_a_fresh_night_takes_only_its_own() -> None:
    """A fresh night uses nothing stored, and still translates a repeated text once."""
    memory = NightMemory(Shelf({"k": YES}, {"i": AYE}), fresh=True)
    await memory.prepare(["k"], ["i"])

    assert memory.hit("k") is None
    assert memory.imported(lambda: "i") is None
    assert memory.claim("k", ("a", 0))
    memory.passed("k", AYE)
    assert memory.hit("k") == AYE


async def test_the_first_to_claim_leads_and_the_rest_wait() -> None:
    """One leads; another, even of the same job, waits until the unit is there."""
    memory = NightMemory(Shelf({}))
    assert memory.claim("k", ("a", 0))
    assert memory.claim("k", ("a", 0))
    assert not memory.claim("k", ("a", 1))
    told: list[str] = []
    memory.tell("k", told.append)
    assert told == []

    memory.passed("k", YES)

    assert told == ["k"]
    assert memory.hit("k") == YES


async def test_when_the_leader_abandons_the_next_leads() -> None:
    """A leader whose segment fails makes way; who doesn't lead can't make way for anyone."""
    memory = NightMemory(Shelf({}))
    memory.claim("k", ("a", 0))
    told: list[str] = []
    for _ in range(2):
        memory.tell("k", told.append)

    memory.abandon("k", ("b", 0))
    assert told == []
    memory.abandon("k", ("a", 0))

    assert told == ["k", "k"]
    assert memory.claim("k", ("b", 0))
    assert not memory.claim("k", ("c", 0))


async def test_a_job_let_go_of_leads_nothing() -> None:
    """All claims of a job end with it, and no other's."""
    memory = NightMemory(Shelf({}))
    memory.claim("k", ("a", 0))
    memory.claim("l", ("a", 1))
    memory.claim("m", ("b", 0))

    told: list[str] = []
    memory.tell("k", told.append)
    memory.let_go("a")

    assert told == ["k"]
    assert memory.claim("k", ("c", 0))
    assert memory.claim("l", ("c", 0))
    assert not memory.claim("m", ("c", 0))


async def test_what_nobody_leads_is_settled() -> None:
    """Nobody waits for a key without a claim."""
    told: list[str] = []
    NightMemory(Shelf({})).tell("k", told.append)
    assert told == ["k"]


async def test_memory_is_bounded() -> None:
    """Of more units than are kept those that came first are forgotten."""
    memory = NightMemory(Shelf({}), kept=2)

    for key in "abc":
        memory.passed(key, YES)

    assert [None, YES, YES] == [memory.hit(key) for key in "abc"]


async def test_what_a_job_holds_is_not_forgotten() -> None:
    """Whatever a job in hand waits for stays, stored or new, until the job is let go of."""
    memory = NightMemory(Shelf(dict.fromkeys("abc", YES), {"i": AYE, "j": AYE}), kept=1)
    memory.hold("one", "abcn", "ij")
    memory.hold("two", "a")

    await memory.prepare("abc", "ij")
    for key in "nopq":
        memory.passed(key, AYE)

    assert [YES, YES, YES, AYE] == [memory.hit(key) for key in "abcn"]
    assert [AYE, AYE] == [memory.imported(lambda key=key: key) for key in "ij"]
    assert [None, None, AYE] == [memory.hit(key) for key in "opq"]

    memory.let_go("one")

    assert memory.hit("a") == YES
    assert sum(memory.hit(key) is not None for key in "bcnq") == 1


async def test_what_this_night_translated_is_newer_than_what_is_stored() -> None:
    """A unit that passes while the lake is read is not replaced by an older one."""
    memory: NightMemory

    class Slow(Shelf):
        def units(self, keys: Collection[str]) -> dict[str, Unit]:
            memory.passed("k", AYE)
            return super().units(keys)

    memory = NightMemory(Slow({"k": YES}))
    await memory.prepare(["k"])

    assert memory.hit("k") == AYE
