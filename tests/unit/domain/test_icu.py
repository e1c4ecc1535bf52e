"""ICU messages: a sentence for each choice, and a message again that ICU reads as meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icu4py.messageformat import MessageFormat

from domain.icu.messages import icu_message, plural_categories, plural_samples
from domain.icu.syntax import parse

FILES = "You have {count, plural, =0 {no files} one {# file} other {# files}} in {folder}."
PETS = (
    "{who, select, female {She has {n, plural, one {a cat} other {# cats}}}"
    " other {They''ve {n, plural, one {a cat} other {# cats}}}}"
)
PLACES = "Your {n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}} try"


def _texts(source: str, lang: str) -> list[str]:
    message = icu_message(source, lang)
    assert message is not None
    return [branch.text for branch in message.branches]


def test_a_sentence_for_each_choice() -> None:
    """The target's categories count, and what is around a choice is in each sentence."""
    message = icu_message(FILES, "pl")
    assert message is not None
    assert [(branch.text, branch.note) for branch in message.branches] == [
        ("You have no files in {folder}.", "count is 0"),
        ("You have {count} file in {folder}.", "count is one, such as 1"),
        ("You have {count} files in {folder}.", "count is few, such as 2, 3, 4, 22"),
        ("You have {count} files in {folder}.", "count is many, such as 0, 5, 6, 7"),
        ("You have {count} files in {folder}.", "count is other, such as 0.5, 1.5"),
    ]
    assert message.join(["Nie masz {folder}.", "1", "2 {count}", "5", "x"]) == (
        "{count, plural, =0 {Nie masz {folder}.} one {1} few {2 #} many {5} other {x}}"
    )


def test_choices_in_choices() -> None:
    """Each combination is a sentence; they are put together from the outer choice in."""
    assert _texts(PETS, "ja") == ["She has {n} cats", "They've {n} cats"]
    message = icu_message(PETS, "de")
    assert message is not None
    assert message.join(["Sie hat eine", "Sie hat {n}", "Sie haben eine", "Sie haben {n}"]) == (
        "{who, select, female {{n, plural, one {Sie hat eine} other {Sie hat #}}}"
        " other {{n, plural, one {Sie haben eine} other {Sie haben #}}}}"
    )


def test_a_choice_in_one_branch_only() -> None:
    """What a choice has no part in is asked for once, and ICU reads all of it as meant."""
    message = icu_message(
        "{g, select, a {{n, plural, one {a file} other {# files}}} other {Nothing}}", "pl"
    )
    assert message is not None
    assert [branch.note for branch in message.branches][-1] == "g is other"
    assert [branch.text for branch in message.branches].count("Nothing") == 1
    joined = message.join(["1", "2 {n}", "3 {n}", "4 {n}", "Nic"])
    said = [MessageFormat(joined, "pl").format({"g": g, "n": n}) for g, n in (("a", 3), ("x", 3))]
    assert said == ["2 3", "Nic"]


@pytest.mark.parametrize("source", [FILES, PETS, PLACES, "{n,plural,offset:1 other{x #}}"])
@pytest.mark.parametrize("lang", ["de", "pl", "ja", "ar", "fr"])
def test_its_own_texts_give_it_back(source: str, lang: str) -> None:
    """Untranslated, a message is as it was, to the character."""
    message = icu_message(source, lang)
    assert message is not None
    assert message.join([branch.text for branch in message.branches]) == source


COUNTS = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}
WORDS = st.text(st.sampled_from("ab '’{}#|<\"\\é"), max_size=12)


@settings(max_examples=200)
@given(st.lists(WORDS, min_size=6, max_size=6))
def test_icu_reads_what_was_meant(words: list[str]) -> None:
    """Apostrophes, braces and `#` in a translation are text to ICU itself."""
    message = icu_message("{n, plural, one {# of {m}} other {# of {m}}}", "ar")
    assert message is not None
    texts = [f"{word}{{m}}{word}{{n}}{word}" for word in words]
    joined = message.join(texts)
    assert parse(joined) is not None
    categories = plural_categories("ar")
    for category, word in zip(categories, words, strict=True):
        said = MessageFormat(joined, "ar").format({"n": COUNTS[category], "m": "M"})
        number = MessageFormat("{n, plural, other {#}}", "ar").format({"n": COUNTS[category]})
        assert said == f"{word}M{word}{number}{word}"


@pytest.mark.parametrize("kind", ["plural", "selectordinal"])
@pytest.mark.parametrize("offset", [0, 1])
@pytest.mark.parametrize("lang", ["ar", "cs", "cy", "ga", "ja", "lv", "pl", "sl"])
def test_icu_takes_each_branch_for_its_numbers(lang: str, offset: int, kind: str) -> None:
    """In a choice within a choice too, ICU says what was written for a number's category."""
    head = f"n, {kind}, offset:{offset}"
    source = f"{{g, select, a {{{{{head} =0 {{x}} other {{# y}}}}}} other {{z}}}}"
    message = icu_message(source, lang)
    assert message is not None
    categories = plural_categories(lang, ordinal=kind == "selectordinal")
    joined = message.join(["none", *categories, "no number"])

    assert MessageFormat(joined, lang).format({"g": "a", "n": 0}) == "none"
    assert MessageFormat(joined, lang).format({"g": "b", "n": 1}) == "no number"
    for category in categories:
        for sample in plural_samples(lang, category, ordinal=kind == "selectordinal"):
            number = float(sample) + offset
            value = int(number) if number.is_integer() else number
            if value:
                assert MessageFormat(joined, lang).format({"g": "a", "n": value}) == category


@settings(max_examples=200)
@given(st.text(st.sampled_from("ab'{}#, =0nother plural select one"), max_size=40))
def test_what_icu_refuses_is_no_message(text: str) -> None:
    """What has choices to us has choices to ICU."""
    source = f"{{n, plural, other {{{text}}}}}"
    if icu_message(source, "de") is not None:
        MessageFormat(source, "de")


@pytest.mark.parametrize(
    "text",
    [
        "plain text",
        "{name}",
        "{n, plural, one {x}}",
        "{n, plural, one {x} one {y} other {z}}",
        "{n, plural, one {x other {y}}",
        "{n, plural, other {x}} }",
        "{n, plural, one {a} other {b}} {n, plural, =0 {c} other {d}}",
        "{n, select,}",
        "{n, plural, other {{a.b}}}",
        "{n, plural, other {{=}}}",
        "{n, plural, other {{00}}}",
        "{n, plural, other {{e, b}}}",
        "{n-1, plural, other {x}}",
        "{n, select, a-b {x} other {y}}",
        "{" * 50_000 + ", plural, ",
        "{n, plural, other " * 5_000,
        "".join(f"{{a{n}, select, x {{1}} y {{2}} other {{3}}}}" for n in range(9)),
    ],
)
def test_what_is_left_alone(text: str) -> None:
    """No choices, wrong syntax, two choices that differ, or too many sentences."""
    assert icu_message(text, "de") is None


def test_samples_belong_to_their_category() -> None:
    """The numbers a translator is told are those that CLDR counts to the category."""
    assert plural_samples("ru", "few") == ("2", "3", "4", "22")
    assert plural_samples("en", "two", ordinal=True) == ("2", "22", "102")
    assert plural_categories("ja") == ("other",)
    assert plural_categories("cy") == ("zero", "one", "two", "few", "many", "other")


def test_linear_time() -> None:
    """A megabyte of openings is read at once."""
    assert icu_message("{n, plural, other {" + "'{" * 500_000, "de") is None
