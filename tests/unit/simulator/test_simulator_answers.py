"""What the simulator answers to each task."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.exchange import Exchange
from simulator.replies.script import read_script
from simulator.requests.errors import ApiError
from simulator.settings import SimulatorSettings

_GLOSSARY = '{"forbidden": [], "source": "Lager", "status": "approved", "target": "warehouse"}'


def _ask(question: dict[str, Any], script: str = "", *, exchange: Exchange | None = None) -> Any:
    exchange = exchange or Exchange(SimulatorSettings(rules=read_script(script)))
    params = {
        "model": "claude-sonnet-5-5",
        "max_tokens": 4000,
        "thinking": {"type": "between_tools"},
        "system": _GLOSSARY,
        "messages": [{"role": "user", "content": json.dumps(question)}],
    }
    answered = exchange.finish(exchange.begin(params, "k"), "req_1")
    return json.loads(answered.message["content"][0]["text"])


def _translate(*texts: str, place: str = "") -> dict[str, Any]:
    segments = ["|Around.", *(f"{3 + n}{place}|{text}" for n, text in enumerate(texts))]
    return {"task": "translate", "source_lang": "de", "target_lang": "en", "segments": segments}


def _assess(source: str, translation: str, task: str = "assess") -> dict[str, Any]:
    segment = {"id": 7, "source": source, "translation": translation, "errors": []}
    return {"task": task, "source_lang": "de", "target_lang": "en", "segments": [segment]}


def _rule(event: str, **fields: str | int) -> str:
    lines = [f'event = "{event}"', 'match = "Lager|Haus"']
    lines += [f"{name} = {json.dumps(value)}" for name, value in fields.items()]
    return "\n".join(["[[rule]]", *lines])


def test_translate() -> None:
    """A translation is a pseudo-translation with the glossary's terms in it."""
    assert _ask(_translate("Das Lager ⟦1⟧ist⟦/1⟧ leer.", "Ja.")) == {
        "segments": ["3|Đáš warehouse ⟦1⟧íšţ⟦/1⟧ ļééŕ.", "4|Ĵá."],
        "notes": [],
    }


@pytest.mark.parametrize(
    ("script", "text"),
    [
        (_rule("keep_source"), "Das ⟦1⟧Lager⟦/1⟧"),
        (_rule("ignore_glossary"), "Đáš ⟦1⟧Ļáĝéŕ⟦/1⟧"),
        (_rule("lose_placeholder"), "Đáš warehouse⟦/1⟧"),
        (_rule("empty_text"), ""),
        (_rule("say", text="The store"), "The store"),
        (_rule("longer", factor=2), "Đáš ⟦1⟧warehouse⟦/1⟧ Đáš warehouse"),
        (_rule("shorter", factor=4), "Đ⟦1⟧war⟦/1⟧"),
    ],
)
def test_told_translations(script: str, text: str) -> None:
    """A script changes the translation of the segments that it matches."""
    assert _ask(_translate("Das ⟦1⟧Lager⟦/1⟧"), script)["segments"] == [f"3|{text}"]


def test_note() -> None:
    """A script makes the translator unsure."""
    assert _ask(_translate("Lager"), _rule("note", confidence="medium", note="Hm."))["notes"] == [
        {"id": 3, "confidence": "medium", "note": "Hm."}
    ]


def test_assess() -> None:
    """An assessment finds nothing unless a script says so."""
    assert _ask(_assess("Das Haus", "Đáš Ĥáúš")) == {"assessed": [7], "errors": []}


@pytest.mark.parametrize(
    ("fields", "span"),
    [({}, "Ĥáúš"), ({"span": "source"}, "Haus"), ({"span": "Đáš"}, "Đáš")],
)
def test_told_errors(fields: dict[str, str], span: str) -> None:
    """A scripted error cites the translation, the source or a text of its own."""
    script = _rule("error", severity="critical", explanation="Wrong.", **fields)
    assert _ask(_assess("Das Haus", "Đáš Ĥáúš"), script)["errors"] == [
        {
            "id": 7,
            "severity": "critical",
            "category": "accuracy/mistranslation",
            "span": span,
            "explanation": "Wrong.",
        }
    ]


def test_correct() -> None:
    """A correction is another text than the one corrected."""
    first = _ask(_assess("Das Lager", "Đáš Ļáĝéŕ", "correct"))["segments"][0][2:]
    assert first == "Ďâś warehouse"
    again = _ask(_assess("Das Lager", first, "correct"))["segments"][0][2:]
    assert again == "Đáš warehouse"


def test_review() -> None:
    """A review covers all segments; a script finds an issue in one."""
    question = {
        "task": "review_source",
        "source_lang": "de",
        "segments": ["1|Das Haus", "2|da"],
    }
    assert _ask(question) == {"reviewed": [1, 2], "issues": []}
    script = _rule("issue", suggestion="Hauses", explanation="Case.")
    assert _ask(question, script)["issues"] == [
        {"id": 1, "span": "Haus", "suggestion": "Hauses", "explanation": "Case."}
    ]


