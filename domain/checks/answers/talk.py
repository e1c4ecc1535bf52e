"""What a model says beside its translation: thoughts, notes, refusals, an envelope around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.checks.pair import Pair, finding
from domain.checks.quality import Finding, Severity
from domain.languages import locale_of

_THOUGHTS = re.compile(
    r"</?(?:think(?:ing)?|thoughts?|reasoning|analysis|scratchpad|reflection)>"
    r"|<\|[\w:-]{2,30}\|>|\[/?(?:INST|THINK)\]|</?s>(?=\s|\Z)",
    re.IGNORECASE,
)
"""Tags that models think within, and tokens that part the turns of a chat."""

_THINKS_ALOUD = re.compile(
    r"\W*(?:(?:okay|ok|alright|hmm+|well|so|right|first|now)[\s,.!…]+)*"
    r"(?:let(?:'s| me| us)\s+(?:translate|think|see|start|break)|the user (?:wants|asks|asked"
    r"|is asking)"
    r"|(?:i|we) (?:need|have|want|am asked|was asked|should|will)(?: to)? translate"
    r"|(?:i|we)(?:'ll| will) translate)\b",
    re.IGNORECASE,
)
_NOTE = re.compile(
    r"(?:(?<=[^\s(\[])\s*+[(\[（【]\s*+|\n\s*+|\s[-–—]\s|[.!?。！？*_]\s*+)[*_]{0,3}"
    r"(?:(?:translator|translation)(?:'s|’s|s)?\s+)?"
    r"(?:note|notes|remark|comment|explanation|alternative(?:ly)?|n\.?b|anm(?:erkung)?(?: des "
    r"übersetzers)?|hinweis|übersetzungshinweis|nota(?: del traductor)?|n\.?d\.?t|remarque"
    r"|note du traducteur|opmerking|uwaga|przypis|poznámka|примечание|примітка"
    r"|注|注意|注釈|訳注|備考"
    r"|补充说明|備註|备注|译注|참고|주|ملاحظة)[*_]{0,3}\s?[:：]",
    re.IGNORECASE,
)
_NOTED = re.compile(
    r"\b(?:not[ea]s?|noted|remarks?|comments?|hints?|tips?|notices?|warning|important|caution"
    r"|attention"
    r"|explanations?|alternatively|n\.?b\.?|anm\.|hinweise?|beachten|achtung|remarques?)\b"
    r"|[注備备備]|примеч|внимание|uwag|参考|참고",
    re.IGNORECASE,
)
"""Words of a source that a translation may render by a note."""

_OF_ITS_WORK = re.compile(
    r"\b(?:i(?:'ve| have)? (?:translated|kept|left|used|chosen|chose|rendered|preserved)"
    r"|\b(?:my|this) translation (?:is|keeps|preserves|uses)|translated (?:literally|as)"
    r"|literal(?:ly)? translat"
    r"|(?:i )?hope (?:this|that) helps|let me know if|feel free to (?:ask|let)"
    r"|ich habe .{0,40}übersetzt|wörtlich(?:e)? übersetz|j['’]ai traduit|he traducido|ho tradotto"
    r"|traduit littéralement|traducción literal)",
    re.IGNORECASE,
)
_ABOUT_WORK = re.compile(
    r"translat|übersetz|tradu|tradott|vertal|перев|перек|tłumacz|翻|訳|译|번역|ترجم"
    r"|\b(?:i|we)(?:'ve| have)?\b|help|let me|feel free",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\bas an? (?:ai|artificial intelligence|(?:large )?language model)\b|\bals (?:ki"
    r"|sprachmodell)\b"
    r"|\ben tant qu['’](?:ia|intelligence|assistant)|\bcomo (?:ia|inteligencia"
    r"|modelo de lenguaje)\b"
    r"|\b(?:i['’]m|i am) (?:sorry|afraid|unable)\b|\bi (?:can(?:not|['’]t)|am not able to) "
    r"(?:translate|help|assist|fulfil|comply|provide)|(?:es )?tut mir leid, (?:aber )?ich"
    r"|je suis désolée?, mais je|lo siento, pero no puedo|申し訳(?:ありません|ございません)が、",
    re.IGNORECASE,
)
_MAY_REFUSE = re.compile(
    r"\bsorry|afraid|apolog|unable|can(?:not|['’]t| not)|regret|unfortunately|leid|désol|siento"
    r"|申し訳|\bai\b|artificial|language model",
    re.IGNORECASE,
)
_ENVELOPE = re.compile(
    r'\A\s*+(?:```|\{\s*"\w{1,30}"\s*:|\[\s*\{\s*"|<(?:translation|target|output|answer|result)\b)',
    re.IGNORECASE,
)
_LABEL = re.compile(r"\A\W{0,3}([^\W\d_]{2,20}(?:\s[^\W\d_]{2,20})?)\W{0,2}[:：]\s*+\S")
_PLACEHOLDER = re.compile("⟦[^⟦⟧]*+⟧")


def talked(pair: Pair) -> Iterator[Finding]:
    """A translation with what is no part of it: thoughts, a note, a refusal, an envelope.

    Where the source has something of the kind, nothing is said.
    """
    # Placeholders of the source's own markup are gone; a tag that the model wrote is still there.
    here, there = _PLACEHOLDER.sub(" ", pair.source), _PLACEHOLDER.sub(" ", pair.translation)
    for pattern, excuse, explanation in (
        (_THOUGHTS, _THOUGHTS, "A model's thoughts or control tokens stand in the translation."),
        (_NOTE, _NOTED, "The translator added a note; only the translation may stand."),
        (_OF_ITS_WORK, _ABOUT_WORK, "The translator speaks of its work."),
        (_REFUSAL, _MAY_REFUSE, "The translator declines instead of translating."),
    ):
        match = pattern.search(there)
        if match and not excuse.search(here):
            yield _addition(match.group().strip(), explanation)
            return
    if (match := _THINKS_ALOUD.match(there)) and not _ABOUT_WORK.search(here):
        yield _addition(match.group().strip(), "The translator thinks aloud before it translates.")
    elif (match := _ENVELOPE.match(there)) and not _ENVELOPE.match(here):
        explanation = "The translation stands in an envelope of code; only itself may stand."
        yield _addition(match.group().strip(), explanation)
    elif (match := _LABEL.match(there)) and _names_language(match[1], pair) and ":" not in here:
        explanation = "The name of a language stands before the translation."
        yield _addition(match.group().strip()[:-1].strip(), explanation)


def _addition(span: str, explanation: str) -> Finding:
    return finding(Severity.MAJOR, "accuracy/addition", span, explanation)


def _names_language(word: str, pair: Pair) -> bool:
    """Whether a label is the name of the target language, in English, in the source's or its "
    "own."""
    target, source = locale_of(pair.target_lang), locale_of(pair.source_lang)
    if target is None:
        return False
    names = {target.english_name, target.display_name, target.language}
    if source is not None:
        names.add(target.get_display_name(source.language) or "")
    plain = {name.split(" (")[0].casefold() for name in names if name}
    return word.casefold() in plain
