"""`python -m tests.bench.sites FOLDER --dialect X`: whole sites, translated by keeping every mark.

Each page of the folder is taken apart, every text of it gets accents outside of its placeholders,
and the result is read by the site's own parser: Node's, from npm, in a temporary folder or in
`--node`, or Python's, from the environment of the tests. Told are the pages whose trees are equal
but for the words, the share of words that were offered, as that parser sees them, and the anchors
that are gone.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console

from domain.errors import DocumentError
from domain.placeholders.masking import mask, restore
from domain.placeholders.protection import Protection
from formats.markdown.format import MarkdownFormat
from formats.registry import by_name

PACKAGES = (
    *("unified@11.0.5", "remark-parse@11.0.0", "remark-gfm@4.0.1", "remark-frontmatter@5.0.0"),
    *("remark-mdx@3.1.1", "remark-directive@4.0.0", "github-slugger@2.0.0"),
    *("mdast-util-to-string@4.0.0", "vitepress@1.6.4"),
)
SCRIPT = Path(__file__).with_name("trees.mjs")
PYTHON_SCRIPT = Path(__file__).with_name("python_trees.py")
OF_PYTHON = ("mkdocs", "myst", "quarto")
_ACCENTS = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")
_PLACEHOLDER = re.compile(r"(⟦[^⟦⟧]*+⟧)")
_WORD = re.compile(r"\w+://\S+|\S+@\S+|([^\W\d_]+)")

Read = dict[str, Any]


class Page(NamedTuple):
    """A page and what became of it; `output` is None where nothing could be taken from it."""

    path: Path
    source: str
    output: str | None
    told: str | None


class Count(NamedTuple):
    """What was found of one page: words as the site's parser sees them."""

    equal: bool
    words: int
    offered: int
    lost_anchors: Sequence[str]


def pseudo(text: str, form: MarkdownFormat) -> str:
    """The text with accents outside of its placeholders."""
    masked = mask(text, Protection(form.dialect.protect))
    parts = _PLACEHOLDER.split(masked.text)
    accented = "".join(p if n % 2 else p.translate(_ACCENTS) for n, p in enumerate(parts))
    return restore(accented, masked)


def translated(path: Path, dialect: str) -> Page:
    """A page whose every text has accents."""
    source = path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
    base = "mdx" if path.suffix == ".mdx" else "markdown"
    form = by_name(f"{base}:{dialect}")
    assert isinstance(form, MarkdownFormat)
    data = source.encode()
    try:
        texts = [unit.text for unit in form.extract(data, "de")]
    except DocumentError:
        return Page(path, source, None, None)
    output = form.assemble(data, [pseudo(text, form) for text in texts], "de")
    assert form.assemble(data, texts, "de") == data, f"{path} is not the same untouched"
    return Page(path, source, output.decode(), form.same_structure(data, output))


def trees(reader: str, texts: Sequence[str], node: Path, site: str = "") -> list[Read]:
    """What a reader of `trees.mjs` or `python_trees.py` sees of each text."""
    lines = "".join(json.dumps({"name": "", "text": text}) + "\n" for text in texts)
    if reader in OF_PYTHON:
        command = [sys.executable, str(PYTHON_SCRIPT), reader, *([site] if site else [])]
    else:
        script = node / SCRIPT.name
        script.write_bytes(SCRIPT.read_bytes())
        command = ["node", script.name, reader]
    done = subprocess.run(command, cwd=node, input=lines.encode(), stdout=subprocess.PIPE)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def count(source: Read, output: Read) -> Count:
    """How two readings differ."""
    before, after = source["texts"], output.get("texts", [])
    words = [sum(map(bool, _WORD.findall(text))) for text in before]
    changed = [
        has
        for has, old, new in zip(words, before, after, strict=False)
        if old != new or old == old.translate(_ACCENTS)
    ]
    lost = [one for one in source["ids"] if one not in output.get("ids", [])]
    return Count(source["tree"] == output.get("tree"), sum(words), sum(changed), lost)


def reader_of(path: Path, dialect: str) -> str:
    """The reader of `trees.mjs` for a page."""
    if path.suffix == ".mdx" and dialect in ("starlight", "commonmark"):
        return "starlight.mdx" if dialect == "starlight" else "mdx"
    return dialect


def first_difference(one: str, other: str) -> str:
    """Where two trees part, with what stands around it."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
    return f"{one[max(0, at - 60) : at + 60]} | {other[max(0, at - 20) : at + 60]}"


def left(source: Read, output: Read) -> Iterator[str]:
    """Texts with words that came back as they were."""
    for old, new in zip(source["texts"], output["texts"], strict=False):
        if old == new and old != old.translate(_ACCENTS) and any(_WORD.findall(old)):
            yield old


def main() -> None:
    tell = Console(highlight=False, markup=False, soft_wrap=True).print
    arguments = _arguments()
    paths = sorted(p for p in arguments.folder.rglob("*") if p.suffix in (".md", ".mdx", ".qmd"))
    pages = [translated(path, arguments.dialect) for path in paths if path.is_file()]
    with tempfile.TemporaryDirectory() as folder:
        is_of_python = arguments.dialect in OF_PYTHON
        node = arguments.node or (Path(folder) if is_of_python else _installed(Path(folder)))
        counts = list(_counted(pages, arguments, node, tell))
    words, offered = sum(c.words for c in counts), sum(c.offered for c in counts)
    tell(f"pages {len(counts)}, trees equal {sum(c.equal for c in counts)}")
    tell(f"words {words}, offered {offered} ({offered / max(1, words):.2%})")
    tell(f"pages with lost anchors {sum(bool(c.lost_anchors) for c in counts)}")
    tell(f"pages that same_structure tells of {sum(page.told is not None for page in pages)}")


def _counted(
    pages: Sequence[Page], arguments: argparse.Namespace, node: Path, tell: Callable[..., None]
) -> Iterator[Count]:
    dialect, site = arguments.dialect, arguments.site
    for reader in sorted({reader_of(page.path, dialect) for page in pages}):
        group = [page for page in pages if reader_of(page.path, dialect) == reader]
        sources = trees(reader, [page.source for page in group], node, site)
        outputs = trees(reader, [page.output or page.source for page in group], node, site)
        for page, source, output in zip(group, sources, outputs, strict=True):
            if "error" in source:
                tell(f"{page.path}: not read by its own parser: {source['error'][:120]}")
                continue
            counted = count(source, output)
            yield counted
            if page.told:
                tell(f"{page.path}: told: {page.told}")
            if not counted.equal:
                where = output.get("error") or first_difference(source["tree"], output["tree"])
                tell(f"{page.path}: {where}")
            if counted.lost_anchors:
                tell(f"{page.path}: anchors {', '.join(counted.lost_anchors[:5])}")
            for text in list(left(source, output))[: arguments.show] if counted.equal else ():
                tell(f"{page.path}: left: {text[:150]!r}")


def _installed(folder: Path) -> Path:
    (folder / "package.json").write_text('{"type": "module", "private": true}')
    command = ["npm", "install", "--silent", "--ignore-scripts", *PACKAGES]
    subprocess.run(command, cwd=folder, check=True)
    return folder


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dialect", required=True)
    parser.add_argument("--node", type=Path, help="a folder that has the packages already")
    parser.add_argument("--site", default="", help="of mkdocs its mkdocs.yml, of quarto its pandoc")
    parser.add_argument("--show", type=int, default=0, help="texts left, so many a page")
    return parser.parse_args()


if __name__ == "__main__":
    main()
