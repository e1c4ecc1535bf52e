"""Which content was submitted already to a home in an object store: an object a content key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from domain.errors import LakeError
from storage.home import RemoteHome, objects_of
from storage.json_objects import JsonObject, Values
from storage.submissions import Offer, Submitted


class RemoteSubmissions:
    """Content keys and the jobs they became, as `storage.submissions.Submissions` has them."""

    def __init__(self, home: RemoteHome) -> None:
        self._objects = objects_of(home)

    def close(self) -> None:
        """Nothing is open."""

    def claim(
        self, owner: str, job_ids: Mapping[str, str], *, again: bool = False
    ) -> dict[str, str]:
        """The job id of each content key: the one it has, or the one offered if it has none.

        Args:
            owner: whose submission it is; owners never share a job.
            job_ids: a new job id by content key.
            again: the ids offered count, whatever was submitted before.

        Returns:
            The job ids by content key; `Lake.submit` says which of them are new.
        """

        def claim(key: str) -> str:
            kept = job_ids[key]

            def claimed(there: Values | None) -> Values | None:
                nonlocal kept
                if not again and there is not None and there["job_id"] is not None:
                    kept = there["job_id"]
                    return None
                kept = job_ids[key]
                return {"job_id": kept}

            self._entry(owner, key).change(claimed)
            return kept

        with _told():
            return dict(zip(job_ids, self._objects.each(claim, job_ids), strict=True))

    def renew(self, owner: str, offers: Mapping[str, Offer]) -> dict[str, str]:
        """Let content become another job, where it is still one of those to be replaced.

        Returns:
            The job of each content key now; none where the content is not known any more.
        """

        def renew(key: str) -> str | None:
            job_id, instead = offers[key]
            kept: str | None = None

            def renewed(there: Values | None) -> Values | None:
                nonlocal kept
                kept = None if there is None else there["job_id"]
                if kept not in instead:
                    return None
                kept = job_id
                return {"job_id": job_id}

            self._entry(owner, key).change(renewed)
            return kept

        with _told():
            found = zip(offers, self._objects.each(renew, list(offers)), strict=True)
        return {key: job_id for key, job_id in found if job_id is not None}

    def forget(self, submitted: Iterable[Submitted]) -> None:
        """Forget which content became these jobs: handed in again, it is a new one."""

        def forget(one: Submitted) -> None:
            def forgotten(there: Values | None) -> Values | None:
                is_it = there is not None and there["job_id"] == one.job_id
                # Kept as nobody's: an object can't be deleted on a condition.
                return {"job_id": None} if is_it else None

            self._entry(one.owner, one.content_key).change(forgotten)

        with _told():
            self._objects.each(forget, submitted)

    def _entry(self, owner: str, content_key: str) -> JsonObject:
        # Each owner's are apart, whatever the name is made of.
        name = hashlib.sha256(owner.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return JsonObject(self._objects, f"control/submissions/{name}/{content_key}.json")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LakeError(f"the submissions can't be used: {error}") from error
