"""Which of several glossaries counts."""

from domain.briefing import GlossaryEntry, TermStatus
from domain.glossary.glossaries import prevailing, target_of


def entry(term, target=None, **fields):
    return GlossaryEntry(term=term, translations={"en": target} if target else {}, **fields)


def test_the_earlier_one_wins():
    """Of two translations for one term that of the earlier glossary stays."""
    first, second = entry("Lager", "warehouse"), entry("Lager", "storehouse")

    assert prevailing([[first], [second]], "en") == (first,)
    assert prevailing([[second], [first]], "en") == (second,)


def test_one_glossary_keeps_all_it_has():
    """Within one glossary two translations for a term stay, and so do those after them."""
    bank, bench = entry("Bank", "bank"), entry("Bank", "bench", context="garden")
    shore = entry("Bank", "shore", context="sea")

    assert prevailing([[bank, bench], [shore]], "en") == (bank, bench)


def test_other_senses():
    """A term with another context, or of another domain, is another sense."""
    money, garden = entry("Bank", "bank", context="money"), entry("Bank", "bench", context="garden")
    law, sea = entry("See", "see", domain="law"), entry("See", "lake", domain="sea")

    assert prevailing([[money], [garden]], "en") == (money, garden)
    assert prevailing([[law], [sea]], "en") == (law, sea)


def test_a_sense_that_is_not_named():
    """An entry without a context goes before a later one whatever that one's context is."""
    plain, told = entry("Lager", "warehouse"), entry("Lager", "camp", context="holidays")

    assert prevailing([[plain], [told]], "en") == (plain,)


def test_other_languages_do_not_count():
    """An earlier entry without a translation for the target language leaves it to a later one."""
    french = GlossaryEntry(term="Lager", translations={"fr": "entrepôt"})
    english = entry("Lager", "warehouse")

    assert prevailing([[french], [english]], "en") == (french, english)


def test_the_same_translation():
    """Two glossaries with the same translation both count, with what each of them forbids."""
    first = entry("Lager", "warehouse", forbidden_alternatives=("camp",))
    second = entry("Lager", "warehouse", forbidden_alternatives=("stock",))

    assert prevailing([[first], [second]], "en") == (first, second)


def test_a_later_one_forbids_nothing_that_an_earlier_one_asks_for():
    """What an earlier glossary asks for or admits can't be forbidden by a later one."""
    first = entry("Lager", "warehouse", admitted=("store",))
    second = entry("Lager", forbidden_alternatives=("warehouse", "camp", "store"))

    assert prevailing([[first], [second]], "en") == (
        first,
        entry("Lager", forbidden_alternatives=("camp",)),
    )
    assert prevailing([[first], [entry("Lager", forbidden_alternatives=("store",))]], "en") == (
        first,
    )


def test_a_later_one_asks_for_nothing_forbidden():
    """What an earlier glossary forbids can't be asked for by a later one."""
    first, second = entry("Lager", forbidden_alternatives=("camp",)), entry("Lager", "camp")

    assert prevailing([[first], [second]], "en") == (first,)


def test_terms_that_stay():
    """A term that must stay goes before its translation, and the other way round."""
    stays, translated = entry("Desk", do_not_translate=True), entry("desk", "Tisch")

    assert prevailing([[stays], [translated]], "en") == (stays,)
    assert prevailing([[translated], [stays]], "en") == (translated,)


def test_case_tells_terms_apart_where_it_counts():
    """A case-sensitive term is not the same as one in another case."""
    it, pronoun = entry("IT", "EDV", case_sensitive=True), entry("it", "es")

    assert prevailing([[it], [pronoun]], "en") == (it, pronoun)


def test_deprecated_entries_do_not_win():
    """A deprecated entry is ignored: a later one with another translation stays."""
    old = entry("Lager", "camp", status=TermStatus.DEPRECATED)
    new = entry("Lager", "warehouse")

    assert prevailing([[old], [new]], "en") == (old, new)


def test_the_usual_country_of_a_language():
    """`de-DE` serves jobs into German, and `zh-CN` those into simplified Chinese."""
    both = GlossaryEntry(term="x", translations={"de-DE": "y", "zh-CN": "z"})

    assert (target_of(both, "de"), target_of(both, "zh-Hans")) == ("y", "z")
    assert target_of(both, "de-AT") is target_of(both, "zh-TW") is None
