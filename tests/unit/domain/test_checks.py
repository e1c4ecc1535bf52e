import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.briefing import GlossaryEntry, TermStatus
from domain.checks.checking import check_translation
from domain.checks.quality import Finding, Severity, score
from domain.text.lemmas import is_known


def check(source, translation, *terms, source_lang="en", target_lang="de", max_chars=None):
    return check_translation(
        source,
        translation,
        source_lang=source_lang,
        target_lang=target_lang,
        terms=terms,
        max_chars=max_chars,
    )


def told(*args, **more):
    return [(f.severity.value, f.category, f.span, f.explanation) for f in check(*args, **more)]


_PARTS = [
    *("⟦1⟧", "⟦/1⟧", "⟦v1⟧", "⟦", "⟧", "\x00", "\ud800", "\u0301", "İ", "ß", "🇩", "…", "。", "("),
    *("1,000.00", "9" * 400, "1e400", "1/0", "٣", "½", "Ⅷ", "①", "-5 °C", "10 km", "50 %", "12:30"),
    *("31.02.2024", "99/99/9999", "March 3rd", "2024年5月6日", "百万", "fünf", "NASA"),
    *("file", "Here is the translation: ", "<image>", "</link>", "{x}", "%s", " ", ". ", "\n\n"),
]
_ANY = st.lists(st.one_of(st.sampled_from(_PARTS), st.text(max_size=4)), max_size=12).map("".join)


@given(
    _ANY,
    _ANY,
    st.sampled_from(["de", "en", "ja", "zh-Hant-TW", "ar", "tlh"]),
    st.sampled_from(["de", "fr", "ru", "th", "he", "tlh"]),
)
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_checked(source, translation, source_lang, target_lang):
    """Whatever stands in a source and its translation, the checks come to their end."""
    term = GlossaryEntry(term="file", translations={"de": "Datei"})
    languages = {"source_lang": source_lang, "target_lang": target_lang}
    assert 0 <= score(check(source, translation, term, **languages, max_chars=9)) <= 100


@pytest.mark.parametrize("translation", ["", " \n", "…", "⟦1⟧⟦/1⟧", "⟦v1⟧ ."])
def test_empty(translation):
    """A translation without a letter or digit of its own is critical, and that is all."""
    (finding,) = check("Delete ⟦1⟧it⟦/1⟧ on 5 May", translation)

    assert (finding.severity, finding.category) == (Severity.CRITICAL, "accuracy/omission")
    assert score([finding]) == 0


def test_nothing_to_translate():
    """Where the source holds no letter either, an empty translation is right."""
    assert check("⟦v1⟧ – ⟦v2⟧", "⟦v1⟧ – ⟦v2⟧") == ()


def test_left_in_the_source_language():
    """A text left as it was is a non-translation, and that is all."""
    assert told("Open ⟦1⟧all 5⟦/1⟧ of your files.", "[de] Open ⟦1⟧all 5⟦/1⟧ of your files.") == [
        (
            "critical",
            "non-translation",
            "Open all 5 of your files.",
            "The text is left in the source language.",
        )
    ]


@pytest.mark.parametrize(
    ("lang", "translation"),
    [
        ("de", "Here is the translation: Öffnen Sie die Datei."),
        ("de", "Sure! Here's the German translation:\n\nÖffnen Sie die Datei."),
        ("de", "Translation: Öffnen Sie die Datei."),
        ("de", "**Übersetzung:** Öffnen Sie die Datei."),
        ("de", "Gerne, hier ist die Übersetzung: Öffnen Sie die Datei."),
        ("es", "Aquí está la traducción: Abra el archivo."),
        ("fr", "Voici la traduction\u00a0: Ouvrez le fichier."),
        ("zh", "以下是翻译：打开文件。"),
        ("ar", "إليك الترجمة: افتح الملف."),
    ],
)
def test_preamble(lang, translation):
    """A translator who speaks of its translation is told so."""
    (finding,) = check("Please open the file.", translation, target_lang=lang)

    assert (finding.severity, finding.category) == (Severity.MAJOR, "accuracy/addition")


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("Translation: how it works", "Übersetzung: wie es geht"),
        ("Here is the file: take it", "Hier ist die Datei: nimm sie"),
        ("The file is open", "Die Datei ist offen; eine Übersetzung gibt es nicht"),
    ],
)
def test_no_preamble(source, translation):
    """A text that is about translation, or merely has a colon, has no preamble."""
    assert check(source, translation) == ()


def test_changed_number():
    """A number that became another is a major error that names both."""
    assert told("Wait 1,000 seconds.", "Warten Sie 100 Sekunden.") == [
        ("major", "accuracy/number", "100", "The number 1,000 became 100.")
    ]


