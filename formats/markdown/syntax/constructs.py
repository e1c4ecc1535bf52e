"""What a dialect's constructs are read with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from markdown_it import MarkdownIt

from formats.markdown.syntax import kinds
from formats.markdown.syntax.definition_lists import with_definition_lists
from formats.markdown.syntax.directives import with_directives
from formats.markdown.syntax.indented import with_four_spaces, with_indented_bodies
from formats.markdown.syntax.json_front_matter import with_json_front_matter
from formats.markdown.syntax.lines import Line, reading
from formats.markdown.syntax.metadata import with_metadata
from formats.markdown.syntax.pandoc_tables import with_pandoc_tables
from formats.markdown.syntax.python_html import with_commented_terms, with_python_html
from formats.markdown.syntax.python_links import with_python_links
from formats.markdown.syntax.uneven_tables import with_uneven_tables
from formats.markdown.syntax.unspaced_headings import with_unspaced_headings

_LINES: Mapping[str, tuple[Line, ...]] = {
    "abbreviations": kinds.ABBREVIATIONS,
    "attribute lines": kinds.ATTRIBUTE_LINES,
    "block breaks": kinds.BLOCK_BREAKS,
    "block ids": kinds.BLOCK_IDS,
    "bracketed formulas": kinds.BRACKETED_FORMULAS,
    "comments of per cent signs": kinds.PERCENT_COMMENTS,
    "elements of Markdown": kinds.ELEMENTS_OF_MARKDOWN,
    "enclosed comments": kinds.PERCENT_ENCLOSED,
    "formulas": kinds.FORMULAS,
    "marks of Learn": kinds.LEARN_MARKS,
    "object docs": kinds.OBJECT_DOCS,
    "shortcodes": kinds.SHORTCODES,
    "slash blocks": kinds.SLASH_BLOCKS,
    "snippets": kinds.SNIPPETS,
    "table of contents": kinds.TABLE_OF_CONTENTS,
    "targets": kinds.TARGETS,
    "template tags": kinds.TEMPLATE_TAGS,
    "titled alerts": kinds.TITLED_ALERTS,
}
_RULES: Mapping[str, Callable[[MarkdownIt], None]] = {
    "definition lists": with_definition_lists,
    "JSON front matter": with_json_front_matter,
    "uneven tables": with_uneven_tables,
    "HTML of Python-Markdown": with_python_html,
    "links of Python-Markdown": with_python_links,
    "commented terms": with_commented_terms,
    "directives": with_directives,
    "four spaces": with_four_spaces,
    "metadata": with_metadata,
    "tables of Pandoc": with_pandoc_tables,
    "unspaced headings": with_unspaced_headings,
    "indented bodies": with_indented_bodies,
    **{name: partial(reading, name, lines) for name, lines in _LINES.items()},
}


def read_with(parser: MarkdownIt, constructs: Iterable[str]) -> None:
    """Have a parser read constructs, of which the first that fits counts.

    Raises:
        KeyError: there is no construct of that name.
    """
    for name in constructs:
        _RULES[name](parser)
