"""Documents of one huge paragraph: what is quadratic would take hours here."""

from __future__ import annotations

import pytest

from domain.errors import DocumentError
from formats.registry import by_name

SENTENCE = "See `code`, <b>bold</b> and [a link](https://example.org), it is nice. "


@pytest.mark.cpu_timeout(120)
@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("text", SENTENCE * 70_000),
        ("text", "a" + " " * 1_000_000 + "b"),
        ("text", "9" * 1_000_000 + " b"),
        ("markdown", SENTENCE * 5_000),
        ("markdown", SENTENCE.replace(".org)", ".org 'A title')") * 2_000),
        ("markdown", "> " * 90 + "x\n" + "lazy\n" * 500),
        ("markdown", "> a line\n" * 10_000),
        ("markdown", "a <b ` `` " * 10_000),
        ("markdown", "a" + "  \n" * 60_000 + "b"),
        ("html", "<p>" + SENTENCE * 5_000),
        ("html", "<p>x " + "< &# " * 100_000),
        ("html", "<p>x <!-- " + "<!-- " * 100_000),
        ("html", "<p>x</p>" + "<a " * 200_000),
        ("html", "<p>x</p>" + "<code>y" * 8_000),
        ("html", "<p>x</p><meta name=description " + "content='a word' " * 20_000 + ">"),
        ("html", "<p>" + SENTENCE.replace("<b>", "<b title='A word'>") * 5_000),
        ("html", "<b>" * 8_000 + "x" + "</b>" * 8_000),
        ("texts", '["' + "x" * 1_000_000 + '"]'),
    ],
)
def test_a_huge_paragraph(name: str, document: str) -> None:
    """A huge paragraph is taken apart and put together in linear time."""
    known = by_name(name)
    data = document.encode()
    units = [unit.text for unit in known.extract(data, "de")]
    assert known.assemble(data, units, "de") == data
    translated = known.assemble(data, [f"{unit} x" for unit in units], "de")
    assert len(translated) > len(data)


def test_the_largest() -> None:
    """A document beyond the limit is refused by every format."""
    for name in ("text", "markdown", "html", "texts"):
        with pytest.raises(DocumentError, match="20 MB is the most; split it"):
            by_name(name).extract(b"a" * (20 * 1024 * 1024 + 1), "de")
