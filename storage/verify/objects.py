"""Whether the objects that job control is kept in, where the home is in a store, are whole."""

from __future__ import annotations

from collections.abc import Iterator

from storage.files.home import RemoteHome, objects_of
from storage.files.json_objects import NotAsPut, decoded


def object_faults(home: RemoteHome) -> Iterator[tuple[str, str]]:
    """What is wrong with objects below `control/`, each by its place and in words.

    Raises:
        OSError: the store can't be reached.
    """
    objects = objects_of(home)

    def fault(key: str) -> str | None:
        try:
            found = objects.get(key)
            # What is there by its name alone has no content.
            if found is not None and found.data:
                decoded(key, found.data)
        except FileNotFoundError:
            return None  # forgotten meanwhile
        except NotAsPut as error:
            return str(error)
        return None

    keys = [entry.key for entry in objects.list("control")]
    for key, said in zip(keys, objects.each(fault, keys), strict=True):
        if said is not None:
            yield key, said
