"""Reads pages as Python's generators of sites do, with the same lines in and out as `trees.mjs`.

`python -m tests.bench.python_trees mkdocs [mkdocs.yml] < pages`, or `myst`. A tree is all that the
parser sees but for the words; `texts` are the stretches of words, `ids` what a link can lead to.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

Read = dict[str, Any]
_PROSE_ATTRIBUTES = frozenset({"alt", "title", "placeholder", "aria-label", "summary", "label"})
_CODE = frozenset({"code", "pre", "script", "style", "svg", "math"})
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
_OF_THE_GENERATOR = frozenset({"headerlink", "footnote-backref"})
_MARKS = frozenset({"arithmatex", "twemoji", "doc-symbol"})


class _Page(HTMLParser):
    """What a reader of HTML sees."""

    def __init__(self) -> None:
        super().__init__()
        self.tree: list[str] = []
        self.texts: list[str] = []
        self.ids: list[str] = []
        self._code: list[str] = []
        self._in_anchor = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and [name for name, _ in attrs] == ["id"]:
            self.ids.append(attrs[0][1] or "")
            self._in_anchor = True  # of a heading's id: nothing is shown
            return
        kept = []
        classes = set((dict(attrs).get("class") or "").split())
        if classes & _OF_THE_GENERATOR:
            attrs = [("class", "of the generator")]
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name in _PROSE_ATTRIBUTES or (name == "value" and tag == "input"):
                self.texts.append(value or "")
            elif not (name in ("href", "for") and (value or "").startswith(("#fn", "__tab"))):
                kept.append(f"{name}={value}")
        self.tree.append(f"<{tag} {' '.join(kept)}>")
        if tag not in _VOID and (self._code or tag in _CODE or classes & _MARKS):
            self._code.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._in_anchor:
            self._in_anchor = False
            return
        self.tree.append(f"</{tag}>")
        if self._code and self._code[-1] == tag:
            self._code.pop()

    def handle_data(self, data: str) -> None:
        if self._code:
            self.tree.append(data)
        elif data.strip():
            self.tree.append("…")
            self.texts.append(data)

    def read(self) -> Read:
        return {"tree": json.dumps(self.tree), "texts": self.texts, "ids": self.ids}


def mkdocs(configuration: str | None) -> Callable[[str], Read]:
    """Reads as Python-Markdown does with a site's extensions, or with common ones."""
    import markdown

    extensions, configs = _extensions(configuration)

    def read(text: str) -> Read:
        reader = markdown.Markdown(extensions=extensions, extension_configs=configs)
        page = _Page()
        page.feed(reader.convert(_without_front_matter(text)))
        page.close()
        return page.read()

    return read


_COMMON = (
    *("abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc"),
    *("pymdownx.arithmatex", "pymdownx.betterem", "pymdownx.caret", "pymdownx.critic"),
    *("pymdownx.details", "pymdownx.inlinehilite", "pymdownx.keys", "pymdownx.mark"),
    *("pymdownx.smartsymbols", "pymdownx.superfences", "pymdownx.tabbed", "pymdownx.tasklist"),
    *("pymdownx.tilde", "pymdownx.blocks.admonition", "pymdownx.blocks.details"),
    *("pymdownx.blocks.tab",),
)
_LEFT_OUT = ("pymdownx.snippets", "material.", "markdown_include", "mdx_include", "zensical")


def _extensions(configuration: str | None) -> tuple[list[str], dict[str, Any]]:
    if configuration is None:
        return list(_COMMON), {"pymdownx.tabbed": {"alternate_style": True}}
    import yaml

    class Loader(yaml.SafeLoader):
        """Knows no tags of Python."""

    Loader.add_multi_constructor("!", lambda loader, suffix, node: None)
    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: None)
    site = yaml.load(Path(configuration).read_text(encoding="utf-8"), Loader)
    found: dict[str, Any] = {}
    for one in _listed(site.get("markdown_extensions") or []):
        found.update(one)
    known = {
        name: {key: value for key, value in (given or {}).items() if value is not None}
        for name, given in found.items()
        if not name.startswith(_LEFT_OUT)
    }
    return [*dict.fromkeys(["toc", "tables", "fenced_code", *known])], known


def _listed(extensions: Any) -> Iterator[dict[str, Any]]:
    if isinstance(extensions, dict):
        yield extensions
        return
    for one in extensions:
        yield one if isinstance(one, dict) else {one: {}}


