"""Who is signed in: a cookie that names a key by its hash, signed, and good for some hours."""

from __future__ import annotations

import secrets
import threading
import time

from fastapi import Request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from storage.control.keys import Caller, Keys, hash_of

COOKIE = "nightdesk_session"
LIFETIME_S = 12 * 3600
_SECRET_BYTES = 32
_ID_BYTES = 16


class NotSignedIn(Exception):
    """A page was asked for by somebody whose key is not known, or not any more."""


class Sessions:
    """The sessions of one process; they end with it. Safe for threads.

    A session holds the key's hash and not the key, so each request can see whether the key is
    still good, and who takes the cookie has no key.

    Args:
        keys: the home's.
        lifetime_s: seconds after which one must sign in again.
    """

    def __init__(self, keys: Keys, lifetime_s: int = LIFETIME_S) -> None:
        self._keys = keys
        self._lifetime_s = lifetime_s
        self._signer = URLSafeTimedSerializer(secrets.token_bytes(_SECRET_BYTES), salt="session")
        self._ended: dict[str, float] = {}
        self._lock = threading.Lock()

    def begun(self, key: str) -> str | None:
        """A new session's cookie; None for a key that is unknown or revoked."""
        if self._keys.caller_of(key) is None:
            return None
        return self._signer.dumps([hash_of(key).hex(), secrets.token_hex(_ID_BYTES)])

    def caller_of(self, cookie: str) -> Caller | None:
        """Who is signed in; None for a cookie that is not ours, too old, ended or of a lost key."""
        found = self._read(cookie)
        if found is None or found[1] in self._ended:
            return None
        return self._keys.caller_of_hash(bytes.fromhex(found[0]))

    def end(self, cookie: str) -> None:
        """Make a cookie worthless, also to who has a copy."""
        found = self._read(cookie)
        if found is None:
            return
        now = time.monotonic()
        with self._lock:
            # Those that are older than any cookie need not be remembered.
            kept = {i: at for i, at in self._ended.items() if now - at < self._lifetime_s}
            self._ended = {**kept, found[1]: now}

    def _read(self, cookie: str) -> tuple[str, str] | None:
        try:
            digest, session_id = self._signer.loads(cookie, max_age=self._lifetime_s)
        except BadSignature:
            return None
        return digest, session_id


def signed_in(request: Request) -> Caller:
    """Who is signed in.

    Raises:
        NotSignedIn: nobody is.
    """
    request.state.asked_at = time.monotonic()
    sessions: Sessions = request.app.state.sessions
    found = sessions.caller_of(request.cookies.get(COOKIE, ""))
    if found is None:
        raise NotSignedIn
    request.state.caller = found
    request.state.key_name = found.name
    return found
