"""Front matter in JSON, as Hugo reads it."""

from __future__ import annotations

import json

import pytest

from formats.registry import by_name

PAGE = """\
{
  "title": "Sails & \\"oars\\"",
  "date": "2026-03-06",
  "menu": { "main": { "identifier": "sails", "weight": 3 } },
  "cover": { "alt": "A ship" }
}

Text of the page.
"""


def test_values_that_readers_see_are_texts() -> None:
    """They are translated in their quotes; keys, dates and ids stay, and so does the layout."""
    form, data = by_name("markdown:hugo"), PAGE.encode()
    units = form.extract(data, "de")
    assert [(unit.path, unit.text) for unit in units] == [
        ("title", 'Sails & "oars"'),
        ("cover.alt", "A ship"),
        ("", "Text of the page."),
    ]
    assert form.assemble(data, [unit.text for unit in units], "de") == data
    done = form.assemble(data, ['Segel und "Ruder"\\', "Ein Schiff: {", "Der Text."], "de").decode()
    head, _, text = done.partition("\n}\n")
    assert text == "\nDer Text.\n"
    found = json.loads(head + "}")
    assert found["title"] == 'Segel und "Ruder"\\'
    assert found["cover"]["alt"] == "Ein Schiff: {"
    assert form.same_structure(data, done.encode()) is None
    changed = done.replace("2026-03-06", "2026-03-07").encode()
    assert form.same_structure(data, changed) == "line 1: front matter changed"


@pytest.mark.parametrize("text", ["{\nno JSON\n}\n\nText.\n", "{\n", "{}\n\nText.\n"])
def test_what_is_no_object_is_text(text: str) -> None:
    """Braces that hold no JSON, or are not alone on their lines, begin no front matter."""
    form = by_name("markdown:hugo")
    if "Text." in text:
        assert form.extract(text.encode(), "de")[-1].text == "Text."


def test_other_dialects_read_none() -> None:
    """Elsewhere such a page begins with a paragraph."""
    texts = [unit.text for unit in by_name("markdown").extract(PAGE.encode(), "de")]
    assert texts[0].startswith('{\n"title"')
