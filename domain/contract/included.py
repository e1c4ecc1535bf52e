"""What the contract's answers tell beyond the contract, where it is asked for."""

from __future__ import annotations

from enum import StrEnum


class Included(StrEnum):
    """The values of `include`."""

    COVERAGE = "coverage"
