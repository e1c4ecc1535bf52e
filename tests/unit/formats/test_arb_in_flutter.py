"""ARB as Flutter's `gen-l10n` asks for it, by the rules that its documentation gives."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from icu4py.messageformat import MessageFormat

from domain.icu.messages import icu_message
from formats.data.json_values import JsonFormat

JSON = JsonFormat()

TEMPLATE = """\
{
  "@@locale": "en",
  "@@last_modified": "2026-02-01T10:00:00",
  "hello": "Hello {userName}",
  "@hello": {
    "description": "A greeting",
    "placeholders": {"userName": {"type": "String", "example": "Ann"}}
  },
  "nGoats": "{count, plural, =0{no goats} =1{1 goat} other{{count} goats}}",
  "@nGoats": {"placeholders": {"count": {"type": "num", "format": "compact"}}},
  "pronoun": "{gender, select, male{he is in} female{she is in} other{they are in}}",
  "@pronoun": {"placeholders": {"gender": {"type": "String"}}},
  "dated": "On {when} it's done",
  "@dated": {"placeholders": {"when": {"type": "DateTime", "format": "yMd"}}}
}
"""
VALUES = {"userName": "Ann", "count": 5, "gender": "male", "when": "1.2."}
"""A value for each placeholder."""


def faults(arb: str, template: str, file_locale: str) -> Iterator[str]:
    """What gen-l10n would stop at.

    Args:
        arb: a file.
        template: the file that its keys and attributes come from.
        file_locale: what the file's name says its locale is, its parts with `_` between them.
    """
    said, wanted = json.loads(arb), json.loads(template)
    if said.get("@@locale", file_locale) != file_locale:
        yield "its locale is not that of the file's name"
    for key, value in said.items():
        if key.startswith("@@"):
            continue
        if key.startswith("@"):
            if value != wanted[key]:
                yield f"{key} is not as in the template"
            continue
        given = {name: VALUES[name] for name in wanted[f"@{key}"]["placeholders"]}
        shown = MessageFormat(value, file_locale).format(given)
        if "{" in shown or not all(str(one) in shown for one in given.values() if one != "male"):
            yield f"{key} has other placeholders than the template: {shown}"


@pytest.mark.parametrize(
    ("lang", "locale"),
    [("de", "de"), ("pl", "pl"), ("pt-BR", "pt_BR"), ("zh-Hant-TW", "zh_Hant_TW"), ("ar", "ar")],
)
def test_rules(lang: str, locale: str) -> None:
    """The locale, the attributes, the placeholders and plurals are as Flutter asks."""
    units = JSON.extract(TEMPLATE.encode(), lang)
    done = JSON.assemble(TEMPLATE.encode(), [_marked(unit.text, lang) for unit in units], lang)
    assert list(faults(done.decode(), TEMPLATE, locale)) == []
    found = json.loads(done)
    shown = MessageFormat(found["nGoats"], locale).format({"count": 0})
    assert (shown, found["dated"]) == ("Ü no goats", "Ü On {when} it's done")


def test_rules_are_tried() -> None:
    """A file in another language's name, or with another placeholder, is not taken."""
    other = TEMPLATE.replace("{userName}", "{user}").replace("A greeting", "Ein Gruß")
    assert list(faults(other, TEMPLATE, "de")) == [
        "its locale is not that of the file's name",
        "hello has other placeholders than the template: Hello {user}",
        "@hello is not as in the template",
    ]


def _marked(text: str, lang: str) -> str:
    message = icu_message(text, lang)
    if message is None:
        return f"Ü {text}"
    return message.join([f"Ü {branch.text}" for branch in message.branches])
