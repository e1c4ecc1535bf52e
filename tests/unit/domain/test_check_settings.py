"""Checks are switched off by their names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain.check_names import CERTAIN, CheckName
from domain.checks.checking import CHECKS
from domain.errors import SettingError
from domain.settings import Settings, settings_from

OFF = (CheckName.LENGTH, CheckName.WHITESPACE)


@pytest.mark.parametrize(
    ("file", "environ"),
    [
        ({"checks_off": ["whitespace", "length"]}, {}),
        ({"checks_off": "whitespace, length"}, {}),
        ({}, {"NIGHTDESK_CHECKS_OFF": " Whitespace,length, "}),
        ({"checks_off": ["numbers"]}, {"NIGHTDESK_CHECKS_OFF": "length,whitespace,length"}),
    ],
)
def test_checks_off(file, environ):
    """A list, or names with commas between them; each once, in the order of the checks."""
    assert settings_from(file, environ, {}).checks_off == OFF


def test_no_check_is_off_by_default():
    """All checks are made, also where the variable is empty."""
    assert Settings().checks_off == ()
    assert settings_from({}, {"NIGHTDESK_CHECKS_OFF": ""}, {}).checks_off == ()


@pytest.mark.parametrize(
    ("file", "environ", "message"),
    [
        (
            {},
            {"NIGHTDESK_CHECKS_OFF": "whitespace, speling"},
            "NIGHTDESK_CHECKS_OFF: there is no check speling; there are empty, untranslated, "
            "wrong_language, preamble, talk, obeyed, repetition, same_translation, swapped, "
            "emptied, glued, emphasis, truncation, length, max_chars, formality, numbers, "
            "number_words, units, dates, urls, terminology, doubled_words, capitalisation, "
            "end_punctuation, brackets, whitespace, french_spacing",
        ),
        ({"checks_off": 3}, {}, "nightdesk.toml: checks_off: write it as a list of names"),
        ({"checks_off": [True]}, {}, "nightdesk.toml: checks_off: write it as a list of names"),
    ],
)
def test_unknown_checks(file, environ, message):
    """An unknown name is an error that lists the known."""
    with pytest.raises(SettingError) as error:
        settings_from(file, environ, {})

    assert str(error.value) == message


def test_the_page_of_quality_lists_each_check():
    """docs/quality.md has a row and a paragraph for each check there is."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "quality.md").read_text()
    row = re.compile(r"^\| (\*{0,2})`(\w+)`\1 \| .*\| .*\| `.*` \|$", re.MULTILINE)
    rows = [match[2] for match in row.finditer(page)]
    paragraphs = re.findall(r"^\*\*`(\w+)`\.\*\*", page, re.MULTILINE)

    around = {CheckName.SAME_TRANSLATION, CheckName.SWAPPED}
    assert set(rows) == set(paragraphs) == set(CheckName) == {*CHECKS, *around}
    assert {match[2] for match in row.finditer(page) if match[1]} == set(CERTAIN)
