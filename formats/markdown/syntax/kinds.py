"""The kinds of lines that dialects read as marks."""

from __future__ import annotations

import re

from formats.markdown.syntax.lines import Line

_ATTRIBUTE_TEXT = re.compile(
    r"""(?<=[\s{])(?:title|subtitle|caption|alt|alt-text|fig-cap|fig-alt|summary|label|header
        |description)\s?=\s?"(?P<text>[^"\\\n]*+(?:\\.[^"\\\n]*+)*+)\"""",
    re.VERBOSE,
)


def _line(pattern: str, until: str | None = None, **more: object) -> Line:
    last = re.compile(until) if until else None
    texts = _ATTRIBUTE_TEXT if more.pop("attributes", False) else None
    return Line(re.compile(pattern), texts, last, **more)  # type: ignore[arg-type]


TEMPLATE_TAGS = (
    _line(r"\{%-?\s*(?P<mark>raw|highlight|verbatim)\b.*%\}", r"\{%-?\s*end(?P<mark>\w+)\s*-?%\}"),
    _line(r"(?:\{%(?:[^%\n]|%(?!\}))*+%\}\s*+)++"),
    _line(r"\{#.*#\}"),
    _line(r"\{#(?!.*#\})(?![\w.:-]+\}).*", r".*#\}"),
    _line(r"\{\{\{?~?[#/^!>&*][^\n]*\}\}|\{\{~?\s*else\b[^{}]*\}\}"),
    _line(r"</?[#@][A-Za-z][\w.]*(?:\s[^\n]*)?>"),
)
"""Jinja's, Liquid's, Handlebars' and FreeMarker's, alone on their lines."""

FORMULAS = (
    _line(r"\$\$.+\$\$(?:\s*\([^()]*\)|\s*\{[^{}]*\})?"),
    _line(r"\$\$(?!.*\$\$).*", r"(?:(?!\$\$).)*\$\$(?:\s*\([^()]*\)|\s*\{[^{}]*\})?"),
)
BRACKETED_FORMULAS = (
    _line(r"\\\[.*\\\]"),
    _line(r"\\\[(?!.*\\\]).*", r".*\\\]"),
    _line(
        r"\\begin\{(?P<mark>[A-Za-z]+\*?)\}(?!.*\\end\{).*", r".*\\end\{(?P<mark>[A-Za-z]+\*?)\}"
    ),
)

ATTRIBUTE_LINES = (_line(r"\{:?\s*(?:[#.%][\w-]|[\w-]+=)[^{}]*\}"),)

SNIPPETS = (
    _line(r";?-+8<-+[ ]+\S.*"),
    _line(r"-+8<-+", r"-+8<-+"),
)
TABLE_OF_CONTENTS = (_line(r"\[(?:TOC|toc)\]"),)
OBJECT_DOCS = (_line(r":::[ ]+[\w.:\[\]-]+(?:[ ].*)?", body=True),)
ELEMENTS_OF_MARKDOWN = (
    _line(
        r"<(?P<mark>[A-Za-z][\w-]*)(?=\s)[^<>]*\smarkdown(?:=[^<>]*|\s[^<>]*)?>"
        r"(?P<text>.*[^\s>])</(?P=mark)>",
        role="paragraph",
    ),
)
"""`<figcaption markdown>A *text*</figcaption>`, of the extension md_in_html."""
ABBREVIATIONS = (_line(r"\*\[[^\\\]]+\][ ]?:[ ]*(?P<text>.*)", role="paragraph"),)
SLASH_BLOCKS = (
    _line(r"/{3,}[ ]*(?:html|(?:figure-|table-)?caption|define)\b.*"),
    _line(r"/{3,}[ ]*[\w-]+[ ]*(?:\|[ ]*(?P<text>.*))?"),
    _line(r"/{3,}"),
)

TARGETS = (_line(r"\([^()\n]+\)="),)
PERCENT_COMMENTS = (_line(r"%.*"),)
BLOCK_BREAKS = (_line(r"\+\+\+.*"),)

SHORTCODES = (
    _line(
        r"\{\{[<%]\s*(?P<mark>highlight|code|mermaid|math|katex|code-toggle|chart|raw|verbatim)(?![\w-])"
        r"(?!.*/>\}\})(?!.*\{\{[<%]\s*/).*[>%]\}\}",
        r"\{\{[<%]\s*/\s*(?P<mark>[\w-]+)\s*[>%]\}\}",
    ),
    _line(r"\{\{[<%]/\*.*\*/[>%]\}\}"),
    _line(r"\{\{[<%](?!.*[>%]\}\}).*", r"(?:(?!\{\{).)*[>%]\}\}", attributes=True),
    _line(r"(?:\{\{[<%](?:[^>%\n]|[>%](?!\}\}))*+[>%]\}\}\s*+)++", attributes=True),
)
TITLED_ALERTS = (_line(r"\[![\w-]+(?:\|[^\]\n]*)?\][+-]?(?:\s+(?P<text>\S.*))?"),)

LEARN_MARKS = (_line(r"\[!(?:INCLUDE|VIDEO|code|div|Video|include)[^\n]*\]\)?|\[!code[^\n]*\)"),)

PERCENT_ENCLOSED = (_line(r"%%.*%%"), _line(r"%%(?!.*%%).*", r"(?:(?!%%).)*%%"))
BLOCK_IDS = (_line(r"\^[A-Za-z0-9-]+"),)
