"""Job control of a home: in SQLite where it is a folder, in objects where it is in a store.

What knows a store is imported where a home is in one.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from storage.batch_log import BatchLog
from storage.control import Control
from storage.facts import Facts, RemoteFacts
from storage.first_uses import FirstUses
from storage.home import Home, RemoteHome
from storage.keys import Keys
from storage.leases import Leases
from storage.submissions import Submissions

if TYPE_CHECKING:
    from storage.remote_batch_log import RemoteBatchLog
    from storage.remote_first_uses import RemoteFirstUses
    from storage.remote_keys import RemoteKeys
    from storage.remote_leases import RemoteLeases
    from storage.remote_submissions import RemoteSubmissions

AnyLeases: TypeAlias = "Leases | RemoteLeases"
AnyKeys: TypeAlias = "Keys | RemoteKeys"
AnySubmissions: TypeAlias = "Submissions | RemoteSubmissions"
AnyBatchLog: TypeAlias = "BatchLog | RemoteBatchLog"
AnyFirstUses: TypeAlias = "FirstUses | RemoteFirstUses"
AnyFacts: TypeAlias = Facts | RemoteFacts


def leases_of(home: Home) -> AnyLeases:
    """The leases of a home's jobs."""
    if isinstance(home, RemoteHome):
        from storage.remote_leases import RemoteLeases

        return RemoteLeases(home)
    return Leases(home)


def keys_of(home: Home) -> AnyKeys:
    """A home's API keys."""
    if isinstance(home, RemoteHome):
        from storage.remote_keys import RemoteKeys

        return RemoteKeys(home)
    return Keys(home)


def submissions_of(home: Home) -> AnySubmissions:
    """What was submitted to a home."""
    if isinstance(home, RemoteHome):
        from storage.remote_submissions import RemoteSubmissions

        return RemoteSubmissions(home)
    return Submissions(home)


def batch_log_of(home: Home) -> AnyBatchLog:
    """A home's log of batches."""
    if isinstance(home, RemoteHome):
        from storage.remote_batch_log import RemoteBatchLog

        return RemoteBatchLog(home)
    return BatchLog(home)


def first_uses_of(home: Home, *, simulated: bool, now: datetime) -> AnyFirstUses:
    """What the terms and texts of a home's documents became first."""
    if isinstance(home, RemoteHome):
        from storage.remote_first_uses import RemoteFirstUses

        return RemoteFirstUses(home, simulated=simulated, now=now)
    return FirstUses(home, simulated=simulated, now=now)


def facts_of(home: Home) -> AnyFacts:
    """What a home's lake knows of itself."""
    return RemoteFacts(home) if isinstance(home, RemoteHome) else Facts(Control(home))
