"""`control.json`: how far `control.sqlite` had come, so that an older copy of it is known for one.

Each change that must not be undone unawares (a run, a batch, a submission, a key, a webhook) is
counted in the database; the count is written here after it is durable there. So what stands here
is never ahead of the database that belongs to it, and a database behind it is another one: a night
that took it for whole could pay again for what is out in batches.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from storage.files.durable import write_file

FILE = "control.json"


class Witness(NamedTuple):
    """What a database had come to.

    Attributes:
        control_id: which database; a new one has another.
        changes: how many changes it had seen, at least.
    """

    control_id: str
    changes: int


class Damaged(ValueError):
    """The file is not what was written."""


def read_witness(home: Path) -> Witness | None:
    """What the home's database had come to; None where nothing is written down.

    Raises:
        Damaged: it is not what was written.
        OSError: it can't be read.
    """
    try:
        content = (home / FILE).read_bytes()
    except FileNotFoundError:
        return None
    try:
        values = json.loads(content)
        found = Witness(str(values["control_id"]), int(values["changes"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(str(error)) from None
    if content != _content(found):
        raise Damaged("its checksum is wrong")
    return found


def last_witness(home: Path) -> Witness | None:
    """The same; None where it is damaged or can't be read: it says nothing then."""
    with suppress(Damaged, OSError):
        return read_witness(home)
    return None


def write_witness(home: Path, witness: Witness) -> None:
    """Write down what the home's database has come to; durable on return.

    Raises:
        OSError: it can't be written.
    """
    write_file(home / FILE, _content(witness))


def _content(witness: Witness) -> bytes:
    digest = hashlib.blake2b(repr(tuple(witness)).encode(), digest_size=8).hexdigest()
    return json.dumps({**witness._asdict(), "sum": digest}).encode() + b"\n"
