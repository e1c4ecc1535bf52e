"""A mean that forgets."""

from __future__ import annotations


class Mean:
    """The mean of what was added; once there is enough, older values fade.

    Args:
        memory: about how many values count.

    Attributes:
        value: the mean; 0 before anything was added.
    """

    def __init__(self, memory: int) -> None:
        self.value = 0.0
        self._memory = memory
        self._count = 0

    def add(self, value: float) -> None:
        """Take a value in."""
        self._count = min(self._memory, self._count + 1)
        self.value += (value - self.value) / self._count
