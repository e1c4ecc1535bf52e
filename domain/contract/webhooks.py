"""What a webhook tells of a job's end, and how its receiver knows that it is ours.

Signed as Standard Webhooks has it (version 1.0.0): HMAC-SHA256 over id, time and body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.contract.listings import JobSummary
from domain.errors import InputError
from domain.job.job import Job

_PREFIX = "whsec_"
ENDED = "job.ended"


@dataclass(frozen=True, slots=True)
class Event:
    """What an owner is told.

    Attributes:
        event_id: the same each time it is sent; a job ends once.
        owner: whose webhook it goes to.
        body: JSON in UTF-8, without any text of the document.
    """

    event_id: str
    owner: str
    body: bytes


def ended(job: Job) -> Event:
    """The event of a job's end; its `data` is what `GET /v1/jobs` tells of the job."""
    moment = (job.finished_at or job.created_at).astimezone(UTC).isoformat(timespec="seconds")
    data = JobSummary.of_job(job).to_json().decode()
    body = f'{{"type":{json.dumps(ENDED)},"timestamp":{json.dumps(moment)},"data":{data}}}'
    return Event(f"{ENDED}.{job.job_id}", job.owner, body.encode())


def secret_of(random: bytes) -> str:
    """A secret as receivers' libraries take it."""
    return _PREFIX + base64.b64encode(random).decode()


def signed(event_id: str, body: bytes, secret: str, now: datetime) -> dict[str, str]:
    """The headers that a body is sent with.

    Args:
        secret: as `secret_of` made it.
        now: the present time, with its zone.
    """
    moment = str(int(now.timestamp()))
    message = b".".join((event_id.encode(), moment.encode(), body))
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signature = base64.b64encode(hmac.digest(key, message, hashlib.sha256)).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": event_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }


def check_owner(owner: str) -> None:
    """See that a webhook can belong to an owner.

    Raises:
        InputError: the name is blank or can't be printed.
    """
    if not owner.strip() or not owner.isprintable():
        raise InputError(f"{owner!r} can't be an owner's name", field="OWNER")
