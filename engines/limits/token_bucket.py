"""What is left of one limit: pure reckoning, time handed in."""

from __future__ import annotations

RESERVE = 0.5
"""Share of a limit's capacity that is left alone.

It bears what went out and is not counted yet; the other half bears the moments in which nothing
goes, though something might.
"""

LONGEST_RESERVE = 2.0
"""Seconds' worth of a limit that is left alone at most."""

FIRST_SLACK = 0.02
"""Share that is waited for beyond a demand that needs all a limit holds.

Of two requests the second may travel faster than the first, or take more than was foreseen.
"""

MORE_SLACK = 0.01
"""Share that is added for each request that came too early all the same."""

MOST_SLACK = 0.05
"""Share that is waited for at most; it is not used, so that 95 % of a limit are."""

RISE = 0.125
"""Share of a gap upwards that one report closes; a gap downwards is closed at once.

What is still on its way to the engine is missing from its reports, so that they tend to be high.
"""


class Bucket:
    """A limit of so many units a minute, refilled steadily up to a capacity.

    How much an engine lets go at once it does not say; the most it ever reported as left stands
    for it.

    Args:
        limit: units a minute.
        left: units, as the engine reports them.
        now: in ticks.
    """

    def __init__(self, limit: float, left: float, now: float) -> None:
        self._limit = limit
        self._capacity = max(1.0, left)
        self._level = left
        self._corrected = 0.0
        self._slack = FIRST_SLACK
        self._at = now

    def left(self, now: float) -> float:
        """Units that are left; below zero where more was used than could be foreseen."""
        self._refill(now)
        return min(self._capacity, self._level)

    def wait(self, units: float, now: float) -> float:
        """Seconds until so many units may be used; a demand beyond the capacity waits for all."""
        self._refill(now)
        per_second = self._limit / 60
        reserve = min(RESERVE * self._capacity, LONGEST_RESERVE * per_second)
        enough = min(units + reserve, self._capacity + self._slack * max(units, self._capacity))
        seconds = (enough - self._level) / per_second
        return seconds if seconds > 1e-6 else 0.0  # less is a rounding error of the sum above

    def take(self, units: float, now: float) -> float:
        """Use units; gives a mark of what is left, to be handed back with the engine's report."""
        self._level = self.left(now) - units
        return self._level - self._corrected

    def correct(self, units: float) -> None:
        """Add units that were not used after all, or take away such as were used beyond."""
        if units:
            self._level = min(self._capacity, self._level) + units
            self._corrected += units

    def came_early(self) -> None:
        """Take note that a request was turned away because of this limit."""
        self._slack = min(MOST_SLACK, self._slack + MORE_SLACK)

    def heed(self, limit: float, reported: float, mark: float | None, now: float) -> None:
        """Compare with what the engine reports, and follow it.

        A report may be of the moment the request came in or of the moment its answer went out; it
        is followed only as far as it differs from both.

        Args:
            limit: units a minute.
            reported: whole units left.
            mark: of the request that was answered; None where it was not counted.
            now: in ticks.
        """
        if limit != self._limit:
            self._limit, self._capacity = limit, 1.0
        self._capacity = max(self._capacity, reported)
        gaps = [_gap(self.left(now), reported)]
        if mark is not None:
            gaps.append(_gap(mark + self._corrected, reported))
        if max(gaps) < 0:
            self.correct(max(gaps))
        elif min(gaps) > 0:
            self.correct(min(gaps) * RISE)

    def _refill(self, now: float) -> None:
        # Beyond the capacity it goes on counting, for the slack; what is used is used from it.
        self._level += (now - self._at) * self._limit / 60
        self._at = now


def _gap(level: float, reported: float) -> float:
    # Reports are rounded down, and nothing left may be any debt.
    if level < reported:
        return reported - level if reported > 0 else 0.0
    return min(0.0, reported + 1 - level)