def test_brief() -> None:
    """A brief says that it is simulated and lists the terms that occur."""
    question = {"task": "brief", "source_lang": "de", "target_lang": "en", "document": "Das Lager."}
    assert _ask(question) == {
        "summary": "(simulated summary) Đáš Ļáĝéŕ.",
        "terms": [{"source": "Lager", "target": "warehouse"}],
        "problems": [],
    }


@pytest.mark.parametrize(
    "question",
    [
        {"task": "translate", "source_lang": "de", "target_lang": "en", "segments": []},
        {"task": "translate", "source_lang": "de", "target_lang": "en", "segments": ["|a"]},
        {"task": "translate", "source_lang": "de", "segments": ["1|a"]},
        _translate("a", place=".5"),
        _translate("a", place=" Label"),
        {**_translate("a"), "segments": ["1|a", "1|b"]},
        {**_translate("a"), "segments": [{"id": 1, "text": "a"}]},
        {"task": "assess", "source_lang": "de", "target_lang": "en", "segments": [{"id": 1}]},
        {"task": "brief", "source_lang": "de", "target_lang": "en"},
    ],
)
def test_malformed_questions(question: dict[str, Any]) -> None:
    """A known task that lacks what goes with it is refused."""
    with pytest.raises(ApiError) as caught:
        _ask(question)
    assert caught.value.status == 400


def test_asked_twice() -> None:
    """The ledger tells how often a text was asked for, and in how many ways."""
    exchange = Exchange(SimulatorSettings())
    _ask(_translate("a", "b"), exchange=exchange)
    _ask(_translate("a"), exchange=exchange)
    _ask(_translate("a", place=" label max 9"), exchange=exchange)
    assert exchange.ledger.asked() == [
        {
            "task": "translate",
            "key": "eb86660f186e5674b1099cb9f51de2b75a16673c02521ad72593616db6a9fbc2",
            "times": 3,
            "usable": 3,
            "distinct": 2,
        },
        {
            "task": "translate",
            "key": "d4de0ace9912ac49127c197cbb8409ace1ee0bdb129301b1e62d3e82db016d8e",
            "times": 1,
            "usable": 1,
            "distinct": 1,
        },
    ]


def test_each_answer() -> None:
    """The ledger tells what each answer was about and what it cost."""
    exchange = Exchange(SimulatorSettings())
    _ask(_translate("a", "b"), exchange=exchange)
    _ask(_translate("a"), exchange=exchange)
    first, second = exchange.ledger.answers()
    asked = exchange.ledger.asked()
    assert [row["key"] for row in asked] == first["keys"]
    assert second["keys"] == first["keys"][:1]
    assert second["variants"] == first["variants"][:1]
    assert second["task"] == "translate"
    assert (
        sum(row["tokens"]["output_tokens"] for row in (first, second))
        == (exchange.ledger.report()["totals"]["output_tokens"])
    )


@pytest.mark.parametrize(
    ("source", "translation", "severities"),
    [
        ("Das Lager ist heute zu.", "Das Lager ist heute zu.", ["critical"]),
        ("Das Lager", "Das Lager", []),
        ("Das Lager", "Đáš Ļáĝéŕ Das Lager", ["major"]),
        ("Das Lager", "Ñéĥɱéñ Šíé", ["critical"]),
        ("In 14 Tagen", "Íñ 24 Ţáĝéñ", ["major"]),
        ("In 14 ⟦1⟧Tagen⟦/1⟧", "Íñ 14 ⟦1⟧Ţáĝéñ⟦/1⟧", []),
        ("Das Lager", "The warehouse", []),
    ],
    ids=["left", "a name", "both", "another's", "a number", "right", "said by a script"],
)
def test_an_honest_judge(source: str, translation: str, severities: list[str]) -> None:
    """It finds what is none of its own translations of the source, and only that."""
    errors = _ask(_assess(source, translation))["errors"]
    assert [error["severity"] for error in errors] == severities


@pytest.mark.parametrize(
    ("judge", "said"),
    [
        ("same", {("minor", "")}),
        ("severe", {("major", "")}),
        ("quoting", {("minor", "Das Haus"), ("minor", "Der Hof")}),
        ("silent", set()),
    ],
)
def test_bad_judges(judge: str, said: set[tuple[str, str]]) -> None:
    """The same for each text, minor or major; each source quoted; nothing."""
    found = set()
    for source in ("Das Haus", "Der Hof"):
        exchange = Exchange(SimulatorSettings(judge=judge))
        errors = _ask(_assess(source, "Kaputt"), exchange=exchange)["errors"]
        found |= {(error["severity"], error["span"]) for error in errors}
    assert found == said


def test_a_judge_that_throws_dice() -> None:
    """It calls about half of the texts wrong, and the same ones each time."""
    exchange = Exchange(SimulatorSettings(judge="random"))
    first, again = (
        [len(_ask(_assess(f"Haus {n}", "Kaputt"), exchange=exchange)["errors"]) for n in range(200)]
        for _ in range(2)
    )
    assert first == again
    assert 70 < sum(first) < 130
