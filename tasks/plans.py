"""A stored document, taken apart."""

from __future__ import annotations

from domain.plan import Plan, plan
from formats.registry import by_name
from tasks.desk import Desk


def planned(desk: Desk, document: str, format_name: str, lang: str) -> Plan:
    """A stored document's segments.

    Raises:
        DocumentError: the document can't be taken apart.
        LakeError: it is not in the store.
    """
    return plan(by_name(format_name).extract(desk.documents.get(document)), lang)
