"""Whether a translation addresses its reader as it should."""

from __future__ import annotations

import re
from typing import Literal

INFORMAL = {
    "de": r"[Dd](?:u|ich|ir|eine?[mnrs]?)|[Ee](?:uch|ure[mnrs]?)",
    "es": r"(?i:tú|contigo|tuy[oa]s?|vosotr[oa]s|vuestr[oa]s?)",
    "fr": r"(?i:tu|toi|tien(?:ne)?s?)",
    "it": r"(?i:tu|tuo|tua|tuoi|tue)",
    "nl": r"(?i:jij|jou|jouw|jullie)",
    "pt": r"(?i:tu|contigo|tuas?)",
    "ru": r"(?i:ты|тебя|тебе|тобой)",
}
"""Words that address one whom the speaker is familiar with, and mean nothing else."""

FORMAL = {
    "de": r"Ihnen|Ihre[mnrs]?",
    "es": r"(?i:ustedes|usted)",
    "fr": r"(?i:vous|votre|vos|vôtres?)",
    "nl": r"(?i:u|uw)",
    "ru": r"Вас|Вам|Вами|Ваш\w{0,2}",
}
"""Words that address one whom the speaker is not. German `Sie` is left out, which may be `she` or
`they`; French `vous` may be several friends, which no briefing asks for."""

_CAPITALS_TELL = frozenset({"de", "ru"})


def wrongly_addressed(
    translation: str, target_lang: str, formality: Literal["formal", "informal"]
) -> str | None:
    """The first word that addresses the reader otherwise than wanted; None without one.

    Only words that can mean nothing else count; where a capital letter makes the difference, none
    that begins a sentence does. Languages that are not listed are never at fault.

    Args:
        translation: without markup.
        target_lang: BCP-47.
        formality: what the briefing wants.
    """
    language = target_lang.split("-")[0].lower()
    words = (INFORMAL if formality == "formal" else FORMAL).get(language)
    if words is None:
        return None
    anywhere = formality == "formal" or language not in _CAPITALS_TELL
    for match in re.finditer(rf"(?<![\w'’-])(?:{words})(?![\w'’-])", translation):
        if anywhere or not _begins_sentence(translation, match.start()):
            return match[0]
    return None


def _begins_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 20) : at].rstrip(" \t\n\"'„“«»(")
    return not before or before[-1] in ".!?:…"
