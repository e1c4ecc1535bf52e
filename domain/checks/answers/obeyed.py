"""A translator that followed what a text says instead of translating it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from domain.checks.pair import Pair, finding
from domain.checks.quality import Finding, Severity
from domain.text.lengths import ratio, visible_length

_DOMAIN = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9][a-z0-9-]{1,40}\.){1,3}(?:com|net|org|io|info|biz|shop|online|site"
    r"|xyz"
    r"|app|dev|co|me|ru|cn)(?:/[^\s]*+)?(?![\w-]|\.\w)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"```|\bprint\(|\bconsole\.log\(|<script[ >]|#!/(?:usr/)?bin|\bdef \w+\(|\bfunction "
    r"?\w*\(|\brm -rf\b|\bcurl (?:-|http)|\bSELECT \*|\bos\.system\(|=> \{",
)
_INVITES: Mapping[str, tuple[str, str]] = {
    "visit": (
        r"\b(?:visit|check out|go to|browse)\b|\bbesuch(?:en sie|e|t)\b|\bvisite[zr]?\b|\bvisita\b"
        r"|\bbezoek\b|\bodwiedź|\bпосетите|アクセスして|ご覧ください|访问",
        r"visit|see|go|check|browse|open|view|consult|read|look|access|refer|besuch|learn|find|more"
        r"|discover|call|tour|watch|navigate|www|http|guest",
    ),
    "buy": (
        r"\b(?:buy now|order now|shop now|subscribe|sign up now|limited offer)\b"
        r"|\b(?:jetzt|heute noch) (?:kaufen|bestellen|buchen|sichern|zugreifen)\b"
        r"|\b(?:kaufen|bestellen|abonnieren|sichern) sie\b|\bachetez\b|\bcommandez\b"
        r"|\babonnez-vous\b"
        r"|\bcompr[ea] (?:ahora|ya)\b|\bsuscríb|\bkup teraz\b|\bкупите\b|今すぐ(?:購入|注文|登録)",
        r"buy|order|purchas|shop|subscri|sign|offer|get|secur|sav|registr|book|follow|notif|feed"
        r"|join"
        r"|acquire|pay",
    ),
    "click": (
        r"\b(?:click (?:here|below|the link))\b|\bklick(?:en sie)? (?:hier|jetzt)\b|\bcliquez ici\b"
        r"|\bhaga clic aquí\b|\bkliknij tutaj\b|\bнажмите здесь\b|ここをクリック|点击这里",
        r"click|press|tap|follow|here|select|use|link|visit|go|push|choose",
    ),
}
"""By kind, how readers are invited to something, and words of a source that call for it."""

_BEGINS = r"(?:\A|[.!?:。！？：\n、]|\s[-–—]\s)[\s¡«“\"'(]*+(?:[^\s.!?]+\s)??"
"""Where a sentence begins, with a word at most before it."""

_INVITING = tuple(
    (re.compile(f"{_BEGINS}(?:{invites})", re.IGNORECASE), re.compile(excuse, re.IGNORECASE))
    for invites, excuse in _INVITES.values()
)

_TAKES_OVER = re.compile(
    r"\b(?:ignore|disregard|forget|override|skip)\b.{0,40}\b(?:instructions?|prompts?|rules|above"
    r"|previous|prior|earlier|text)\b|\b(?:ignoriere|vergiss)\b.{0,40}\b(?:anweisung|regel"
    r"|vorherig)"
    r"|\bignore[zr]?\b.{0,40}\b(?:consignes|instruc)|\b(?:do not|don['’]t"
    r"|instead of) translat(?:e|ing)\b"
    r"|\b(?:system prompt|new instructions?:)|\b(?:reply|respond|answer|say|write|output|print)\b"
    r".{0,12}\b(?:only|just|exactly|with)\b",
    re.IGNORECASE,
)
_MUCH_SHORTER = 0.6
_SHORTEST = 25
_SHORTEST_NAME = 3


def obeyed(pair: Pair) -> Iterator[Finding]:
    """A translation with what an instruction would have put there: an address, code, an invitation.

    Or one that is much shorter than a source that tells its reader to ignore instructions or to
    answer so. What the source has of the kind is right.
    """
    here, there = pair.source, pair.after
    found = _DOMAIN.search(there) if "." in there else None
    if found and not _DOMAIN.search(here) and not _stands_in(found.group(), here):
        yield _finding(found.group(), "The source has no such address.")
        return
    found = _CODE.search(there)
    if found and not _CODE.search(here):
        yield _finding(found.group(), "The source has no such code.")
        return
    for inviting, excuse in _INVITING if pair.source_language == "en" else ():
        found = inviting.search(there)
        if found and not excuse.search(here):
            yield _finding(found.group(), "The reader is asked for what the source does not ask.")
            return
    if _TAKES_OVER.search(pair.before):
        expected = visible_length(pair.before) * ratio(pair.source_lang, pair.target_lang)
        if expected >= _SHORTEST and visible_length(pair.after) < _MUCH_SHORTER * expected:
            explanation = "The source's instruction seems to have been followed, not translated."
            yield _finding(pair.after.strip(), explanation)


def _stands_in(address: str, source: str) -> bool:
    """Whether a source has an address, or the words of it as a name such as `ASP.net`."""
    plain = source.casefold()
    names = address.casefold().split("/")[0].removeprefix("www.").split(".")[:-1]
    return any(name in plain for name in names if len(name) > _SHORTEST_NAME)


def _finding(span: str, explanation: str) -> Finding:
    return finding(Severity.MAJOR, "accuracy/addition/instruction", span, explanation)
