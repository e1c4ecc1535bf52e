"""Scripts and fault rates."""

from __future__ import annotations

import pytest

from simulator.misbehaviour.faults import Chance, check_rates, pick
from simulator.replies.script import Script, ScriptError, read_script
from simulator.requests.questions import Asked, Question


def _question(*sources: str, task: str = "translate", target: str = "en") -> Question:
    asked = (Asked(n, source, "", "") for n, source in enumerate(sources))
    return Question(task, "de", target, tuple(asked))


def _script(text: str) -> Script:
    return Script(read_script(text))


def test_match() -> None:
    """A rule applies where its expression is found in a segment of its task."""
    script = _script('[[rule]]\ntask = "translate"\nmatch = "La.er"\nevent = "keep_source"')
    found = script.happenings(_question("Im Lager", "Im Haus"))
    assert [(n, [h[1] for h in hs]) for n, hs in found.segments.items()] == [(0, ["Lager"])]
    assert script.happenings(_question("Im Lager", task="assess")).segments == {}


def test_asked() -> None:
    """With `asked`, a rule applies to questions of models of such a name."""
    script = _script('[[rule]]\nevent = "note"\nasked = "^gpt"')
    assert script.happenings(_question("a"), model="claude-haiku-5-5").segments == {}
    assert list(script.happenings(_question("a"), model="gpt-5.1").segments) == [0]


def test_times() -> None:
    """A rule is used up after so many times, over all requests."""
    script = _script('[[rule]]\nmatch = "a"\nevent = "empty_text"\ntimes = 2')
    used = [list(script.happenings(_question("a", "a", "a")).segments) for _ in range(2)]
    assert used == [[0, 1], []]


def test_each() -> None:
    """With `each`, every text and language pair has its own count."""
    script = _script('[[rule]]\nevent = "note"\ntask = "translate"\ntimes = 1\neach = true')
    assert list(script.happenings(_question("a", "b")).segments) == [0, 1]
    assert list(script.happenings(_question("a", "c")).segments) == [1]
    assert list(script.happenings(_question("a", target="fr")).segments) == [0]


def test_target_lang() -> None:
    """A rule can be for one target language."""
    script = _script('[[rule]]\nevent = "empty_text"\ntarget_lang = "fr"')
    assert script.happenings(_question("a")).segments == {}
    assert list(script.happenings(_question("a", target="fr")).segments) == [0]


def test_whole() -> None:
    """One event befalls the whole request, and uses its rule up once."""
    script = _script('[[rule]]\nmatch = "a"\nevent = "status"\nstatus = 500\ntimes = 1')
    whole = script.happenings(_question("a", "a")).whole
    assert whole is not None
    assert whole.status == 500
    assert script.happenings(_question("a")).whole is None


def test_anywhere() -> None:
    """With `anywhere`, a whole event befalls each request that holds the text, context included."""
    script = _script('[[rule]]\nmatch = "Gift"\nevent = "status"\nstatus = 400\nanywhere = true')
    assert script.happenings(_question("a"), 'before: "Gift"').whole is not None
    assert script.happenings(_question("a"), "nothing").whole is None
    with pytest.raises(ScriptError, match="rule 1: anywhere is for"):
        _script('[[rule]]\nevent = "error"\nanywhere = true')


def test_whole_comes_first() -> None:
    """A rule for a segment is not used up by a request that fails as a whole."""
    script = _script(
        '[[rule]]\nevent = "empty_text"\ntimes = 1\n[[rule]]\nevent = "refuse"\ntimes = 1'
    )
    first, second = (script.happenings(_question("a")) for _ in range(2))
    assert (first.whole is not None, first.segments) == (True, {})
    assert (second.whole, list(second.segments)) == (None, [0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[rule", "Expected"),
        ('x = 1\n[[rule]]\nevent = "drop"', "nothing else"),
        ('[[rule]]\nevent = "drop"\ncolour = "red"', "rule 1: unknown field 'colour'"),
        ('[[rule]]\nevent = "explode"', "rule 1: unknown event 'explode'"),
        ('[[rule]]\nmatch = "a"', "rule 1: unknown event None"),
        ('[[rule]]\nevent = "drop"\nmatch = "("', "rule 1: match is no regular expression"),
        ('[[rule]]\nevent = "drop"\ntimes = "two"', "rule 1: times must be a int"),
        ('[[rule]]\nevent = "drop"\ntimes = 0', "rule 1: times must be at least 1"),
        ('[[rule]]\nevent = "error"\ntask = "translate"', "rule 1: 'error' happens in assess only"),
        ('[[rule]]\nevent = "drop"\ntask = "dream"', "rule 1: 'drop' happens in"),
    ],
)
def test_bad_scripts(text: str, message: str) -> None:
    """A script that can't be used says which rule and why."""
    with pytest.raises(ScriptError, match=message.replace("(", "\\(")):
        read_script(text)


def test_chance_repeats() -> None:
    """The same seed gives a request the same chances, in whatever order requests come."""
    one, two = Chance(7), Chance(7)
    first = [one.draw(b"a"), one.draw(b"b"), one.draw(b"a")]
    second = [two.draw(b"b"), two.draw(b"a"), two.draw(b"a")]
    assert first == [second[1], second[0], second[2]]
    assert first[0] != first[2]
    assert Chance(8).draw(b"a") != first[0]


def test_pick() -> None:
    """Each fault has its rate's share of the numbers."""
    rates = {"429": 0.1, "empty": 0.2}
    assert [pick(rates, n) for n in (0.0, 0.09, 0.11, 0.29, 0.31)] == [
        "429",
        "429",
        "empty",
        "empty",
        None,
    ]


def test_shares() -> None:
    """Over many requests a fault comes about as often as its rate says."""
    chance = Chance(1)
    hits = sum(pick({"drop": 0.3}, chance.draw(b"%d" % n)) is not None for n in range(2000))
    assert 540 < hits < 660


@pytest.mark.parametrize("rates", [{"flood": 0.1}, {"429": -0.1}, {"429": 0.6, "500": 0.6}])
def test_bad_rates(rates: dict[str, float]) -> None:
    """Unknown faults and impossible rates are refused."""
    with pytest.raises(ValueError, match=r"fault|rate"):
        check_rates(rates)
