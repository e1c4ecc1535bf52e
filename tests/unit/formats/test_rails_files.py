"""Rails' locale files: what Ruby reads of them is what it read before, but for the texts."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from formats.data.yaml_values import YamlFormat

YAML_FORMAT = YamlFormat()
RUBY = shutil.which("ruby")

LOCALE = """\
en:
  date:
    formats: {default: "%Y-%m-%d", long: "%B %d, %Y"}
    month_names: [~, January, February]
    order:
    - :year
    - :month
    quoted:
      - :day
      - :"a symbol"
  number:
    format: {separator: ".", significant: false, precision: 3}
    precision: 1_000
    time: 12:30
  said: ":no symbol"
  also_said: ':neither'
  colon: "Note: read this"
  html: "<b>Bold</b>"
  fallback: &fallback Some text
  other: *fallback
"""

SYMBOLS = {
    "order": [":year", ":month"],
    "quoted": [":day", ":a symbol"],
}

READ = """
require "yaml"
require "json"
require "date"
def shown(value)
  case value
  when Hash then value.to_h { |key, inner| [key, shown(inner)] }
  when Array then value.map { |inner| shown(inner) }
  when Symbol then ":" + value.to_s
  when String then "s " + value
  else value
  end
end
print JSON.dump(shown(YAML.load($stdin.read, permitted_classes: [Symbol, Date], aliases: true)))
"""


def as_ruby_reads(data: bytes) -> dict[str, object]:
    """The values of `en`; strings have an `s` before them, symbols a colon."""
    if RUBY is None:
        pytest.skip("Ruby is not installed: there is no ruby")
    done = subprocess.run([RUBY, "-e", READ], input=data, capture_output=True, check=True)
    found: dict[str, object] = json.loads(done.stdout)["en"]
    return found


def test_symbols_are_no_texts() -> None:
    """What begins with a colon, without quotes, is no text; with quotes it is one."""
    texts = {unit.path: unit.text for unit in YAML_FORMAT.extract(LOCALE.encode(), "de")}
    assert [path for path in texts if "order" in path or "quoted" in path] == []
    assert (":no symbol", ":neither") == (texts["en.said"], texts["en.also_said"])
    symbols = LOCALE.replace(":year", ":month")
    assert YAML_FORMAT.same_structure(LOCALE.encode(), symbols.encode()) == (
        "at en.date.order.0: tag:yaml.org,2002:str :year became tag:yaml.org,2002:str :month"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Wort", ":wort", ":'wort'", "yes", "Off", "N", "12:30", "1_000", "0x1F", "0b11", "1e3",
        "2026-01-01", "~", "<<", "=", ".inf", "null", "!w", "&w", "*w", "wort: wort", "wort #w",
        "%{n} wort", "- wort", "? w", "2001-12-14 21:59:43.10 -05:00", ".NaN", "+12", "w\n\nw",
    ],
)  # fmt: skip
def test_as_ruby_reads_it(text: str) -> None:
    """Symbols stay symbols, numbers numbers, and a text is a text, whatever it looks like."""
    data = LOCALE.encode()
    units = YAML_FORMAT.extract(data, "de")
    done = YAML_FORMAT.assemble(data, [text] * len(units), "de")
    assert YAML_FORMAT.same_structure(data, done) is None
    before, after = as_ruby_reads(data), as_ruby_reads(done)
    for key in ("number", "date"):
        assert _shape(before[key]) == _shape(after[key])
    assert {**SYMBOLS, **after["date"]} == {**after["date"], **SYMBOLS}
    said = [after[key] for key in ("said", "also_said", "colon", "html", "fallback", "other")]
    assert [f"s {text}"] * 6 == said


def _shape(value: object) -> object:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return "a string" if isinstance(value, str) and value.startswith("s ") else value
