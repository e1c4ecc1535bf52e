"""What goes wrong with an object store and with no folder."""

from __future__ import annotations


class OutOfReach(OSError):
    """The store does not answer, or refuses, after all tries."""


class Superseded(OSError):
    """An object is not what it was when it was read."""
