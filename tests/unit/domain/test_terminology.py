from domain.briefing import GlossaryEntry, TermStatus
from domain.glossary.terminology import deviations


def told(entries, source, translation, source_lang="de", target_lang="en"):
    found = deviations(
        entries, source, translation, source_lang=source_lang, target_lang=target_lang
    )
    return [deviation.message for deviation in found]


LAGER = GlossaryEntry(
    term="Lager", translations={"en": "warehouse"}, forbidden_alternatives=("stock", "ware")
)
BRAND = GlossaryEntry(term="Nightdesk", do_not_translate=True)


def test_a_term_is_missed():
    """A translation without the term's translation is told so."""
    assert told([LAGER], "Das Lager ist leer.", "The camp is empty.") == [
        "The term 'Lager' should be 'warehouse', but the translation does not hold it."
    ]


def test_an_inflected_term_is_not_missed():
    """Inflection on either side is allowed."""
    assert told([LAGER], "In den Lagern", "In the Warehouses") == []


def test_a_forbidden_alternative():
    """A forbidden alternative is told, once, even where the right term stands too."""
    message = "'stock' must not stand for the term 'Lager'; use 'warehouse'."

    assert [message] == told([LAGER], "Das Lager", "The stock")
    assert [message] == told([LAGER], "Das Lager", "The warehouse stock")


def test_a_forbidden_part_of_the_right_term():
    """An alternative that stands only inside the right term is not forbidden there."""
    account = GlossaryEntry(
        term="Konto",
        translations={"en": "user account"},
        forbidden_alternatives=("account",),
    )

    assert told([account], "Ihr Konto", "Your user accounts") == []
    assert len(told([account], "Ihr Konto", "Your account")) == 1


def test_terms_that_stay():
    """A term that must not be translated has to stand in the translation."""
    assert told([BRAND], "Nightdesk läuft.", "Nightdesk’s running.") == []
    assert told([BRAND], "Nightdesk läuft.", "The night table runs.") == [
        "The term 'Nightdesk' must stay as it is, but the translation does not hold it."
    ]


def test_terms_that_do_not_occur():
    """An entry whose term is not in the source asks nothing."""
    assert told([LAGER, BRAND], "Die Lage ist ernst.", "The stock is low.") == []


def test_one_of_two_senses():
    """Of two entries for one term it is enough to follow one."""
    bank = GlossaryEntry(term="Bank", translations={"en": "bank"}, context="money")
    bench = GlossaryEntry(term="Bank", translations={"en": "bench"}, context="garden")

    assert told([bank, bench], "Die Bank", "The bench") == []
    assert len(told([bank, bench], "Die Bank", "The chair")) == 2


def test_pending_entries_do_not_bind():
    """A pending entry's deviation is told, as not binding."""
    pending = GlossaryEntry(
        term="Lager", translations={"en": "warehouse"}, status=TermStatus.PENDING
    )
    (found,) = deviations([pending], "Das Lager", "The camp", source_lang="de", target_lang="en")

    assert not found.binding


def test_japanese_terms():
    """In a language without spaces a term is looked for as it stands."""
    entry = GlossaryEntry(term="warehouse", translations={"ja": "倉庫"})

    assert told([entry], "The warehouse", "この倉庫は空です", "en", "ja") == []
    assert len(told([entry], "The warehouse", "この部屋は空です", "en", "ja")) == 1
