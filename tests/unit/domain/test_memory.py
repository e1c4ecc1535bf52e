"""What makes two segments share one translation."""

from __future__ import annotations

from typing import Any

import pytest

from domain.briefing import Briefing
from domain.reuse.memory import import_key, masked_alike, memory_context, memory_key, same_markup

TERM = {"term": "Akku", "translations": {"en": "battery", "fr": "batterie"}}


def context(owner: str = "anna", **fields: Any) -> str:
    told = {"source_lang": "de", "target_lang": "en", "glossary": [TERM], **fields}
    return memory_context(Briefing.model_validate(told), owner)


def test_a_key_is_the_same_tomorrow() -> None:
    """A key is a hash that no run, machine or order of fields changes."""
    plain = memory_context(Briefing(source_lang="de", target_lang="en"), "anna")

    assert plain == "e2468e9d681e2835752e8809eb1ce81cd9097b31f7dbf154e19f43c7de58394b"
    assert (
        memory_key(plain, "Guten ⟦1⟧Tag⟦/1⟧.")
        == "aef9f3cdb2d1be02411ed4f2a0693ac97bae3e8c592efbcb67d8362f14fa33e9"
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"owner": "ben"},
        {"source_lang": "nl"},
        {"target_lang": "fr"},
        {"domain": "law"},
        {"tone": "dry"},
        {"text_type": "manual"},
        {"instructions": "Say you."},
        {"style_reference": "As before."},
        {"constraints": [{"type": "max_chars", "value": 40}]},
        {"glossary": []},
        {"glossary": [{**TERM, "translations": {"en": "cell"}}]},
        {"glossary": [{**TERM, "translations": {"fr": "batterie"}}]},
        {"glossary": [{**TERM, "status": "pending"}]},
        {"glossary": [{**TERM, "forbidden_alternatives": ["cell"]}]},
    ],
    ids=str,
)
def test_what_shapes_a_translation_changes_its_key(changed: dict[str, Any]) -> None:
    """Owner, languages, what the briefing says and the glossary each make another context."""
    assert context() != context(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"source_review": True},
        {"metadata": {"ticket": 7}},
        {"glossary": [{**TERM, "translations": {"fr": "pile", "en": "battery"}}]},
    ],
    ids=str,
)
def test_what_shapes_no_translation_leaves_the_key(changed: dict[str, Any]) -> None:
    """Metadata, source review and a glossary's other languages make no other context."""
    assert context() == context(**changed)


def test_the_order_of_a_glossary_is_no_content() -> None:
    """A glossary with its rows in another order is the same glossary."""
    other = {"term": "Netz", "translations": {"en": "grid"}}

    assert context(glossary=[TERM, other]) == context(glossary=[other, TERM])


def test_a_term_that_only_forbids_is_not_one_of_another_language() -> None:
    """An entry without translations holds for all languages, one with others' for none here."""
    forbids = {"term": "Akku", "forbidden_alternatives": ["cell"]}

    assert context(glossary=[forbids]) != context(
        glossary=[{**forbids, "translations": {"fr": "batterie"}}]
    )


def test_texts_and_contexts_have_keys_of_their_own() -> None:
    """Another text is another key, and so is the same text with a bar moved between parts."""
    keys = {memory_key("c", "a"), memory_key("c", "b"), memory_key("d", "a")}

    assert len(keys) == 3
    assert import_key("anna", "de", "en", "a") != import_key("annade", "", "en", "a")


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("Ja.", "Yes.", ("Ja.", "Yes.")),
        (
            "<b>Ja</b>, {name}",
            "{name}: <b>yes</b>",
            ("⟦1⟧Ja⟦/1⟧, ⟦v1⟧", "⟦v1⟧: ⟦1⟧yes⟦/1⟧"),
        ),
        (
            "<b>A</b> <i>B</i> <b>C</b>",
            "<i>b</i> <b>a</b> <b>c</b>",
            ("⟦1⟧A⟦/1⟧ ⟦2⟧B⟦/2⟧ ⟦3⟧C⟦/3⟧", "⟦2⟧b⟦/2⟧ ⟦1⟧a⟦/1⟧ ⟦3⟧c⟦/3⟧"),
        ),
        ("<b>Ja</b>", "<i>Yes</i>", ("⟦1⟧Ja⟦/1⟧", "⟦+1⟧Yes⟦+/1⟧")),
        ("Ja", "{v1} ⟦1⟧", ("Ja", "⟦+v1⟧ ⟦+v2⟧1⟦+v3⟧")),
    ],
)
def test_markup_of_a_pair_of_texts_gets_the_same_names(
    source: str, target: str, expected: tuple[str, str]
) -> None:
    """The target's markup takes the names the source's has; what is not there gets others."""
    assert expected == masked_alike(source, target)


def test_markup_is_the_same_when_each_has_its_place() -> None:
    """Placeholders may change their order, but not their number or nesting."""
    source = "⟦1⟧A⟦/1⟧ ⟦v1⟧"

    assert same_markup(source, "⟦v1⟧ ⟦1⟧a⟦/1⟧")
    assert not same_markup(source, "⟦1⟧a⟦/1⟧")
    assert not same_markup(source, "⟦1⟧a⟦/1⟧ ⟦v1⟧ ⟦+v1⟧")
    assert not same_markup(source, "⟦/1⟧a⟦1⟧ ⟦v1⟧")
