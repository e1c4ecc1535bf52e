"""Users' own patterns of what stays as it is."""

from __future__ import annotations

import pytest

from domain.placeholders.markup import scan
from domain.placeholders.masking import mask, restore
from domain.placeholders.own_patterns import MOST, checked_patterns
from domain.placeholders.protection import Protection
from domain.reuse.memory import masked_alike, under_protection

NAMES = Protection(own=(r"\$\pL+\$", r"~\pL+~", r"<<\d+>>", r"%[A-Z_]+%"))


@pytest.mark.parametrize(
    "pattern",
    [r"\$[a-z]+\$", r"<<\d+>>", r":[a-z]+", r"(?i:nightdesk)", r"\p{Greek}+", r"\x{2116}", r"\\C"],
)
def test_usable(pattern: str) -> None:
    """What says which text it is for is taken as it is, and once."""
    assert (pattern,) == checked_patterns([pattern, pattern])


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        (
            "(?<=a)b",
            "the pattern '(?<=a)b' is no regular expression of RE2: invalid perl operator: (?<=; "
            "it has no look-around and no references to groups",
        ),
        (
            r"(a)\1",
            r"the pattern '(a)\\1' is no regular expression of RE2: invalid escape sequence: \1; "
            "it has no look-around and no references to groups",
        ),
        (
            "[a-",
            "the pattern '[a-' is no regular expression of RE2: missing ]: [a-; it has no "
            "look-around and no references to groups",
        ),
        (
            "[0-9]*",
            "the pattern '[0-9]*' fits where nothing stands; say what must stand there, such as x+ "
            "instead of x*",
        ),
        (
            r"\b",
            r"the pattern '\\b' fits where nothing stands; say what must stand there, such as x+ "
            "instead of x*",
        ),
        (
            "",
            "the pattern '' fits where nothing stands; say what must stand there, such as x+ "
            "instead of x*",
        ),
        (
            r"\w+",
            r"the pattern '\\w+' fits plain words, so that nothing would be translated; say what "
            "stands around what it is for, or the words themselves",
        ),
        (
            "[^<>]+",
            "the pattern '[^<>]+' fits plain words, so that nothing would be translated; say what "
            "stands around what it is for, or the words themselves",
        ),
        (r"\pL{60}", r"the pattern '\\pL{60}' is too large; repeat less in it"),
        (r"x\C", r"the pattern 'x\\C' fits parts of characters; write . instead of \C"),
        (
            "x" * 201,
            f"the pattern '{'x' * 40}…' has 201 characters; write 200 at most, and the rest as "
            "another pattern",
        ),
        (
            "\ud800",
            r"the pattern '\ud800' is no regular expression of RE2: it is no text; it has "
            "no look-around and no references to groups",
        ),
    ],
)
def test_refused(pattern: str, message: str) -> None:
    """What can't be used is named, with what to do about it."""
    with pytest.raises(ValueError, match="pattern") as raised:
        checked_patterns(["<<x>>", pattern])

    assert message == str(raised.value)


def test_too_many() -> None:
    """A list has so many patterns at most."""
    with pytest.raises(ValueError, match="51 patterns; write 50 at most"):
        checked_patterns([f"<{n}>" for n in range(MOST + 1)])


def test_found_in_any_script() -> None:
    """Stretches are found where they stand, whatever stands before them."""
    text = "Größe $größe$ und `$x$`, 漢字<<12>> 𝄞 %PLAYER% {n} $a."

    assert ["$größe$", "`$x$`", "<<12>>", "%PLAYER%", "{n}"] == [
        text[token.start : token.end] for token in scan(text, NAMES)
    ]
    assert text == restore(mask(text, NAMES).text, mask(text, NAMES))


def test_own_before_the_dialects() -> None:
    """Of two that begin together the user's counts."""
    both = Protection((r"\$[a-z]+",), (r"\$[a-z]+\$",))

    assert ["$ab$"] == ["$ab$ c"[token.start : token.end] for token in scan("$ab$ c", both)]


@pytest.mark.cpu_timeout(30)
@pytest.mark.parametrize("pattern", ["(?:a+)+b", "(?:a|aa|aaa)+$", "x.*y.*z"])
def test_linear(pattern: str) -> None:
    """Patterns that take others for ever take linear time."""
    scan("a" * 200_000 + "x" * 200_000 + "c", Protection(own=checked_patterns([pattern])))


@pytest.mark.cpu_timeout(30)
def test_many_matches() -> None:
    """So does a long text with many of them, beside much that overlaps."""
    text = "`é$a` $b$ <<1>> " * 40_000

    assert 120_000 == len(scan(text, NAMES))


def test_imported_translations_get_the_placeholders_of_a_job() -> None:
    """A translation that was masked without the patterns is masked with them."""
    source, answer = masked_alike("Hi ~name~, <b>go</b>", "Hallo ~name~, <b>los</b>")

    assert ("Hi ~name~, ⟦1⟧go⟦/1⟧", "Hallo ~name~, ⟦1⟧los⟦/1⟧") == (source, answer)
    assert "Hallo ⟦v1⟧, ⟦1⟧los⟦/1⟧" == under_protection("Hi ~name~, <b>go</b>", answer, NAMES)
    lost = under_protection("Hi ~name~, <b>go</b>", "Hallo ~nome~, ⟦1⟧los⟦/1⟧", NAMES)
    assert "Hallo ⟦+v1⟧, ⟦1⟧los⟦/1⟧" == lost
