"""The model that the programs ask which the bench of costs compares nights with."""

from __future__ import annotations

import json

from tests.bench.baselines.server import REASON, answered, translated


def test_markdown_stays() -> None:
    """Code, tags, variables and addresses stay; all else bears accents."""
    text = "Copy `a/b` to <b>{{ place }}</b>, see [this](https://example.test/x)."
    assert translated(text) == (
        "Çóþý `a/b` ţó <b>{{ place }}</b>, šéé [ţĥíš](https://example.test/x)."
    )


def test_text() -> None:
    """A text is translated, also one that is JSON by chance."""
    assert answered("Copy") == translated("Copy")
    assert answered("2024") == "2024"


def test_pair() -> None:
    """A translation that is to be assessed gets a score and has no errors."""
    asked = json.dumps({"source": "Copy", "translation": "Copia"})
    assert json.loads(answered(asked)) == {"score": 98, "errors": []}


def test_texts_by_key() -> None:
    """Texts by key are translated, pairs by key are graded."""
    asked = {"a": "Copy", "b": {"source": "Copy", "output": "Copia"}}
    assert json.loads(answered(json.dumps(asked))) == {
        "a": translated("Copy"),
        "b": {"binary_score": "yes", "reason": REASON},
    }
