"""Names by which a question is known again in a batch and in the ledger, in any process."""

from __future__ import annotations

from hashlib import blake2b
from uuid import UUID, uuid5

from engines.port import Question

CALLS = UUID("5b0f4d0e-5d3c-4c0b-9d3e-3f6c1f0a7e21")
"""The namespace of the ledger's ids; any constant would do, but never another one."""


def custom_id_of(question: Question) -> str:
    """A question's `custom_id`: 40 hexadecimal digits, the same for the same question of a job.

    What is told apart is who asks, what, whom and for the how-manieth time; not how the prompt
    around it is worded, so that a batch that is out when a prompt changes is not paid for in vain.
    """
    parts = (
        question.job_id,
        question.task,
        question.model,
        question.user,
        str(question.occasion),
    )
    digest = blake2b(digest_size=20)
    for part in parts:
        text = part.encode("utf-8", "surrogatepass")
        digest.update(len(text).to_bytes(8) + text)
    return digest.hexdigest()


def call_id_of(question: Question) -> str:
    """The id of the ledger's row that the question's answer becomes, a UUID of version 5."""
    return str(uuid5(CALLS, custom_id_of(question)))
