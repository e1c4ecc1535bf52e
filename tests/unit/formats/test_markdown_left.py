"""What of a Markdown document is offered to nobody."""

from __future__ import annotations

from domain.document.coverage import Left, LeftReason
from formats.markdown.blocks import rows_of
from formats.markdown.left import left
from formats.markdown.parser import blocks
from formats.registry import by_name, left_by

PAGE = """\
---
title: Ships
---

# Ships

Press `go` now.

```sh
make ships
```

| a | b |
| - | - |
| sail | 12 |

<div><!-- nobody reads this --></div>

    indented code

---
"""


def test_code_is_counted_and_all_else_is_offered() -> None:
    """Blocks of code are code; rules, numbers and comments are nothing that people read."""
    found = left_by(by_name("markdown"), PAGE.encode(), "de")
    assert [(one.reason, one.text) for one in found] == [
        (LeftReason.CODE, "make ships\n"),
        (LeftReason.CODE, "indented code\n"),
    ]


def test_prose_that_no_region_covers_is_told() -> None:
    """A block of which nothing is offered is not understood; one that is in part offered is."""
    text = "First.\n\nSecond one.\n\n<p>Third <b>of</b> all</p>\n\n12.5 %\n"
    tokens, _ = blocks(text)
    rows = rows_of(text)

    class Region:
        start, end = rows[0]

    assert list(left(text, tokens, [Region()])) == [
        Left(LeftReason.NOT_UNDERSTOOD, "Second one."),
        Left(LeftReason.NOT_UNDERSTOOD, "Third <b>of</b> all"),
    ]


def test_a_fence_that_nothing_ends_is_code() -> None:
    """A document that ends in a fence, even in its first line, has no text there."""
    (found,) = left_by(by_name("markdown"), b"One.\n\n```", "de")
    assert found == Left(LeftReason.CODE, "")


def test_terms_of_definition_lists_are_offered() -> None:
    """A term that is a unit is not left too, wherever its list stands."""
    form, page = by_name("markdown:mkdocs"), b"Text.\n\nApple pie\n:   what it is\n"
    assert [unit.text for unit in form.extract(page, "de")] == ["Text.", "Apple pie", "what it is"]
    assert left_by(form, page, "de") == ()


def test_formats_that_offer_all_leave_nothing() -> None:
    """A format that says nothing of what it leaves has left nothing."""
    assert left_by(by_name("text"), b"All of it.", "de") == ()
