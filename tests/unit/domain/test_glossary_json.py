"""Glossaries in JSON."""

import pytest

from domain.briefing import GlossaryEntry, TermStatus
from domain.errors import GlossaryError
from domain.glossary.json_glossary import read_json

ENTRIES = """[
  {"term": "Lager", "translations": {"en": "warehouse"},
   "forbidden_alternatives": ["camp"], "status": "pending"},
  {"term": "Nightdesk", "do_not_translate": true}
]"""


@pytest.mark.parametrize("text", [ENTRIES, '\ufeff{\n "entries": ' + ENTRIES + "}\n"])
def test_a_list_or_an_object(text):
    """Entries stand in a list, or in an object's list `entries`."""
    assert (
        GlossaryEntry(
            term="Lager",
            translations={"en": "warehouse"},
            forbidden_alternatives=("camp",),
            status=TermStatus.PENDING,
        ),
        GlossaryEntry(term="Nightdesk", do_not_translate=True),
    ) == read_json(text, where="g.json")


def test_no_entries():
    """A glossary may be empty."""
    assert read_json("[]", where="g.json") == read_json('{"entries": []}', where="g.json") == ()


FORM = 'write a list of entries, or an object such as {"entries": […]}'


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (f"g.json:1: {FORM}", ""),
        (f"g.json:1: {FORM}", "5"),
        (f"g.json:1: {FORM}", "{}"),
        ("g.json:2: no valid JSON: Expecting value", "[\n"),
        ("g.json:3: no valid JSON: Expecting ','", '[\n{"term": "a"}\n{"term": "b"}]'),
        ("g.json:2: no valid JSON: Extra data", "[]\n[]"),
        (
            "g.json:2: an entry is an object with a term, and its translations by language",
            '[{"term": "a"},\n "b"]',
        ),
        ("g.json:3: term: Field required", '{"entries": [\n {"term": "a"},\n {}]}'),
        ("g.json:1: entries: write a list", '{"entries": {}}'),
        (f"g.json:1: terms: only one 'entries' may stand here; {FORM}", '{"terms": []}'),
        (
            "g.json:1: colour: unknown field; known are term, translations, context, domain, "
            "admitted, forbidden_alternatives, do_not_translate, case_sensitive, status",
            '[{"term": "a", "colour": 1}]',
        ),
        (
            "g.json:1: translations: 'xx-yy-zz-1' is no language code; write one by BCP-47, "
            "such as 'de', 'en' or 'pt-BR'",
            '[{"term": "a", "translations": {"xx-yy-zz-1": "b"}}]',
        ),
        (
            "g.json:2: term: 'a' is there twice; give each sense its own context",
            '[{"term": "a"},\n{"term": "a"}]',
        ),
        ("g.json: a value in it is nested too deep", "[" + "[" * 200_000),
    ],
)
def test_what_is_wrong_and_where(message, text):
    """A glossary that can't be used says in which line and field, and why."""
    with pytest.raises(GlossaryError) as caught:
        read_json(text, where="g.json")

    assert message == str(caught.value)
