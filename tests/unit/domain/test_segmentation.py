"""Sentences: what is split, and that nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.text.segmentation import LONGEST, Segmentation, split


def texts(segmentation: Segmentation) -> list[str]:
    return [piece.text for piece in segmentation.pieces]


_PARTS = [
    *(". ", "! A", "? ", "\n", "\n\n", "\r\n \r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b"),
    *("\u00a0", "\u3000", "\x00", "\ud800", "\udfff", "。", "Dr. ", "z. B. ", "„", "'", "  "),
    *("<b>", "</b>", "<br>", "<!-- ", " -->", "`", "[", "![", "](u)", "{x}", "http://a.b", "⟦"),
    *("1. ", "।", "…", "\ufeff", "🇩", "A.@!", "x" * 50),
    *("<image>", "</image>", "<link>", "</link>", "<image/>"),
]
_TRICKY = st.lists(st.one_of(st.text(max_size=5), st.sampled_from(_PARTS)), max_size=25).map(
    "".join
)


@given(
    text=_TRICKY,
    lang=st.sampled_from(["de", "de-AT", "en", "ja", "zh-Hant-TW", "hi", "xx", "", "EN_us", "sk"]),
    whole=st.booleans(),
)
@example(text="D\u2028.@!र！\u2028{[", lang="xx", whole=False)
@example(text="\n" * 50, lang="en", whole=False)
@settings(max_examples=200)
def test_loses_nothing(text: str, lang: str, whole: bool) -> None:
    """Joining the pieces gives back the source, whatever the text and the language."""
    segmentation = split(text, lang, whole=whole)
    assert segmentation.join(texts(segmentation)) == text


@given(text=_TRICKY, lang=st.sampled_from(["de", "en", "ja"]))
@settings(max_examples=100)
def test_pieces_are_trimmed(text: str, lang: str) -> None:
    """A piece is never blank and has no white space around it."""
    for piece in texts(split(text, lang)):
        assert piece
        assert piece == piece.strip()


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        (
            "de",
            "Das ist z. B. gut. Am 3. Oktober kam Dr. Müller. Er ging!",
            ["Das ist z. B. gut.", "Am 3. Oktober kam Dr. Müller.", "Er ging!"],
        ),
        ("de-AT", "Am 3. Oktober kam er. Gut.", ["Am 3. Oktober kam er.", "Gut."]),
        ("en", "He came at 5 p.m. on Monday. Did he?", ["He came at 5 p.m. on Monday.", "Did he?"]),
        ("ja", "今日は。元気ですか。", ["今日は。", "元気ですか。"]),
        ("zh-Hant", "你好。我很好！", ["你好。", "我很好！"]),
        ("hi", "नमस्ते। कैसे हैं?", ["नमस्ते।", "कैसे हैं?"]),
        ("fr", "Bonjour\u00a0! Ça va\u202f? Oui.", ["Bonjour\u00a0!", "Ça va\u202f?", "Oui."]),
        ("tlh", "One is. Two are.", ["One is.", "Two are."]),
    ],
)
def test_sentences(lang: str, text: str, expected: list[str]) -> None:
    """Sentences end where the language ends them; an unknown language takes general rules."""
    assert texts(split(text, lang)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Run docker pull <image> first. Then start the container.",
            ["Run docker pull <image> first.", "Then start the container."],
        ),
        ("See <image/> here. Go.", ["See <image/> here.", "Go."]),
        ("One. </link> Two.", ["One. </link>", "Two."]),
        ("One </image> two. <image>Three.", ["One </image> two.", "<image>Three."]),
        ("[One <image> two. Three](u) four. Five.", ["[One <image> two. Three](u) four.", "Five."]),
        ("[One </link> two. Three](u) four. Five.", ["[One </link> two. Three](u) four.", "Five."]),
    ],
)
def test_elements_named_as_markdown_s_brackets(text: str, expected: list[str]) -> None:
    """An element `image` or `link` is a tag, and no bracket of Markdown."""
    assert texts(split(text, "en")) == expected


def test_paragraphs() -> None:
    """A blank line ends a sentence, a single line break does not."""
    segmentation = split("Erste Zeile\nzweite Zeile\r\n \r\nNeuer Absatz\n", "de")
    assert texts(segmentation) == ["Erste Zeile\nzweite Zeile", "Neuer Absatz"]
    assert [piece.after for piece in segmentation.pieces] == ["\r\n \r\n", "\n"]


def test_join_puts_translations_in_place() -> None:
    """What stands around the pieces stays as it was."""
    segmentation = split("\n  Eins ist da. Zwei auch.\n\n***\n\nDrei.\n", "de")
    assert segmentation.lead == "\n  "
    assert segmentation.join(["One.", "Two.", "Three."]) == "\n  One. Two.\n\n***\n\nThree.\n"


def test_join_wants_one_text_a_piece() -> None:
    """A missing translation can't shift the others unseen."""
    with pytest.raises(ValueError, match="zip"):
        split("Eins ist da. Zwei auch.", "de").join(["One."])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It works.</b> Next one.", ["It works.</b>", "Next one."]),
        ("One is. <b>Two are.</b> End.", ["One is.", "<b>Two are.</b>", "End."]),
        ("Run `foo. Bar` now. Then stop.", ["Run `foo. Bar` now.", "Then stop."]),
        ('See <a title="Go. Now">it</a>. Yes.', ['See <a title="Go. Now">it</a>.', "Yes."]),
        ("Read [One is. Two are](http://x.y) now.", ["Read [One is. Two are](http://x.y) now."]),
        ("One <!-- c. D\n\nE --> is. End.", ["One <!-- c. D\n\nE --> is.", "End."]),
        ("{name} is here. {name} left.", ["{name} is here.", "{name} left."]),
        ("今日は。<b>元気ですか。</b>はい。", ["今日は。", "<b>元気ですか。</b>", "はい。"]),
    ],
)
def test_markup_is_never_cut(text: str, expected: list[str]) -> None:
    """A sentence never ends within markup, and a tag doesn't hide its end."""
    assert texts(split(text, "en")) == expected


