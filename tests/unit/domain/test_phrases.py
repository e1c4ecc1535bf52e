import pytest

from domain.text.phrases import find, uses


@pytest.mark.parametrize(
    ("lang", "phrase", "text"),
    [
        ("de", "Lager", "in den Lagern"),
        ("de", "Haus", "viele Häuser"),
        ("de", "Bild", "die Bilder"),
        ("de", "künstliche Intelligenz", "der künstlichen Intelligenz"),
        ("en", "policy", "Policies apply"),
        ("en", "stop", "stopping it"),
        ("es", "aplicación", "las aplicaciones"),
        ("fr", "utilisateur", "d'utilisateurs"),
        ("cs", "soubor", "v souborech"),
        ("uk", "файл", "з файлами"),
        ("ko", "파일", "파일을 엽니다"),
        ("ja", "倉庫", "この倉庫は"),
        ("hi", "फ़ाइल", "फ़ाइलें हटाएँ"),
        ("de", "Tür", "die Tu\u0308ren"),
        ("en", "C++", "written in C++."),
        ("en", ".NET", "the .NET runtime"),
        ("zh", "API", "使用API接口"),
    ],
)
def test_forms_of_a_phrase_are_found(lang, phrase, text):
    """A phrase is found in the forms that grammar gives it."""
    assert find(phrase, text, lang)


@pytest.mark.parametrize(
    ("lang", "phrase", "text"),
    [
        ("de", "Lager", "Die Lage ist ernst"),
        ("de", "Lage", "Das Lager ist leer"),
        ("de", "Lager", "ein Lagerbier"),
        ("en", "organ", "an organization"),
        ("en", "file", "your profile"),
        ("en", "C++", "written in C"),
        ("en", "machine learning", "the learning machine"),
        ("en", "term", ""),
    ],
)
def test_other_words_are_not(lang, phrase, text):
    """A word that only looks alike, or holds the phrase inside it, is not a form of it."""
    assert find(phrase, text, lang) == ()


def test_every_place_is_told():
    """Each occurrence comes with its span of characters."""
    assert find("file", "File, and files", "en") == ((0, 4), (10, 15))


def test_case_counts_when_asked():
    """A case-sensitive phrase is not found in another case, inflected or not."""
    assert find("IT", "IT is it", "en", case_sensitive=True) == ((0, 2),)
    assert find("Apple", "apples", "en", case_sensitive=True) == ()
    assert find("Apple", "Apples", "en", case_sensitive=True) == ((0, 6),)


@pytest.mark.parametrize(
    ("lang", "phrase", "text"),
    [
        ("de", "Lager", "das Zentrallager"),
        ("nl", "bestand", "bestandsnaam"),
        ("de", "Konto erstellen", "Erstellen Sie ein neues Konto"),
        ("fr", "base de données", "bases locales de données"),
    ],
)
def test_translations_use_phrases_freely(lang, phrase, text):
    """A translation uses a phrase also in a compound or in another order."""
    assert uses(phrase, text, lang)


@pytest.mark.parametrize(
    ("lang", "phrase", "text"),
    [
        ("en", "house", "the warehouses"),
        ("de", "Ort", "die Wortliste"),
        ("de", "Konto erstellen", "Erstellen Sie eine Datei"),
    ],
)
def test_chance_likeness_is_no_use(lang, phrase, text):
    """A phrase is not used where a language has no compounds, the part is tiny or a word lacks."""
    assert not uses(phrase, text, lang)