def test_lost_and_invented_numbers():
    """A lost number is told by the source's words, an invented one by the translation's."""
    assert told("Wait 30 seconds.", "Warten Sie.") == [
        ("major", "accuracy/number", "30", "The number 30 is missing.")
    ]
    assert told("Wait a while.", "Warten Sie 45 Sekunden.") == [
        ("major", "accuracy/number", "45", "The number 45 is not in the source.")
    ]


def test_localised_number():
    """A number in the target locale's form is right, one in the source's form a minor error."""
    assert told("It costs 1,000.00.", "Es kostet 1.000,00.") == []
    assert told("It takes 1,000 s.", "Es dauert 1,000 s.") == [
        (
            "minor",
            "locale-convention/number",
            "1,000",
            "1,000 means another number in the target language; write it its way.",
        )
    ]


def test_numbers_in_placeholders():
    """The digits of placeholders are no numbers."""
    assert check("⟦1⟧Open⟦/1⟧ ⟦v2⟧", "⟦v2⟧ ⟦1⟧öffnen⟦/1⟧ ⟦br1⟧") == ()


ACCOUNT = GlossaryEntry(
    term="account", translations={"de": "Konto"}, forbidden_alternatives=("Account",)
)


def test_missed_term():
    """A missed glossary term is a major error at the source's term."""
    assert told("Your accounts", "Ihre Zugänge", ACCOUNT) == [
        (
            "major",
            "terminology/missed",
            "account",
            "The term 'account' should be 'Konto', but the translation does not hold it.",
        )
    ]


def test_forbidden_alternative():
    """A forbidden alternative is one major error, not two."""
    assert told("Your ⟦1⟧account⟦/1⟧", "Ihr ⟦1⟧Account⟦/1⟧", ACCOUNT) == [
        (
            "major",
            "terminology/forbidden",
            "Account",
            "'Account' must not stand for the term 'account'; use 'Konto'.",
        )
    ]


def test_terms_that_do_not_bind():
    """Pending and deprecated entries are no errors, nor is a term in another form."""
    fields = {"term": "account", "translations": {"de": "Konto"}}

    assert check("Your accounts", "Ihre Bankkontos", ACCOUNT) == ()
    for status in (TermStatus.PENDING, TermStatus.DEPRECATED):
        assert check("Your accounts", "Ihre Zugänge", GlossaryEntry(**fields, status=status)) == ()


def test_max_chars():
    """Characters are counted without placeholders, and the limit itself is allowed."""
    assert check("Save ⟦v1⟧ now", "⟦1⟧Sichern⟦/1⟧⟦v1⟧", max_chars=7) == ()
    assert told("Save ⟦v1⟧ now", "⟦1⟧Sichern!⟦/1⟧⟦v1⟧", max_chars=7) == [
        ("major", "design/length", "", "8 characters, where 7 are allowed.")
    ]


def test_length_far_off():
    """A translation a fraction as long as its source is a minor error."""
    source = "Interact with the identity service, which controls all access to the others."

    assert [(f.severity.value, f.category) for f in check(source, "CLI für IAM.")] == [
        ("minor", "accuracy/length")
    ]


@pytest.mark.parametrize(
    "source",
    [
        "Save",
        "Open the file",
        "Delete your account and all of its files?",
        "Show ⟦v1⟧ more results for ⟦1⟧docker⟦/1⟧",
        "The connection was lost; try again in 5 minutes.",
        "An archiving tool that is often combined with a compression method.",
    ],
)
@pytest.mark.parametrize("pad", ["", " ~~~~~~~~~~"])
def test_pseudo_translations(source, pad):
    """A pseudo-translation of a short software text is not reported for its length or letters."""
    accented = source.translate(str.maketrans("aeiounsc", "àéîöüñšç"))

    assert check(source, f"[de] {accented}{pad}") == ()


def test_pseudo_translations_need_no_dictionary():
    """Words with accents throughout are looked up nowhere: dictionaries take long to read."""
    looked_up = is_known.cache_info()

    assert check("Log out now", "Ļôĝ ôúţ ñôŵ") == ()
    assert is_known.cache_info() == looked_up


def test_findings_are_by_a_check():
    """What code found is marked as such."""
    assert check("5 files", "6 Dateien") == (
        Finding(Severity.MAJOR, "accuracy/number", "6", "The number 5 became 6.", "check"),
    )


def test_long_spans_are_clipped():
    """A finding on a whole long text quotes its beginning only."""
    source = "Open the settings of your account. " * 100
    (finding,) = check(source, source)

    assert len(finding.span) == 200
    assert finding.span.endswith("…")
