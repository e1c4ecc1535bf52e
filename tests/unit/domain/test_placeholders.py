"""Placeholders: masking, restoring, and what is wrong with an answer."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.placeholders.masking import Masked, differences, mask, restore, strip

_NASTY = [
    *("<b>", "</b>", "<i x='1'>", "</i>", "<br/>", "<!--", "-->", "<code>", "</code>", "<a ", '"'),
    *("`", "``", "[", "]", "![", "](u)", "](<v> 't')", "][r]", "[^1]", "(", ")", "\\", "\n\n"),
    *(
        "{",
        "}",
        "{{",
        "}}",
        "${",
        "{n, plural, ",
        "one {#}",
        "{x}",
        "%",
        "%s",
        "%1$s",
        "%(a)d",
        "1",
    ),
    *("⟦", "⟧", "⟦1⟧", "⟦/1⟧", "⟦v1⟧", "&amp;", "&uuml;", "http://a.b/c", "www.x", "a@b.de", "'"),
    *(" ", "x", "é", "你", "\ud800", "\x00"),
]
_TEXTS = st.lists(st.one_of(st.sampled_from(_NASTY), st.text(max_size=3)), max_size=30).map("".join)


@given(_TEXTS)
@settings(max_examples=200)
def test_restore_gives_back_the_source(text: str) -> None:
    """Masking and restoring leaves every text as it was."""
    masked = mask(text)
    assert restore(masked.text, masked) == text


@given(_TEXTS)
@settings(max_examples=200)
def test_source_differs_in_nothing_from_itself(text: str) -> None:
    """The masked source, given back unchanged, is a right answer."""
    masked = mask(text)
    assert differences(masked, masked.text) == ()


def test_pair() -> None:
    """An opening and its closing tag become a pair."""
    assert mask('Das ist <b class="x">wichtig</b>.') == Masked(
        "Das ist ⟦1⟧wichtig⟦/1⟧.", {"1": '<b class="x">', "/1": "</b>"}
    )


def test_nested_pairs() -> None:
    """Pairs are numbered in the order in which they open."""
    assert mask("<a><b>x</b></a><b>y</b>").text == "⟦1⟧⟦2⟧x⟦/2⟧⟦/1⟧⟦3⟧y⟦/3⟧"


def test_void_and_unpaired_tags() -> None:
    """A void element and a tag without its partner are named for their element."""
    assert mask("a<br>b<br/>c</p> <IMG src=x> <x:y z='1'>") == Masked(
        "a⟦br1⟧b⟦br2⟧c⟦p1⟧ ⟦img1⟧ ⟦xy1⟧",
        {"br1": "<br>", "br2": "<br/>", "p1": "</p>", "img1": "<IMG src=x>", "xy1": "<x:y z='1'>"},
    )


def test_crossing_tags() -> None:
    """Of two pairs that cross, the one that is closed too late is no pair."""
    assert mask("<b><i>x</b></i>").text == "⟦1⟧⟦i1⟧x⟦/1⟧⟦i2⟧"


def test_variables() -> None:
    """Each occurrence of a variable has a name of its own."""
    assert mask("{n} of {n}, ⟦1⟧") == Masked(
        "⟦v1⟧ of ⟦v2⟧, ⟦v3⟧1⟦v4⟧", {"v1": "{n}", "v2": "{n}", "v3": "⟦", "v4": "⟧"}
    )


def test_tag_named_like_a_variable() -> None:
    """A tag called `v` and a variable don't share a name."""
    assert mask("<v>{x}").table == {"v1": "<v>", "v2": "{x}"}


def test_strip() -> None:
    """A pair leaves nothing behind, a variable or void element a space."""
    assert strip("Un⟦1⟧glaub⟦/1⟧lich⟦br1⟧viele: ⟦v1⟧") == "Unglaublich viele:  "


_SOURCE = "⟦1⟧Ein ⟦2⟧fetter⟦/2⟧ Text⟦/1⟧ von ⟦v1⟧.⟦br1⟧"
_MASKED = mask("<p>Ein <b>fetter</b> Text</p> von {name}.<br>")


def test_order_is_free() -> None:
    """Placeholders may stand in another order."""
    assert _MASKED.text == _SOURCE
    assert differences(_MASKED, "⟦br1⟧⟦v1⟧'s ⟦1⟧text, a ⟦2⟧bold⟦/2⟧ one⟦/1⟧") == ()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("⟦1⟧A ⟦2⟧bold⟦/2⟧ text⟦/1⟧ by ⟦v1⟧.", ["⟦br1⟧ is missing"]),
        (
            "⟦1⟧A bold text⟦/1⟧ by ⟦v1⟧.⟦br1⟧",
            ["⟦2⟧ is missing", "⟦/2⟧ is missing"],
        ),
        (
            "⟦1⟧A ⟦2⟧bold⟦/2⟧ ⟦v1⟧ text⟦/1⟧ by ⟦v1⟧.⟦br1⟧",
            ["⟦v1⟧ stands 2 times instead of 1"],
        ),
        (
            "⟦1⟧A ⟦2⟧bold⟦/2⟧ ⟦9⟧ text⟦/1⟧ by ⟦v1⟧.⟦br1⟧",
            ["⟦9⟧ is not in the source"],
        ),
        (
            "⟦1⟧A ⟦2⟧bold⟦/2⟧ text⟦/1⟧ by ⟦ v1 ⟧.⟦br1⟧",
            ["⟦v1⟧ is missing", "⟦ v1 ⟧ is not in the source"],
        ),
        (
            "⟦1⟧A ⟦2⟧bold⟦/2⟧ text⟦/1⟧ by ⟦v1⟧.⟦br1⟧⟧ or ⟦",
            [
                "a single ⟦ stands outside of any placeholder",
                "a single ⟧ stands outside of any placeholder",
            ],
        ),
        (
            "⟦/1⟧A ⟦2⟧bold⟦/2⟧ text⟦1⟧ by ⟦v1⟧.⟦br1⟧",
            ["⟦/1⟧ closes before ⟦1⟧ opens"],
        ),
        (
            "⟦1⟧A ⟦2⟧bold⟦/1⟧ text⟦/2⟧ by ⟦v1⟧.⟦br1⟧",
            ["⟦1⟧ and ⟦2⟧ cross: ⟦/2⟧ must stand before ⟦/1⟧"],
        ),
        (
            "⟦1⟧A⟦/1⟧ ⟦2⟧bold⟦/2⟧ text by ⟦v1⟧.⟦br1⟧",
            ["⟦2⟧…⟦/2⟧ must stand inside ⟦1⟧…⟦/1⟧, as in the source"],
        ),
        (
            "⟦2⟧A ⟦1⟧bold⟦/1⟧ text⟦/2⟧ by ⟦v1⟧.⟦br1⟧",
            [
                "⟦1⟧…⟦/1⟧ must stand outside of every other pair, as in the source",
                "⟦2⟧…⟦/2⟧ must stand inside ⟦1⟧…⟦/1⟧, as in the source",
            ],
        ),
    ],
)
def test_wrong_answers(answer: str, expected: list[str]) -> None:
    """A lost, doubled, invented or misnested placeholder is named."""
    assert list(differences(_MASKED, answer)) == expected


def test_restore_leaves_the_unknown() -> None:
    """A placeholder that the source doesn't have stays, for `differences` to find."""
    assert restore("⟦v1⟧ ⟦v7⟧", mask("{x}")) == "{x} ⟦v7⟧"
