"""The bench of precision reads pages whose structure matches, and writes each finding."""

from __future__ import annotations

import json

from tests.bench import precision

PAGE = "# oven\n\n> Bakes bread.\n\n- Bake 3 loaves (at once):\n\n`oven {{loaf}}`\n"


def test_findings_of_a_small_corpus(tmp_path, monkeypatch, capsys):
    """A page with other code is passed over; a finding names its check, file and texts."""
    for name, text in {
        "pages/oven.md": PAGE,
        "pages/pan.md": PAGE,
        "pages.de/oven.md": PAGE.replace("Bakes bread", "Backt Brot")
        .replace("Bake 3 loaves (at once)", "Backt 4 Brote (auf einmal)")
        .replace("{{loaf}}", "{{brot}}"),
        "pages.de/pan.md": PAGE.replace("oven {{", "pan {{").replace("3", "5"),
        "pages.de/pot.md": PAGE,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    written = tmp_path / "findings.jsonl"
    arguments = ["precision", "--corpus", str(tmp_path), "--findings", str(written)]
    monkeypatch.setattr("sys.argv", arguments)

    precision.main()

    assert "de: 1 of 2 pages have the structure of their original" in capsys.readouterr().out
    assert [json.loads(line) for line in written.read_text().splitlines()] == [
        {
            "check": "numbers",
            "where": "pages.de/oven.md",
            "lang": "de",
            "source": "Bake 3 loaves (at once):",
            "translation": "Backt 4 Brote (auf einmal):",
            "severity": "major",
            "category": "accuracy/number",
            "span": "4",
            "explanation": "The number 3 became 4.",
        }
    ]
