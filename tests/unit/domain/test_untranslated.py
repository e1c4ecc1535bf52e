import pytest

from domain.checks.language.untranslated import left


def found(source, translation, source_lang="en", target_lang="es"):
    return left(source, translation, source_lang=source_lang, target_lang=target_lang)


SENTENCE = "Open the settings of your account."


@pytest.mark.parametrize(
    "translation",
    [
        SENTENCE,
        "[es] Open the settings of your account.",
        "open the settings  of your account",
        "OPEN THE SETTINGS OF YOUR ACCOUNT!",
    ],
)
def test_the_source_still_stands(translation):
    """A translation that holds the whole source is left in the source language."""
    assert found(SENTENCE, translation) == SENTENCE


def test_nearly_all_of_it():
    """One word exchanged in a long sentence does not make it translated."""
    source = "This page explains how to install the program on your own computer."
    translation = "Esta page explains how to install the program on your own computer."

    assert found(source, translation) == translation


def test_japanese_source():
    """A text without spaces counts by its characters."""
    source = "設定を開いてください。"

    assert found(source, source, "ja", "en") == source


@pytest.mark.parametrize(
    "text",
    [
        "Docker",
        "tar --extract --file archive.tar",
        "Microsoft Visual Studio Code",
        "Amazon Web Services",
        "Server, Client, Browser, Cache, Proxy",
        "GPL-2.0-or-later WITH Classpath-exception-2.0",
        "倉庫",
        "12 345",
        "",
    ],
)
def test_names_and_commands_may_stay(text):
    """Names, commands and short texts may be the same in both languages."""
    assert found(text, text) is None


@pytest.mark.parametrize(
    "translation",
    [
        "Abra la configuración de su cuenta.",
        "[es] Ôpéñ thé séttïñgs ôf ýôür åççôüñt.",
        "settings your the account open of",
        "",
    ],
)
def test_translations_are_not(translation):
    """A translation is not taken for its source, and neither is a pseudo-translation."""
    assert found(SENTENCE, translation) is None


def test_lists_of_names():
    """A list of names under a translated heading is translated."""
    names = "vanilla, vanilla-ts, vue, vue-ts, react, react-ts, preact, preact-ts, lit, lit-ts"

    assert found(f"Available templates: {names}.", f"Plantillas disponibles: {names}.") is None


def test_variants_of_one_language():
    """Between variants of one language the same text is right."""
    assert found(SENTENCE, SENTENCE, "en-US", "en-GB") is None
