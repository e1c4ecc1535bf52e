"""Each kind of damage to each kind of markup is seen, and no right answer is taken for damage."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.placeholders.masking import Masked, differences, mask, restore
from domain.placeholders.merging import merged
from domain.placeholders.repair import repaired

_SOURCES = {
    "Markdown link": "Lies [die Anleitung](https://a.example/x) und [mehr](b.md) jetzt.",
    "code span": "Starte `run.sh` im <b>Ordner `bin`</b> jetzt.",
    "HTML tag": "Ein <b>fetter</b> und <i>schräger</i> Text<br>hier.",
    "printf": "Datei %1$s im <b>Ordner %2$d</b> fehlt.",
    "ICU argument": "Es {n, plural, one {ist # Tag} other {sind # Tage}} bis <b>zum {d, date}</b>.",
    "template braces": "Hallo {{ user.name }}, im <b>Korb von {shop}</b> liegt es.",
    "XLIFF inline": 'Ein <g id="1">Wort</g> und <g id="2">noch<x id="3"/> eins</g> hier.',
    "HTML entity": "Müller&nbsp;GmbH und <b>Co&amp;Co</b> hier.",
}

_PLACEHOLDER = re.compile(r"⟦[^⟦⟧]*⟧")


def _ours(masked: Masked) -> str:
    """The last placeholder of the kind under test: no tag around it, where it is a variable."""
    names = [name for name in masked.table if name.startswith("v")] or list(masked.table)
    return f"⟦{names[-1]}⟧"


def _lost(masked: Masked) -> str:
    return masked.text.replace(_ours(masked), "")


def _doubled(masked: Masked) -> str:
    return masked.text.replace(_ours(masked), _ours(masked) * 2)


def _invented(masked: Masked) -> str:
    return masked.text.replace(_ours(masked), _ours(masked) + " ⟦v9⟧")


def _invented_pair(masked: Masked) -> str:
    return f"⟦8⟧{masked.text}⟦/8⟧"


def _renamed(masked: Masked) -> str:
    return masked.text.replace(_ours(masked), "⟦v9⟧")


def _tag_written_out(masked: Masked) -> str:
    return f"{masked.text} <em>"


def _variable_written_out(masked: Masked) -> str:
    return f"{masked.text} {{neu}}"


def _stray_bracket(masked: Masked) -> str:
    return masked.text.replace(_ours(masked), _ours(masked) + "⟧")


def _broken_bracket(masked: Masked) -> str:
    return masked.text.replace(_ours(masked), _ours(masked)[:-1])


def _translated(masked: Masked) -> str:
    name = _ours(masked)
    return masked.text.replace(name, masked.table[name[1:-1]].swapcase() + "?")


def _moved_pair(masked: Masked) -> str:
    """All that stands in the last pair, and is no variable of its own, out of it or into it."""
    names = _PLACEHOLDER.findall(masked.text)
    inner = next((n for n in names if n[1] in "vx"), None)
    if inner is None:
        return re.sub(r"⟦/1⟧(.*)⟦2⟧(.*)⟦/2⟧", r"\1⟦2⟧\2⟦/2⟧⟦/1⟧", masked.text)
    pair = names[-1] if names[-1].startswith("⟦/") else "⟦/1⟧"
    without = masked.text.replace(inner, "", 1)
    inside = masked.text.find(inner) > masked.text.find(pair.replace("/", ""))
    return inner + without if inside else without.replace(pair, inner + pair)


def _swapped_ends(masked: Masked) -> str:
    swapped = {"⟦1⟧": "⟦/1⟧", "⟦/1⟧": "⟦1⟧"}
    return _PLACEHOLDER.sub(lambda match: swapped.get(match[0], match[0]), masked.text)


def _unclosed(masked: Masked) -> str:
    return masked.text.replace("⟦/1⟧", "")


def _opened_twice(masked: Masked) -> str:
    return masked.text.replace("⟦/1⟧", "⟦1⟧")


_DAMAGES: dict[str, Callable[[Masked], str]] = {
    "lost": _lost,
    "doubled": _doubled,
    "invented": _invented,
    "invented pair": _invented_pair,
    "renamed": _renamed,
    "tag written out": _tag_written_out,
    "variable written out": _variable_written_out,
    "stray bracket": _stray_bracket,
    "broken bracket": _broken_bracket,
    "translated or changed": _translated,
    "moved into or out of a pair": _moved_pair,
    "ends swapped": _swapped_ends,
    "unclosed": _unclosed,
    "opened twice": _opened_twice,
}


@pytest.mark.parametrize("kind", _SOURCES)
@pytest.mark.parametrize("damage", _DAMAGES)
def test_damage_is_seen(kind: str, damage: str) -> None:
    """An answer with this damage is refused, and no repair takes it for right."""
    masked = mask(_SOURCES[kind])
    damaged = _DAMAGES[damage](masked)
    assert damaged != masked.text
    assert differences(masked, damaged)
    assert repaired(masked, damaged) == damaged


@pytest.mark.parametrize("kind", ["Markdown link", "HTML tag", "XLIFF inline"])
def test_crossed_pairs_are_seen(kind: str) -> None:
    """Pairs that overlap are refused."""
    masked = mask(_SOURCES[kind])
    crossed = masked.text.replace("⟦/1⟧", "").replace("⟦/2⟧", "⟦/1⟧⟦/2⟧")
    assert "cross" in differences(masked, crossed)[0]


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("A <b>bold.", "⟦1⟧ ⟦b1⟧"),
        ("end</b> and <b>begin", "⟦b2⟧Anfang und⟦b1⟧ Ende"),
        ("<i>a <b>b", "⟦b1⟧b ⟦i1⟧a"),
        ("<i>x</i> <b>y", "⟦1⟧x ⟦b1⟧y⟦/1⟧"),
        ("<b>[x</b>](u)", "⟦link1⟧⟦1⟧x⟦/1⟧⟦link2⟧"),
    ],
)
def test_tags_without_partner(source: str, answer: str) -> None:
    """A tag whose partner is in another sentence stays outside of pairs, and in its order."""
    assert differences(mask(source), answer)


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("Press <Enter> after <Tab>.", "Nach ⟦tab1⟧ drücke ⟦enter1⟧."),
        ("{n} of <b>{n}</b>", "⟦v2⟧ von ⟦1⟧⟦v1⟧⟦/1⟧"),
        ("a</b> b <i>c", "x⟦b1⟧ y ⟦i1⟧z"),
        ("<b>1</b> <b>2</b>", "⟦2⟧2⟦/2⟧\u200f ⟦1⟧1⟦/1⟧\u00a0"),
        ("<ph id='1'/> a <g id='2'/>", "⟦g1⟧ a ⟦ph1⟧"),
        ("Read {see the note} on.", "Lies {Notiz} weiter."),
        ("Use ls.", "Nimm `ls` auf https://example.org."),
        ("5 percent, a<b", "5 % davon, a<b"),
    ],
)
def test_right_answers(source: str, answer: str) -> None:
    """What may be otherwise in another language is no damage."""
    assert differences(mask(source), answer) == ()


_LEAVES = st.sampled_from(
    ["Wort", "a, b", "l'", "\u00a0", "\u200f", *("{x}", "%s", "`c`", "<br>", "&amp;", "{{y}}")]
)
_PAIRS = (("<b>", "</b>"), ("<g id='1'>", "</g>"), ("<i class='x'>", "</i>"))
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.tuples(st.sampled_from(_PAIRS), st.lists(inner, max_size=4)),
    max_leaves=12,
)


def _flat(tree: object, order: Callable[[list[object]], list[object]]) -> str:
    """Markup of a tree whose siblings stand in an order."""
    if isinstance(tree, str):
        return tree
    assert isinstance(tree, tuple)
    (opening, closing), children = tree
    inner = " ".join(_flat(child, order) for child in order(list(children)))
    return f"{opening}{inner}{closing}"


def _nested(text: str, order: Callable[[list[str]], list[str]]) -> str:
    """A masked text whose parts stand in another order within each pair."""
    levels: list[list[str]] = [[]]
    opened: list[str] = []
    for part in re.findall(r"⟦[^⟦⟧]*⟧|[^⟦⟧]+", text):
        if part[1:-1].isdigit():
            opened.append(part)
            levels.append([])
        elif part.startswith("⟦/"):
            inner = "".join(order(levels.pop()))
            levels[-1].append(opened.pop() + inner + part)
        else:
            levels[-1].append(part)
    return "".join(order(levels.pop()))


@given(trees=st.lists(_TREES, max_size=5), random=st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_valid_reorderings_are_no_damage(trees: list[object], random: object) -> None:
    """Parts in another order, each within its pair, are a right answer."""
    masked = mask(" ".join(_flat(tree, list) for tree in trees))
    shuffled = _nested(masked.text, lambda parts: random.sample(parts, len(parts)))  # type: ignore[attr-defined]
    assert differences(masked, shuffled) == ()
    assert repaired(masked, shuffled) == shuffled


@given(trees=st.lists(_TREES, max_size=5), random=st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_merged_placeholders_are_those_of_the_source(trees: list[object], random: object) -> None:
    """Fewer placeholders give back the same text, in whatever order an answer has them."""
    masked = mask(" ".join(_flat(tree, list) for tree in trees))
    fewer = merged(masked)
    if fewer is None:
        return
    assert restore(fewer.text, fewer) == masked.text
    assert len(fewer.table) < len(masked.table)
    shuffled = _nested(fewer.text, lambda parts: random.sample(parts, len(parts)))  # type: ignore[attr-defined]
    assert differences(fewer, shuffled) == ()
    assert differences(masked, restore(shuffled, fewer)) == ()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<a><b>x</b></a>", "⟦1⟧x⟦/1⟧"),
        ("<p><b></b>{x}{y} hi <br></p>", "⟦1⟧⟦v1⟧ hi ⟦/1⟧"),
        ("[![alt](u)](v) and <i>{z}</i>", "⟦1⟧alt⟦/1⟧ and ⟦v1⟧"),
        ("<b>a</b> {x}", None),
        ("<b>{n} files</b>", None),
        ("plain", None),
    ],
)
def test_merged(source: str, expected: str | None) -> None:
    """What touches is merged, and a variable among words keeps its freedom."""
    fewer = merged(mask(source))
    assert (fewer and fewer.text) == expected


_SOURCE = mask("<p>Ein <b>fetter</b> Text</p> von {name}.<br>")
_RIGHT = "⟦1⟧A ⟦2⟧bold⟦/2⟧ text⟦/1⟧ by ⟦v1⟧.⟦br1⟧"


@pytest.mark.parametrize(
    "answer",
    [
        "[[1]]A [[2]]bold[[/2]] text[[/1]] by [[v1]].[[br1]]",
        "⟦ 1 ⟧A ⟦2 ⟧bold⟦ /2⟧ text⟦/ 1⟧ by ⟦ v1 ⟧.⟦br 1⟧",
        "⟦１⟧A ⟦２⟧bold⟦／２⟧ text⟦/１⟧ by ⟦ｖ１⟧.⟦br１⟧",
        "⟦١⟧A ⟦٢⟧bold⟦/٢⟧ text⟦/١⟧ by ⟦v١⟧.⟦br١⟧",
        "⟦1⟧A ⟦2⟧bold⟦2/⟧ text⟦\\1⟧ by ⟦V1⟧.⟦BR1⟧",
        "⟦1⟧A ⟦2⟧bold⟦/2⟧ text⟦/1⟧ by ⟦\u200fv1\u200e⟧.⟦br1\u200b⟧",
        "【1】A 〚2〛bold〚/2〛 text［/1］ by ［［v1］］.⟦br1⟧",
        "\\u27e61\\u27e7A ⟦2⟧bold⟦/2⟧ text&#10214;/1&#10215; by ⟦v1⟧.⟦br1⟧",
        "<p>A <b>bold</b> text</p> by {name}.<br>",
        "⟦1⟧A ⟦2⟧bold⟦/2⟧ text⟦/1⟧ by {name}.⟦br1⟧",
    ],
)
def test_repairs(answer: str) -> None:
    """A placeholder that can be meant in one way only is written as it is to be."""
    assert repaired(_SOURCE, answer) == _RIGHT


@pytest.mark.parametrize(
    "answer",
    [
        "[[1]]A [[2]]bold[[2]] text[[/1]] by [[v1]].[[br1]]",
        "[[1]]A [[3]]bold[[/3]] text[[/1]] by [[v1]].[[br1]]",
        "⟦1⟧A ⟦2⟧bold⟦/2⟧ text⟦/1⟧ by {name} {name}.⟦br1⟧",
        "⟦1⟧A ⟦2⟧bold⟦/2⟧ text⟦/1⟧ by {nombre}.⟦br1⟧",
        "[[1]]A [[2]]bold[[/1]] text[[/2]] by [[v1]].[[br1]]",
        "[[1]]A ⟦2⟧bold⟦/2⟧ text⟦/1⟧ by ⟦v1⟧.",
    ],
)
def test_no_repair_by_guess(answer: str) -> None:
    """Where another fault is left, nothing is changed."""
    assert repaired(_SOURCE, answer) == answer


def test_same_variable_under_the_wrong_name() -> None:
    """Of two placeholders for the same variable, one may stand in place of the other."""
    assert repaired(mask("{n} of {n}"), "⟦v1⟧ von ⟦v1⟧") == "⟦v1⟧ von ⟦v2⟧"
    assert repaired(mask("{n} of {m}"), "⟦v1⟧ von ⟦v1⟧") == "⟦v1⟧ von ⟦v1⟧"


def test_brackets_of_the_text_are_no_placeholders() -> None:
    """What the source's prose has in such brackets is left alone."""
    masked = mask("See [[1]] and <b>x</b>.")
    answer = "Siehe [[1]] und ⟦1⟧x⟦/1⟧."
    assert repaired(masked, answer) == answer
    assert differences(masked, "Siehe [[1]] und ⟦ 1 ⟧x⟦/1⟧.")
    assert repaired(masked, "Siehe [[1]] und ⟦ 1 ⟧x⟦/1⟧.") == answer


@pytest.mark.cpu_timeout(60)
@pytest.mark.parametrize("unit", ["[[", "⟦1", "⟦v1⟧", "&#10214;", "{x}", "<b>", "［［"])
def test_linear(unit: str) -> None:
    """No answer makes a repair take quadratic time."""
    repaired(mask("<b>x</b> {x}"), unit * (200_000 // len(unit)))