def test_number_of_a_list_item_stays_with_its_text() -> None:
    """What has no letter is not cut off from the sentence that follows."""
    assert texts(split("1. Open the file. Close it.", "en")) == ["1. Open the file.", "Close it."]


@pytest.mark.parametrize("text", ["", " \n\t", "***", "<hr>", "`code`", "{name}", "👍 !"])
def test_nothing_to_translate(text: str) -> None:
    """A text without a letter or digit outside of its markup has no pieces."""
    assert split(text, "en") == Segmentation(text, ())


def test_whole() -> None:
    """A whole text is one piece, however many sentences it has."""
    segmentation = split(" One is. Two are.\n\n{x} ", "en", whole=True)
    assert texts(segmentation) == ["One is. Two are.\n\n{x}"]
    assert split("{x}", "en", whole=True).pieces[0].text == "{x}"
    assert split(" \n", "en", whole=True) == Segmentation(" \n", ())


def test_no_sentence_is_too_long() -> None:
    """A paragraph without an end of a sentence is cut at white space."""
    pieces = texts(split("word " * 3000, "en"))
    assert [len(piece) for piece in pieces] == [3999, 3999, 3999, 2999]
    assert max(len(piece) for piece in texts(split("x" * 9000, "en"))) == LONGEST


def test_sentences_across_a_window() -> None:
    """Where a long paragraph is read in parts, no sentence is cut for that."""
    sentence = "The quick brown fox jumps over the lazy dog of Dr. Smith."
    assert texts(split(" ".join([sentence] * 500), "en")) == [sentence] * 500


@pytest.mark.cpu_timeout(60)
@pytest.mark.parametrize(
    "unit",
    [
        *("„", "'", "1. ", "\n", "<b>a. A</b> ", "[![a. B", "A “b. ", "(a b c d. ", "「", "• "),
        *("U.S. ", "a) b ", "... A ", "end.[1]", "Dr. A. ", "x! "),
    ],
)
def test_linear(unit: str) -> None:
    """Texts that sentence rules take quadratic time over are split in linear time."""
    text = unit * (400_000 // len(unit))
    segmentation = split(text, "en")
    assert segmentation.join(texts(segmentation)) == text
