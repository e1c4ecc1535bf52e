"""ICU messages with plurals and selects: a sentence for each choice, and the message again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from domain.icu.syntax import Argument, Choice, Message, Number, Text, parse, with_choices
from domain.languages import plural_locale

MOST_BRANCHES = 100
"""Sentences of one message at most; one with more is left as it is."""

CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""Of plurals, in CLDR's order."""

_SAMPLES = (*range(32), 50, 100, 101, 102, 1000, 1_000_000, 0.5, 1.5)
_TOLD = 4

Selection = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Branch:
    """What a message says for one choice of each argument, as one text.

    Attributes:
        text: without choices; the `#` of a plural is written as its argument, `{count}`.
        note: which choice it is, in English.
    """

    text: str
    note: str


@dataclass(frozen=True, slots=True)
class IcuMessage:
    """A message with choices, as the target language needs it.

    Attributes:
        source: the message.
        branches: a text for each choice, which are translated.
    """

    source: str
    branches: tuple[Branch, ...]
    _choices: tuple[Choice, ...]
    _selections: tuple[Selection, ...]

    def join(self, texts: Sequence[str]) -> str:
        """The message with a text for each branch; those of its own give `source` back.

        What would be syntax in a text and is not in its branch is quoted, and an apostrophe before
        a brace is doubled.
        """
        if list(texts) == [branch.text for branch in self.branches]:
            return self.source
        by_choice = {
            tuple(selection.items()): text
            for selection, text in zip(self._selections, texts, strict=True)
        }
        return self._written(self._choices, {}, by_choice)

    def _written(
        self,
        choices: Sequence[Choice],
        chosen: Selection,
        texts: Mapping[tuple[tuple[str, str], ...], str],
    ) -> str:
        if not choices:
            signs = "{}#" if any(choice.kind != "select" for choice in self._choices) else "{}"
            return _escaped(texts[tuple(chosen.items())], self._syntax(chosen), signs)
        first, rest = choices[0], choices[1:]
        selectors = dict.fromkeys(
            selection[first.name]
            for selection in self._selections
            if chosen.items() <= selection.items() and first.name in selection
        )
        if not selectors:
            return self._written(rest, chosen, texts)
        branches = " ".join(
            f"{selector} {{{self._written(rest, {**chosen, first.name: selector}, texts)}}}"
            for selector in selectors
        )
        offset = f" offset:{first.offset}" if first.offset else ""
        return f"{{{first.name}, {first.kind},{offset} {branches}}}"

    def _syntax(self, chosen: Selection) -> Mapping[str, str]:
        """What stays in a text as it is, and how it is written in the message."""
        message = parse(self.source) or ()
        return dict(_kept(_flat(message, _taken(self._choices, chosen))))


def icu_message(text: str, target_lang: str) -> IcuMessage | None:
    """A text as an ICU message with choices; None where it is none, or has too many.

    Of a plural the target language gets its own categories (CLDR), whatever the source has; a
    category that the source lacks is translated from its `other`. Choices within sentences become
    whole sentences, since other languages inflect other words.

    Args:
        text: any text.
        target_lang: BCP-47.
    """
    message = with_choices(text)
    if message is None:
        return None
    choices = _choices(message)
    if not choices:
        return None
    wanted = [_selectors(choice, target_lang) for choice in choices]
    count = 1
    for selectors in wanted:
        count *= len(selectors)
    if count > MOST_BRANCHES:
        return None
    names = [choice.name for choice in choices]
    every = (dict(zip(names, selected, strict=True)) for selected in product(*wanted))
    met = (_met(message, choices, chosen) for chosen in every)
    selections = list({tuple(chosen.items()): chosen for chosen in met}.values())
    branches = tuple(_branch(message, choices, chosen, target_lang) for chosen in selections)
    return IcuMessage(text, branches, choices, tuple(selections))


def plural_categories(lang: str, *, ordinal: bool = False) -> tuple[str, ...]:
    """The plural categories of a language in CLDR's order, `other` last.

    Args:
        lang: BCP-47.
        ordinal: of ordinal numbers (1st, 2nd) instead of cardinal ones.
    """
    locale = plural_locale(lang)
    if locale is None:
        return ("other",)
    tags = (locale.ordinal_form if ordinal else locale.plural_form).tags
    return tuple(tag for tag in CATEGORIES if tag in tags or tag == "other")


@lru_cache(maxsize=1024)
def plural_samples(lang: str, category: str, *, ordinal: bool = False) -> tuple[str, ...]:
    """Some numbers that a category of a language stands for, the smallest first.

    Args:
        lang: BCP-47.
        category: as in CLDR.
        ordinal: as for `plural_categories`.
    """
    locale = plural_locale(lang)
    if locale is None:
        return ()
    rule = locale.ordinal_form if ordinal else locale.plural_form
    fitting = [str(number) for number in _SAMPLES if rule(number) == category]
    return tuple(fitting[:_TOLD])


