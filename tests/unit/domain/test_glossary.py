import pytest

from domain.briefing import GlossaryEntry, TermStatus
from domain.errors import GlossaryError
from domain.glossary.csv_glossary import read_csv
from domain.glossary.glossaries import target_of
from domain.glossary.term_index import occurring


def entry(term, target="x", **fields):
    return GlossaryEntry(term=term, translations={"en": target}, **fields)


def test_a_full_table():
    """Every column lands in its field, and languages in their standard form."""
    text = (
        "term,en,pt_br,context,domain,forbidden_alternatives,do_not_translate,"
        "case_sensitive,status\n"
        'Lager,warehouse,armazém,where goods lie,logistics,"stock | camp",false,TRUE,Pending\n'
        "Nightdesk,,,,,,yes,,\n"
    )

    assert (
        GlossaryEntry(
            term="Lager",
            translations={"en": "warehouse", "pt-BR": "armazém"},
            context="where goods lie",
            domain="logistics",
            forbidden_alternatives=("stock", "camp"),
            case_sensitive=True,
            status=TermStatus.PENDING,
        ),
        GlossaryEntry(term="Nightdesk", do_not_translate=True),
    ) == read_csv(text, where="g.csv")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffterm,en\nLager,warehouse\n",
        "term;en\r\nLager;warehouse\r\n",
        "term\ten\nLager\twarehouse",
        "\n Term , EN \n\nLager , warehouse\n,\n",
    ],
)
def test_spreadsheet_habits(text):
    """A byte order mark, other separators, blank lines and spaces around cells do no harm."""
    assert (GlossaryEntry(term="Lager", translations={"en": "warehouse"}),) == read_csv(
        text, where="g.csv"
    )


def test_two_senses():
    """A term may stand twice when its context differs."""
    text = "term,en,context\nBank,bank,money\nBank,bench,garden\n"

    assert [e.translations["en"] for e in read_csv(text, where="g.csv")] == ["bank", "bench"]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("g.csv: the glossary is empty; its first row names the columns", "\n\n"),
        ("g.csv:1: term: this column is missing", "en,fr\nwarehouse,entrepôt\n"),
        (
            "g.csv:1: begriff: unknown column; known are term, context, domain, "
            "admitted, forbidden_alternatives, do_not_translate, case_sensitive, status, "
            "and languages such as 'de'",
            "term,begriff\n",
        ),
        (
            "g.csv:1: no column holds translations; add one named by a target language, "
            "such as 'de'",
            "term,context\nLager,goods\n",
        ),
        ("g.csv:1: column 2 has no name", "term,,en\n"),
        ("g.csv:1: EN: this column is there twice", "term,en,EN\n"),
        (
            "g.csv:3: term: 'Lager' is there twice; give each sense its own context, or drop one",
            "term,en\nLager,warehouse\nLager,camp\n",
        ),
        (
            "g.csv:2: do_not_translate: 'maybe' is neither true nor false",
            "term,en,do_not_translate\nLager,warehouse,maybe\n",
        ),
        (
            "g.csv:2: status: Input should be 'approved', 'pending' or 'deprecated'",
            "term,en,status\nLager,warehouse,done\n",
        ),
        ("g.csv:2: term: String should have at least 1 character", "term,en\n,warehouse\n"),
        (
            "g.csv:2: 3 cells, but the first row names 2 columns; "
            "quote a cell that holds the separator",
            "term,en\nLager,warehouse,stock\n",
        ),
        ("g.csv:2: no valid CSV: unexpected end of data", 'term,en\nLager,"ware\n'),
    ],
)
def test_what_is_wrong_and_where(message, text):
    """A table that can't be used says where, in which column, and why."""
    with pytest.raises(GlossaryError) as caught:
        read_csv(text, where="g.csv")

    assert message == str(caught.value)


def test_entries_that_occur():
    """Only terms of the source are called for, inflected ones too, in the glossary's order."""
    lager, kunde, tor = entry("Lager"), entry("Kunde"), entry("Tor")

    assert (lager, kunde) == occurring(
        [lager, kunde, tor], "Die Kunden sehen die Lager.", "de", "en"
    )


def test_deprecated_entries_do_not_occur():
    """A deprecated entry is ignored, a pending one is not."""
    old = entry("Lager", status=TermStatus.DEPRECATED)
    new = entry("Lager", status=TermStatus.PENDING)

    assert (new,) == occurring([old, new], "Das Lager", "de", "en")


def test_other_target_languages():
    """An entry that says nothing for the target language does not occur."""
    assert occurring([entry("Lager")], "Das Lager", "de", "fr") == ()
    fixed = GlossaryEntry(term="Lager", do_not_translate=True)
    assert (fixed,) == occurring([fixed], "Das Lager", "de", "fr")


def test_longer_terms_come_first():
    """A term inside a longer one that occurs is not called for, unless it also stands alone."""
    short, long = entry("machine"), entry("machine learning")

    assert (long,) == occurring([short, long], "Machine learning pays.", "en", "en")
    assert (short, long) == occurring([short, long], "A machine for machine learning.", "en", "en")


def test_case_sensitive_entries():
    """A case-sensitive term does not occur in another case."""
    it = entry("IT", case_sensitive=True)

    assert occurring([it], "Stop it.", "en", "de") == ()
    assert (it,) == occurring([it], "Our IT.", "en", "en")


def test_regions_fall_back_to_their_language():
    """Austrian German takes the German term, German does not take the Austrian one."""
    both = GlossaryEntry(term="x", translations={"de": "Tomate", "de-AT": "Paradeiser"})

    assert target_of(both, "de-AT") == "Paradeiser"
    assert target_of(both, "de-CH") == "Tomate"
    assert target_of(GlossaryEntry(term="x", translations={"de-AT": "y"}), "de") is None
