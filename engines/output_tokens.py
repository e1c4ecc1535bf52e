"""How many output tokens a request may take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.settings import Effort

MOST_ROOM = 21_333
"""What the vendor's SDK sends without streaming; an answer of that length takes ten minutes."""

LEAST_ROOM = 1_024

BRIEF_ROOM = 4_096

THINKING_ROOM: Mapping[Effort, int] = {"off": 0, "low": 2_000, "medium": 6_000, "high": 12_000}
"""Tokens on top of an answer's, by how much may be thought first: thinking is output too."""


def output_room(task: str, source_texts: Sequence[str], effort: Effort = "off") -> int:
    """`max_tokens` for a request about these texts.

    Unused room costs nothing, a truncated answer costs a request. A Latin text has a token for
    about four bytes, a translation into a script the tokenizer knows badly two or three times as
    many; two tokens a byte leave room for that. JSON, notes and findings come on top, a flat sum a
    segment. Where all that is more than `MOST_ROOM`, the question has to be made smaller.

    Args:
        task: `brief`, `review_source`, `translate`, `assess` or `correct`.
        source_texts: the sources of the segments asked about.
        effort: how much the model may think before it answers.
    """
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in source_texts)
    if task == "brief":
        room = BRIEF_ROOM
    elif task in ("translate", "correct"):
        room = 300 + 150 * len(source_texts) + 2 * size
    else:  # findings: spans quoted from the text, each with its explanation
        room = 500 + 400 * len(source_texts) + size
    return min(MOST_ROOM, max(LEAST_ROOM, room) + THINKING_ROOM[effort])
