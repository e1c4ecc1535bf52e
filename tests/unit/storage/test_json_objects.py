"""Objects in a store bear a checksum, which versions that know of none read over."""

from __future__ import annotations

import json

import pytest

from storage.files.json_objects import NotAsPut, decoded, encoded

KEY = "control/leases/019cc307-7c00-7000-8000-000000000001"


@pytest.mark.parametrize("values", [{}, {"fence": 3, "run_id": None}, {"Straße": ["ß", "a" * 64]}])
def test_each_flipped_bit_is_told(values: dict[str, object]) -> None:
    """What was put is read; with any of its bits flipped, or at another place, it is refused."""
    content = encoded(KEY, values)
    assert values == decoded(KEY, content)

    for bit in range(8 * len(content)):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(NotAsPut):
            decoded(KEY, bytes(flipped))
    with pytest.raises(NotAsPut):
        decoded(KEY + "2", content)
    for end in range(len(content)):
        with pytest.raises(NotAsPut):
            decoded(KEY, content[:end])


def test_older_objects_are_read() -> None:
    """An object of a version without checksums is read, and such a version reads what is put."""
    old = json.dumps({"fence": 3, "write": "0123456789abcdef" * 2}).encode()

    assert {"fence": 3} == decoded(KEY, old)
    assert {"fence", "write"} == json.loads(encoded(KEY, {"fence": 3})).keys()
