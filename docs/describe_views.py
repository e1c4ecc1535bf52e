"""`python docs/describe_views.py`: writes the table of views and columns into analysts.md."""

from __future__ import annotations

from pathlib import Path

from storage.readmodel.catalog import descriptions

PAGE = Path(__file__).with_name("analysts.md")
MARK = "<!-- views -->\n"


def table() -> str:
    """Each view with what it holds, and its columns with their units, as Markdown."""
    parts = []
    for view, (about, columns) in descriptions().items():
        rows = "\n".join(f"| `{name}` | {text} |" for name, text in columns.items())
        parts.append(f"### `{view}`\n\n{about}\n\n| column | meaning |\n| --- | --- |\n{rows}\n")
    return "\n".join(parts)


def page(text: str) -> str:
    """The page with the table as it is now."""
    before, _, after = text.split(MARK)
    return f"{before}{MARK}{table()}{MARK}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