def _without_front_matter(text: str) -> str:
    return re.sub(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*\n", "", text, flags=re.DOTALL)


def myst(configuration: str | None) -> Callable[[str], Read]:
    """Reads as MyST-Parser does with docutils; what only Sphinx knows is an unknown directive."""
    from docutils import nodes
    from docutils.core import publish_doctree
    from myst_parser.parsers.docutils_ import Parser

    extensions = [
        *("amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath"),
        *("fieldlist", "html_image", "replacements", "strikethrough", "substitution", "tasklist"),
    ]
    settings = {
        "myst_enable_extensions": extensions,
        "report_level": 5,
        "file_insertion_enabled": 0,
    }

    def read(text: str) -> Read:
        found: Read = {"tree": [], "texts": [], "ids": []}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = publish_doctree(text, parser=Parser(), settings_overrides=dict(settings))
        _walk(tree, found, nodes)
        found["tree"] = json.dumps(found["tree"])
        return found

    return read


_VERBATIM = ("literal", "literal_block", "math", "math_block", "comment", "raw", "problematic")
_OF_TEXT = ("ids", "names", "dupnames", "backrefs", "slug", "refname", "alt", "title", "refid")


def _walk(node: Any, found: Read, nodes: Any) -> None:
    if isinstance(node, nodes.Text):
        if str(node).strip():
            found["tree"].append("…")
            found["texts"].append(str(node))
        return
    if node.tagname == "system_message":
        return
    if node.tagname == "target" and not node.children:  # of a heading's id: nothing is shown
        found["ids"] += [str(one) for one in node.get("ids", [])]
        return
    attributes = {
        name: value
        for name, value in node.attributes.items()
        if name not in _OF_TEXT and (name != "classes" or node.tagname != "admonition")
    }
    found["tree"].append(f"<{node.tagname} {json.dumps(attributes, default=str, sort_keys=True)}>")
    found["ids"] += [str(one) for one in node.get("ids", [])]
    found["texts"] += [str(node[name]) for name in ("alt", "title") if node.get(name)]
    if node.tagname in _VERBATIM:
        found["tree"].append(node.astext())
    else:
        for child in node.children:
            _walk(child, found, nodes)
    found["tree"].append(f"</{node.tagname}>")


def _unaccented(text: str) -> str:
    """A text without accents, since attributes of shortcodes are translated."""
    return unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()


def quarto(pandoc: str | None) -> Callable[[str], Read]:
    """Reads as Pandoc does, whose program is named."""
    command = [pandoc or "pandoc", "--from", "markdown+emoji", "--to", "json"]

    def read(text: str) -> Read:
        # Quarto's own filters read shortcodes; to Pandoc they are words and quotes
        kept = re.sub(r"\{\{<.*?>\}\}", lambda one: f"`{_unaccented(one[0])}`", text)
        kept = re.sub(r"(?m)^([ ]*`{3,})\{\{(\w+)\}\}", r"\1 \2", kept)
        done = subprocess.run(command, input=kept.encode(), stdout=subprocess.PIPE, check=True)
        found: Read = {"tree": [], "texts": [], "ids": []}
        _pandoc(json.loads(done.stdout)["blocks"], found, [])
        found["tree"] = json.dumps(found["tree"])
        return found

    return read


def _pandoc(node: Any, found: Read, words: list[str]) -> None:
    if isinstance(node, list):
        words = []
        for one in node:
            if isinstance(one, dict) and one.get("t") in ("Str", "Space", "SoftBreak"):
                words.append(one.get("c", " "))
                continue
            _end_words(words, found)
            _pandoc(one, found, words)
        _end_words(words, found)
    elif isinstance(node, dict):
        kind, content = node.get("t"), node.get("c")
        found["tree"].append(kind)
        if kind == "Header":
            found["ids"].append(content[1][0])
            content = [content[0], content[1][1:], content[2]]
        elif kind == "Cite":
            found["tree"] += [one["citationId"] for one in content[0]]
            return
        elif kind in ("Link", "Image"):
            found["texts"].append(content[2][1])
            content = [content[0], content[1], content[2][0]]
        _pandoc(content, found, words)
    elif node is not None:
        found["tree"].append(node)


def _end_words(words: list[str], found: Read) -> None:
    if "".join(words).strip():
        found["tree"].append("…")
        found["texts"].append("".join(words))
    words.clear()


READERS = {"mkdocs": mkdocs, "myst": myst, "quarto": quarto}


def main() -> None:
    name, configuration = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None
    read = READERS[name](configuration)
    for line in sys.stdin:
        page = json.loads(line)
        try:
            found = read(page["text"])
        except Exception as error:  # a page that its own parser refuses
            found = {"error": f"{type(error).__name__}: {error}"[:300]}
        sys.stdout.write(json.dumps({"name": page["name"], **found}) + "\n")


if __name__ == "__main__":
    main()
