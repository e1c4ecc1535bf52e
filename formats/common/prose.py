"""Whether a text holds anything to translate."""

from __future__ import annotations

import re

_LETTER_OR_NONE = re.compile(
    r"""
      (?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++      # e-mail address
    | \b(?:[a-z][a-z0-9+.-]{1,20}://|mailto:|www\.)[^\s<>]++    # URL
    | \{\{[^{}]*+\}\} | \$?\{[\w.]*+\}                  # {{name}}, ${name}, {name}
    | %(?:\(\w++\))?(?:\d++\$)?[sdifx]\b                # %s, %(name)d, %1$s
    | &(?:\w++|\#\w++);                                 # a character reference
    | (?P<letter>[^\W\d_])
    """,
    re.VERBOSE | re.IGNORECASE,
)

_ENDING = re.compile(r"[\w)]\.[A-Za-z]\w{1,4}$")


def has_prose(text: str) -> bool:
    """Whether a letter stands outside URLs, addresses, variables and character references."""
    return any(match.lastgroup == "letter" for match in _LETTER_OR_NONE.finditer(text))


def is_file_name(text: str) -> bool:
    """Whether a text is the name of a file, as programs write it where people wrote nothing."""
    name = text.strip()
    return not any(map(str.isspace, name)) and _ENDING.search(name) is not None
