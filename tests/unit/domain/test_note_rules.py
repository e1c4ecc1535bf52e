from domain.briefing import GlossaryEntry, TermStatus
from domain.job.note_rules import notes_of
from domain.job.notes import NoteType


def notes(source, translation, *terms, source_lang="en", target_lang="de"):
    return notes_of(
        source, translation, source_lang=source_lang, target_lang=target_lang, terms=terms
    )


def test_nothing_to_note():
    """A translation of usual length that keeps to the glossary needs no note."""
    term = GlossaryEntry(term="account", translations={"de": "Konto"})

    assert notes("Please delete your account now.", "Bitte löschen Sie Ihr Konto.", term) == []


def test_much_longer():
    """A translation twice as long as its source and more is noted, with its share."""
    assert notes("Delete all of your files now.", "Löschen Sie " + "sehr " * 20 + "viel.") == [
        (
            NoteType.LENGTH_DEVIATION,
            "The translation is much longer than the source: 396 % of its length.",
        )
    ]


def test_much_shorter():
    """A translation of less than half its source is noted."""
    source = "Interact with the identity service, which controls all access to the others."

    assert notes(source, "CLI für die Dienste.") == [
        (
            NoteType.LENGTH_DEVIATION,
            "The translation is much shorter than the source: 26 % of its length.",
        )
    ]


def test_scripts_are_weighed():
    """Chinese is not taken for too short, nor English from it for too long."""
    english = "Open the settings and choose the account that you want to delete."
    chinese = "打开设置，选择要删除的账户。"

    assert notes(english, chinese, target_lang="zh") == []
    assert notes(chinese, english, source_lang="zh", target_lang="en") == []


def test_placeholders_have_no_length():
    """Placeholders do not make a text longer."""
    assert (
        notes("Run ⟦v1⟧ and then look at it.", "⟦v1⟧ starten und dann ansehen. " + "⟦v1⟧" * 30)
        == []
    )


def test_terms_not_followed():
    """A missed term is noted, a pending one as only suggested."""
    account = GlossaryEntry(term="account", translations={"de": "Konto"})
    file = GlossaryEntry(term="file", translations={"de": "Akte"}, status=TermStatus.PENDING)

    assert notes("An account file", "Eine Datei des Kunden", account, file) == [
        (
            NoteType.TERMINOLOGY,
            "The term 'account' should be 'Konto', but the translation does not hold it.",
        ),
        (
            NoteType.TERMINOLOGY,
            "The term 'file' should be 'Akte', but the translation does not hold it. "
            "(Only suggested.)",
        ),
    ]
