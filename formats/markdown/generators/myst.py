"""Ids of MyST-Parser's headings that its links lead to, as its release 5.2 makes them.

A target of that name above a heading, `(the-plan)=`, has the id that docutils makes of the heading
too, but for one that begins with a digit or has no Latin letter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from formats.markdown.generators.heading import Heading, numbered

_NOT_KEPT = re.compile(r"[^\w\u4e00-\u9fff\- ]")


def ids(headings: Sequence[Heading]) -> list[str]:
    """Of `myst_heading_anchors`; one without a letter is empty, and leads nowhere."""
    used: set[str] = set()
    found = []
    for one in headings:
        slug = _NOT_KEPT.sub("", one.text.lower().replace(" ", "-"))
        made = numbered(slug, used) if slug else slug
        used.add(made)
        found.append(made)
    return found