def _choices(message: Message) -> tuple[Choice, ...]:
    """All choices, an outer one before those in it, one that several branches hold once.

    None where two of one argument differ.
    """
    found: dict[str, Choice] = {}
    stack = list(reversed(message))
    while stack:
        part = stack.pop()
        if not isinstance(part, Choice):
            continue
        known = found.setdefault(part.name, part)
        if (known.kind, known.offset, _own(known)) != (part.kind, part.offset, _own(part)):
            return ()
        for _, inner in reversed(part.branches):
            stack += reversed(inner)
    return tuple(found.values())


def _own(choice: Choice) -> list[str]:
    return [selector for selector, _ in choice.branches]


def _selectors(choice: Choice, target_lang: str) -> list[str]:
    own = _own(choice)
    if choice.kind == "select":
        return own
    exact = [selector for selector in own if selector.startswith("=")]
    return exact + list(plural_categories(target_lang, ordinal=choice.kind == "selectordinal"))


def _met(message: Message, choices: Sequence[Choice], chosen: Selection) -> Selection:
    """A selection without the choices that are in none of its branches."""
    taken = _taken(choices, chosen)
    names = set()
    stack = list(message)
    while stack:
        part = stack.pop()
        if isinstance(part, Choice):
            names.add(part.name)
            stack += dict(part.branches)[taken[part.name]]
    return {name: selector for name, selector in chosen.items() if name in names}


def _taken(choices: Sequence[Choice], chosen: Selection) -> Selection:
    """The source's selectors for a selection."""
    return {
        choice.name: _source_selector(choice, chosen[choice.name])
        for choice in choices
        if choice.name in chosen
    }


def _source_selector(choice: Choice, selector: str) -> str:
    return selector if selector in dict(choice.branches) else "other"


def _flat(message: Message, chosen: Selection) -> Iterator[Text | Argument | Number]:
    """The message's parts for one choice of each argument."""
    for part in message:
        if isinstance(part, Choice):
            yield from _flat(dict(part.branches)[chosen[part.name]], chosen)
        else:
            yield part


def _branch(
    message: Message, choices: Sequence[Choice], chosen: Selection, target_lang: str
) -> Branch:
    taken = _taken(choices, chosen)
    text = "".join(
        f"{{{part.name}}}" if isinstance(part, Number) else _shown(part)
        for part in _flat(message, taken)
    )
    notes = (_note(c, chosen[c.name], target_lang) for c in choices if c.name in chosen)
    return Branch(text, "; ".join(notes))


def _shown(part: Text | Argument) -> str:
    """A doubled apostrophe is one to its reader; what is quoted stays so."""
    if isinstance(part, Argument):
        return part.written
    return re.sub(r"('[{}#][^']*+')|''", lambda match: match[1] or "'", part.written)


def _note(choice: Choice, selector: str, target_lang: str) -> str:
    if choice.kind == "select":
        return f"{choice.name} is {selector}"
    if selector.startswith("="):
        return f"{choice.name} is {selector[1:]}"
    samples = plural_samples(target_lang, selector, ordinal=choice.kind == "selectordinal")
    return f"{choice.name} is {selector}" + (f", such as {', '.join(samples)}" if samples else "")


def _kept(parts: Iterator[Text | Argument | Number]) -> Iterator[tuple[str, str]]:
    """What is syntax in a branch's text: as it is shown, and as a message has it."""
    for part in parts:
        if isinstance(part, Argument):
            yield part.written, part.written
        elif isinstance(part, Number):
            yield f"{{{part.name}}}", "#"
        else:
            for quoted in re.findall(r"'[{}#][^']*+'", part.written):
                yield quoted, quoted


def _escaped(text: str, syntax: Mapping[str, str], signs: str) -> str:
    """A text as a branch of a message.

    Args:
        syntax: what stays, by how it is shown in the text.
        signs: characters that would be syntax.
    """
    known = sorted(map(re.escape, syntax), key=len, reverse=True)
    pieces = re.split(f"({'|'.join(known)})", text) if known else [text]
    unsafe = re.compile(rf"(?<!')'*+[{signs}][{signs}']*+|''++|'$")
    return "".join(
        syntax[piece] if place % 2 else unsafe.sub(_quote, piece)
        for place, piece in enumerate(pieces)
    )


def _quote(match: re.Match[str]) -> str:
    doubled = match[0].replace("'", "''")
    return doubled if match[0].strip("'") == "" else f"'{doubled}'"
