"""Emphasis that a translation keeps is read as such, by CommonMark's rules for marks."""

from __future__ import annotations

import pytest

from formats.registry import by_name


def assembled(source: str, translation: str, name: str = "markdown") -> tuple[str, str | None]:
    form = by_name(name)
    data = f"{source}\n".encode()
    output = form.assemble(data, [translation], "zh")
    return output.decode().strip(), form.same_structure(data, output)


@pytest.mark.parametrize(
    ("source", "translation", "written"),
    [
        ("**Note:** text", "**注意：**文本", "**注意**：文本"),
        ("So **note:** text", "所以**注意：**文本", "所以**注意**：文本"),
        ("a *strong* b", "文_強_本", "文*強*本"),
        ("a __strong__ b", "文__強__本", "文**強**本"),
        ("A *“word”* b", "文*「文」*本", "文<em>「文」</em>本"),
        ("A **`code`** b", "文**`code`**本", "文<strong>`code`</strong>本"),
        ("A **[link](x)** b", "文**[文](x)**本", "文<strong>[文](x)</strong>本"),
        ("~~(a)~~ b", "~~（文）~~本", "<del>（文）</del>本"),
        ("**Ann:** and **Bob:** go", "**安：**和**鲍：**走", "**安**：和**鲍**：走"),
        ("Say *one-* or *two-word* b", "Sag *„ein“*es *zwei*", "Sag <em>„ein“</em>es *zwei*"),
    ],
)
@pytest.mark.parametrize("name", ["markdown", "mdx", "markdown:vitepress"])
def test_emphasis_is_mended(name: str, source: str, translation: str, written: str) -> None:
    """Punctuation leaves the marks, underscores become asterisks, or tags stand in their place."""
    assert assembled(source, translation, name) == (written, None)


@pytest.mark.parametrize(
    "translation",
    ["**注意** 文本", "注**意**文", "**Hinweis:** Text", "2 * 3 **注意**", "`**x：**y` **z**"],
)
def test_what_is_read_stays(translation: str) -> None:
    """Emphasis that a parser reads is left alone, and so is what is none."""
    source = "`**x：**y` **Note** 2 * 3" if "`" in translation else "**Note** 2 * 3"
    assert assembled(source, translation)[0] == translation


def test_what_cannot_be_mended_is_told() -> None:
    """A mark that shows where the source had emphasis is another structure."""
    source, translation = "**Note:** text *here* now", "**注意：*文本 这里"
    assert assembled(source, translation) == (
        translation,
        "line 1: marks of emphasis are shown, not read",
    )


def test_emphasis_that_is_gone_is_free() -> None:
    """A language may do without emphasis, or have more: whether it is missed is for checks."""
    assert assembled("**Note** text", "注意文本") == ("注意文本", None)
    assert assembled("Note text", "**注意** 文本") == ("**注意** 文本", None)
