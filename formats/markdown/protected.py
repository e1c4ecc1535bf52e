"""What stays within a text in some dialects of Markdown: expressions that take linear time."""

from __future__ import annotations

DIRECTIVES = (r":[^\W\d][\w-]*+(?=[\[{])", r"(?<=\])\{[^{}\n]*+\}")
"""The name and the attributes of `:name[text]{attributes}`."""

ATTRIBUTES = (
    r"\{:?[ ]?[#.][^{}\n]*+\}",
    r"\{:?[ ]?[A-Za-z][\w-]*+=[^{}\n]*+\}",
)
"""Attribute lists: `{ .class #id key=value }`, `{: … }`."""

EMOJI = r"(?<![\w:]):(?:[A-Za-z][\w+-]*+|[+-]1):(?![\w:])"
"""Emoji and icons: `:material-check:`."""

MATHS = (
    r"(?<![\\$])\$\$[^$\n]++\$\$",
    r"(?<![\\$\w])\$(?![\s$])(?:[^$\\\n]|\\.){1,400}+(?<!\s)\$(?![\d$])",
)
"""Formulas between dollars; an amount of money begins none."""

AUTOLINKS = (r"(?<!\\)<[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*+>",)
"""`<project:plan.md>`, `<xref:name>`."""

MYST_MATHS = (
    r"(?<![\\$])\$\$[^$\n]++\$\$",
    r"(?:(?<![\\$])|(?<=(?<!\\)\\\\))\$(?!\$)(?:[^$\\\n]|\\.){1,400}+\$(?!\$)",
)
"""MyST's, which take amounts of money too."""

BRACKETED_MATHS = (
    r"\\\((?:[^\\\n]|\\(?!\))){1,400}+\\\)",
    r"\\\[(?:[^\\\n]|\\(?!\])){1,400}+\\\]",
)

WIKI_LINKS = (
    r"!?\[\[[^\[\]|\n]{1,300}+\]\](?![\[(])",
    r"!?\[\[[^\[\]|\n]{1,300}+\|(?:\d++(?:x\d++)?\]\])?",
    r"(?<!\])\]\](?![\[(])",
)
"""`[[page]]`, and what is around the text of `[[page|text]]`."""

CRITIC_MARKS = (r"\{\+\+|\+\+\}|\{--|--\}|\{~~|~>|~~\}|\{==|==\}|\{>>|<<\}",)

KEYS = (r"(?<![\w+])\+\+[\w\"'-]++(?:\+[\w\"'-]++)*+\+\+",)
"""Keys on a keyboard: `++ctrl+c++`."""

MENTIONS = (
    r"(?<![\w./@])@[A-Za-z][\w-]*+(?:/[\w.-]++)?(?!@)",
    r"(?<![\w./-])[\w.-]{1,100}+/[\w.-]{1,100}+\#\d++",
)
"""People, repositories and issues: `@name`, `owner/name#12`."""

SHORTCODES = (
    r"\{\{<(?:[^>]|>(?!\}\})){0,800}+>\}\}",
    r"\{\{%(?:[^%]|%(?!\}\})){0,800}+%\}\}",
)

CROSS_REFERENCES = (r"(?<![\w.@])@[A-Za-z][\w-]*+(?:[:.][\w-]++)*+(?!@)",)
"""Pandoc's and Quarto's: `@fig-plan`."""

ROLES = (
    r"\{(?:[\w.+-]++:)*(?:any|doc|download|numref|ref|term|abbr|guilabel|menuselection)\}"
    r"`(?=[^`<>\n]{1,400}+<[^`<>\n]{1,400}+>`)",
    r"(?<=[^\s`][ ])<[^`<>\s]{1,400}+>`",
    r"\{[\w:.+-]++\}`[^`]++`",
)
"""MyST's roles; what is around an explicit text, where there is one."""

INCLUSIONS = (
    r"\[!(?:INCLUDE|include|VIDEO|Video|code)[^\[\]\n]*+(?:\[[^\[\]\n]*+\]\([^()\n]*+\))?+\]",
)

OBSIDIAN = (
    r"%%[^%\n]++%%",
    r"(?<=\s)\^[A-Za-z0-9-]++(?=\s*$)",
    r"(?<![\w/#&\[(])#[^\W\d][\w/-]*+",
)
"""Comments, names of blocks and tags."""
