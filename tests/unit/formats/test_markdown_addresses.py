"""Bare addresses end where they ended, whatever script stands behind them."""

from __future__ import annotations

import pytest

from formats.registry import by_name

SOURCE = "See https://a.test/x?y=1, or [b](https://b.test) and `https://c.test`."


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("markdown", "<https://a.test/x?y=1>"),
        ("markdown:vitepress", "<https://a.test/x?y=1>"),
        ("mdx", "[https://a.test/x?y=1](https://a.test/x?y=1)"),
    ],
)
def test_full_width_text_behind_an_address(name: str, link: str) -> None:
    """An address that would swallow what follows becomes a link of its own; others stay."""
    form = by_name(name)
    data = f"{SOURCE}\n".encode()
    given = "参见https://a.test/x?y=1。或[乙](https://b.test)、`https://c.test`。"
    output = form.assemble(data, [given], "zh")
    assert output.decode() == given.replace("https://a.test/x?y=1", link) + "\n"
    assert form.same_structure(data, output) is None


def test_an_address_that_ends_stays() -> None:
    """Before white space and ASCII an address is as it was."""
    form = by_name("markdown")
    data = f"{SOURCE}\n".encode()
    given = "参见 https://a.test/x?y=1, [乙](https://b.test) `https://c.test`"
    assert form.assemble(data, [given], "zh").decode() == f"{given}\n"


def test_a_new_link_is_told() -> None:
    """An address that the source does not have is a difference."""
    form = by_name("markdown")
    assert form.same_structure(b"See it.\n", b"Sieh <https://d.test>.\n") is not None
