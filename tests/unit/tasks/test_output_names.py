"""Names of outputs are safe and distinct."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.intake.output_names import OutputNames, safe_name, safe_path


@pytest.mark.parametrize(
    ("parts", "path"),
    [
        (("docs", "a", "b.md"), "docs/a/b.md"),
        (("..", "..", "etc", "passwd"), "etc/passwd"),
        (("", ".", "a.md"), "a.md"),
        (("..",), "document"),
        (("con.md",), "_con.md"),
        (("NUL",), "_NUL"),
        (("console.md",), "console.md"),
        (('a:b"c?.md',), "a_b_c_.md"),
        (("line\nbreak.md",), "line_break.md"),
        (("a\\..\\b.md",), "a_.._b.md"),
        (("half \udcff.md",), "half _.md"),
        (("ends. ", "x"), "ends/x"),
        (("Größe.md",), "Größe.md"),
    ],
)
def test_paths_are_made_safe(parts: tuple[str, ...], path: str) -> None:
    """What leads upward falls away, and what a file system may refuse becomes an underscore."""
    assert path == safe_path(parts)


def test_a_name_is_never_a_path() -> None:
    """Text that becomes a file name leads into no folder."""
    assert ".._.._etc" == safe_name("../../etc")


def test_long_names_keep_their_suffix() -> None:
    """A name beyond 200 bytes is cut before its suffix."""
    assert "ä" * 98 + ".md" == safe_name("ä" * 300 + ".md")


@settings(max_examples=200)
@given(st.lists(st.text(max_size=12), max_size=5))
def test_no_path_leaves_its_folder(parts: list[str]) -> None:
    """Whatever the parts, the path is relative and has no part that leads upward."""
    path = safe_path(part.replace("/", "") for part in parts)

    assert not path.startswith("/")
    assert not {"", ".", ".."} & set(path.split("/"))
    path.encode()


def test_names_asked_for_again_get_a_number() -> None:
    """The same name, in whatever case, is given out once; folders and files don't share one."""
    names = OutputNames()

    assert ["a.md", "A-2.md", "a-3.md", "a-4.md/b.md", "d/e.md", "d-2"] == [
        names.take(path) for path in ("a.md", "A.md", "a.md", "a.md/b.md", "d/e.md", "d")
    ]
