from decimal import Decimal

import pytest

from domain.checks.number_changes import Changed, changed
from domain.text.numbers import numbers_of


@pytest.mark.parametrize(
    ("value", "text", "lang"),
    [
        ("1000.50", "1,000.50", "en"),
        ("1000.50", "1.000,50", "de"),
        ("1000.50", "1 000,50", "fr"),
        ("1000.50", "1\u202f000,50", "fr"),
        ("1000.50", "1’000.50", "de-CH"),
        ("1234567", "12,34,567", "hi"),
        ("3.5", "٣٫٥", "ar"),
        ("100", "१००", "hi"),
        ("2.5", "2.5", "de"),
        ("1.500", "1.500", "en"),
        ("1500", "1.500", "de"),
        ("-5", "-5", "en"),
        ("-5", "−5", "de"),
    ],
)
def test_values(value, text, lang):
    """A number is read as its locale writes it, whatever its digits."""
    (number,) = numbers_of(text, lang)

    assert Decimal(value) == number.value


@pytest.mark.parametrize("text", ["2.0.1", "06.03.2026", "192.168.0.1", "1.000.00"])
def test_no_single_numbers(text):
    """A version, a date or an address has no value."""
    (number,) = numbers_of(text, "de")

    assert number.value is None


@pytest.mark.parametrize("text", ["MP3", "x86_64", "IPv6", "sha256"])
def test_digits_of_names(text):
    """Digits glued to a letter belong to a name."""
    assert numbers_of(text, "en") == ()


@pytest.mark.parametrize(
    ("source_lang", "source", "target_lang", "translation"),
    [
        ("en", "1,000.00", "de", "1.000,00"),
        ("en", "1,000.00", "fr", "1 000,00"),
        ("de", "1.000,00", "fr", "1\u202f000,00"),
        ("en", "10,000", "es", "10 000"),
        ("en", "10,000 lines", "de", "10000 Zeilen"),
        ("en", "2.5 GB", "es", "2.5 GB"),
        ("en", "version 2.0.1", "de", "Version 2.0.1"),
        ("en", "version 2.10", "de", "Version 2.10"),
        ("en", "1. Open 2. Close", "de", "1. Öffnen 2. Schließen"),
        ("en", "1, 2 and 3", "de", "1, 2 und 3"),
        ("en", "files 1-5", "de", "Dateien 1–5"),
        ("en", "March 6, 2026", "de", "06.03.2026"),
        ("en", "2026-03-06", "de", "6. März 2026"),
        ("en", "3/6/2026 at 5:30 PM", "de", "06.03.2026 um 17:30 Uhr"),
        ("en", "at 10:30", "fr", "à 10h30"),
        ("en", "at noon", "de", "um 12 Uhr"),
        ("en", "two files", "de", "2 Dateien"),
        ("en", "2 files", "de", "beide Dateien"),
        ("en", "20 files", "de", "zwanzig Dateien"),
        ("en", "1 file", "de", "eine Datei"),
        ("en", "3 files", "ja", "三つのファイル"),
        ("en", "1st place", "es", "primer lugar"),
        ("en", "19th century", "es", "siglo XIX"),
        ("en", "10,000 users", "ja", "1万人"),
        ("en", "1.5 million", "zh", "150万"),
        ("en", "10K users", "de", "10.000 Benutzer"),
        ("en", "-5 °C", "de", "minus 5 °C"),
        ("en", "50%", "tr", "%50"),
        ("en", "first 10, then 10 more", "de", "erst 10, dann noch mehr"),
        ("en", "+1 800 555 0199", "de", "+1-800-555-0199"),
    ],
)
def test_the_same_numbers(source_lang, source, target_lang, translation):
    """What a careful translator may do with numbers is no change."""
    assert changed(source, translation, source_lang=source_lang, target_lang=target_lang) == ()


@pytest.mark.parametrize(
    ("source", "translation", "lost", "new"),
    [
        ("1,000 files", "100 Dateien", "1,000", "100"),
        ("1,000.00", "1.000.00", "1,000.00", "1.000.00"),
        ("5 files", "6 Dateien", "5", "6"),
        ("1 file", "2 Dateien", "1", "2"),
        ("3.5", "35", "3.5", "35"),
        ("wait 30 seconds", "warten", "30", None),
        ("5 items", "Artikel", "5", None),
        ("items", "45 Artikel", None, "45"),
        ("-5 °C", "5 °C", "-5", "5"),
        ("version 2.0.1", "Version 2.0.2", "2.0.1", "2.0.2"),
        ("at 10:30", "um 10:45", "30", "45"),
        ("6 May 2026", "7. Mai 2026", "6", "7"),
        ("3 to 7", "3 bis 8", "7", "8"),
        ("5 and 1.5", "6 und 1,5", "5", "6"),
    ],
)
def test_changed_numbers(source, translation, lost, new):
    """A lost, invented or altered number is told, with what became of it."""
    assert (Changed(lost, new),) == changed(source, translation, source_lang="en", target_lang="de")


def test_substitution_in_any_language():
    """One small number for another is a change also where number words are not known."""
    assert changed("5 files", "6個のファイル", source_lang="en", target_lang="ja") == (
        Changed("5", "6"),
    )


@pytest.mark.parametrize(
    ("source_lang", "target_lang", "text"),
    [("en", "de", "1,000"), ("de", "en", "1.500"), ("en", "es", "100,000")],
)
def test_misread_numbers(source_lang, target_lang, text):
    """The same digits that mean another number in the target language are told as misread."""
    assert changed(text, text, source_lang=source_lang, target_lang=target_lang) == (
        Changed(text, text, misread=True),
    )


def test_many_numbers():
    """A very long table of numbers is compared in time that grows with its length only."""
    numbers = " ".join(f"{n};" for n in range(10_000))
    others = " ".join(f"{n};" for n in range(10_000, 20_000))

    assert changed(numbers, numbers, source_lang="en", target_lang="de") == ()
    assert len(changed(numbers, others, source_lang="en", target_lang="de")) == 50


def test_absurdly_long_numbers():
    """A run of digits longer than any number is compared as it stands."""
    digits = "1" * 100_000

    assert changed(digits, digits, source_lang="en", target_lang="de") == ()
    assert changed(digits, digits + "2", source_lang="en", target_lang="de") == (
        Changed(digits, digits + "2"),
    )
