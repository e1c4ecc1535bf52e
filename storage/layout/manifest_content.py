"""The manifest's bytes: JSON that says which format it has, and ends with a hash of all before.

Both hold for all formats to come, so that any version can tell a lake that is newer from one that
is damaged.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from domain.errors import LakeDamaged, LakeTooNew
from storage.files.findings import REBUILD

FORMAT = 2
"""The format of the lakes that this version writes; `storage.sealed.steps` carries older over."""

_HASH = b',\n "sha256": '


def encoded(fields: dict[str, Any]) -> bytes:
    """The bytes of a manifest's fields, `format` among them."""
    body = json.dumps(fields, ensure_ascii=False, indent=1).encode().removesuffix(b"\n}")
    return b'%b%b"%b"\n}' % (body, _HASH, _sha256(body))


def decoded(content: bytes, name: str) -> dict[str, Any]:
    """The fields of a manifest; of the first format, which had no hash, as they are.

    Args:
        name: its file's, for errors.

    Raises:
        LakeDamaged: it is not whole.
        LakeTooNew: it has a format that this version does not know.
    """
    body, sign, end = content.rpartition(_HASH)
    if sign and end != b'"%b"\n}' % _sha256(body):
        raise damaged(name, "its content is not what its hash was made of")
    try:
        fields = json.loads(content)
        number = fields.get("format", 1)
        is_known = number <= FORMAT
    except (ValueError, TypeError, AttributeError) as error:
        raise damaged(name, str(error)) from error
    if not is_known:
        what = f"the lake has format {number}, and this Nightdesk knows those up to {FORMAT}"
        raise LakeTooNew(name, what)
    if number > 1 and not sign:
        raise damaged(name, "its hash is not there")
    return {**fields, "format": number}


def damaged(name: str, what: str) -> LakeDamaged:
    """The error of a manifest that is not whole."""
    return LakeDamaged(name, f"is damaged: {what}", REBUILD)


def _sha256(body: bytes) -> bytes:
    return hashlib.sha256(body).hexdigest().encode()
