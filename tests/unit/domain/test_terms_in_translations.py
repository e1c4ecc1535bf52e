"""Terms in translations into nine languages: followed, missed, forbidden and kept."""

import pytest

from domain.briefing import GlossaryEntry
from domain.glossary.terminology import deviations

FOLLOWED = (
    ("de", "warehouse", "Lager", "Our warehouses are full.", "Unsere Zentrallager sind voll."),
    ("de", "user account", "Benutzerkonto", "Your user account", "Ihr Benutzer-Konto"),
    ("en", "Datei", "file", "Alle Dateien löschen", "Delete all files"),
    ("en", "E-Mail", "email", "Zwei E-Mails", "Two e-mails"),
    ("fr", "newspaper", "journal", "Two newspapers", "Deux journaux"),
    ("fr", "database", "base de données", "Databases", "Les bases locales de données"),
    ("es", "light", "luz", "The lights", "Las luces"),
    ("es", "button", "botón", "Two buttons", "Dos botones"),
    ("pl", "hand", "ręka", "Wash your hands", "Umyj ręce"),
    ("pl", "database", "baza danych", "In databases", "W bazach danych"),
    ("tr", "book", "kitap", "The book", "Kitabı okudum"),
    ("tr", "operating system", "işletim sistemi", "Operating system", "İŞLETİM SİSTEMİNİ kurun"),
    ("fi", "street", "katu", "On the street", "Kadulla sataa"),
    ("fi", "file", "tiedosto", "File name", "Tiedostonimi"),
    ("ja", "server", "サーバー", "Restart the server", "サーバを再起動します"),
    ("ja", "log", "ログ", "The error log", "エラーログを見ます"),
    ("zh", "database", "数据库", "The database", "数据库已损坏"),
)
MISSED = (
    ("de", "warehouse", "Lager", "The warehouse is full.", "Die Lage ist ernst."),
    ("en", "Datei", "file", "Die Datei", "Your profile"),
    ("fr", "harbour", "port", "The harbour", "La porte est fermée"),
    ("es", "harbour", "puerto", "The harbour", "La puerta está cerrada"),
    ("pl", "file", "plik", "The file", "Plakat wisi"),
    ("tr", "writing", "yazı", "The writing", "Yazıcı çalışmıyor"),
    ("fi", "cat", "kissa", "The cat", "Kisat alkavat"),
    ("ja", "file", "ファイル", "The file", "フォルダを開きます"),
    ("zh", "file", "文件", "The file", "文化部门"),
)
FORBIDDEN = (
    ("de", "warehouse", "Lager", "Depot", "Die Depots und Lager"),
    ("en", "Lager", "warehouse", "camp", "The camps and warehouses"),
    ("fr", "email", "courriel", "e-mail", "Vos emails et courriels"),
    ("es", "computer", "ordenador", "computadora", "Las computadoras y los ordenadores"),
    ("pl", "user", "użytkownik", "klient", "Lista klientów i użytkowników"),
    ("tr", "file", "dosya", "kütük", "Kütükler ve dosyalar"),
    ("fi", "file", "tiedosto", "arkisto", "Arkistot ja tiedostot"),
    ("ja", "user", "ユーザー", "使用者", "使用者とユーザー"),
    ("zh", "user", "用户", "使用者", "使用者和用户"),
)
KEPT = (
    ("de", "Das Nightdesk-Konto", "Die Nacht"),
    ("en", "Nightdesk's jobs", "The night desk"),
    ("fr", "L’équipe de Nightdesk", "Le bureau de nuit"),
    ("es", "los trabajos de Nightdesk", "la mesa de noche"),
    ("pl", "w Nightdesku", "nocne biurko"),
    ("tr", "Nightdesk'in işleri", "gece masası"),
    ("fi", "Nightdeskin työt", "yöpöytä"),
    ("ja", "Nightdeskの仕事", "夜の机"),
    ("zh", "使用Nightdesk翻译", "夜间办公桌"),
)


def kinds(entry, source, translation, lang):
    found = deviations(
        [entry],
        source,
        translation,
        source_lang="de" if lang == "en" else "en",
        target_lang=lang,
    )
    return ["forbidden" if one.forbidden else "missed" for one in found]


@pytest.mark.parametrize(("lang", "term", "target", "source", "translation"), FOLLOWED)
def test_followed(lang, term, target, source, translation):
    """A translation that has the term's translation in whatever form follows the glossary."""
    entry = GlossaryEntry(term=term, translations={lang: target})

    assert kinds(entry, source, translation, lang) == []
    assert kinds(entry, source, "…", lang) == ["missed"]


@pytest.mark.parametrize(("lang", "term", "target", "source", "translation"), MISSED)
def test_missed(lang, term, target, source, translation):
    """A word that only looks like the term's translation does not count."""
    entry = GlossaryEntry(term=term, translations={lang: target})

    assert kinds(entry, source, translation, lang) == ["missed"]


@pytest.mark.parametrize(("lang", "term", "target", "forbidden", "translation"), FORBIDDEN)
def test_forbidden(lang, term, target, forbidden, translation):
    """A forbidden word is found in whatever form; admitted instead, it is right."""
    entry = GlossaryEntry(
        term=term, translations={lang: target}, forbidden_alternatives=(forbidden,)
    )
    admitted = GlossaryEntry(term=term, translations={lang: "—"}, admitted=(forbidden,))

    assert kinds(entry, term, translation, lang) == ["forbidden"]
    assert kinds(admitted, term, translation, lang) == []


@pytest.mark.parametrize(("lang", "kept", "lost"), KEPT)
def test_terms_that_stay(lang, kept, lost):
    """A term that must stay may have an ending of the language written onto it."""
    entry = GlossaryEntry(term="Nightdesk", do_not_translate=True)

    assert kinds(entry, "Nightdesk", kept, lang) == []
    assert kinds(entry, "Nightdesk", lost, lang) == ["missed"]


def test_a_term_that_stays_is_no_part_of_a_word():
    """`IT` does not stand in `with items`."""
    entry = GlossaryEntry(term="IT", do_not_translate=True)

    assert kinds(entry, "IT", "with items", "en") == ["missed"]
    assert kinds(entry, "IT", "our IT", "en") == []


@pytest.mark.parametrize("lang", ["de", "fr", "es", "pl", "tr", "fi", "ja", "zh"])
def test_case_that_counts(lang):
    """A case-sensitive term is called for in its own case only, and wanted in it."""
    entry = GlossaryEntry(term="IT", translations={lang: "EDV"}, case_sensitive=True)

    assert kinds(entry, "Stop it.", "…", lang) == []
    assert kinds(entry, "Our IT.", "edv", lang) == ["missed"]
    assert kinds(entry, "Our IT.", "EDV", lang) == []
