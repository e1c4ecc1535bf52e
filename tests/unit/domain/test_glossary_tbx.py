"""Termbases in TBX, of both versions and styles."""

import pytest

from domain.briefing import GlossaryEntry
from domain.errors import GlossaryError
from domain.glossary.glossaries import Glossary
from domain.glossary.tbx_termbase import read_tbx

VERSION_2 = """<?xml version="1.0"?>
<!DOCTYPE martif SYSTEM "TBXBasiccoreStructV02.dtd">
<martif type="TBX-Basic" xml:lang="en">
 <martifHeader><fileDesc><sourceDesc><p>Ours</p></sourceDesc></fileDesc></martifHeader>
 <text><body>
  <termEntry id="c1">
   <descripGrp><descrip type="subjectField">logistics</descrip></descripGrp>
   <descrip type="definition">where  goods
     lie</descrip>
   <langSet xml:lang="de">
    <ntig><termGrp><term>Lager</term></termGrp></ntig>
   </langSet>
   <langSet xml:lang="en">
    <tig><term>camp</term>
     <termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></tig>
    <tig><term>store</term>
     <termNote type="administrativeStatus">admittedTerm-admn-sts</termNote></tig>
    <ntig><termGrp><term>ware<hi>house</hi></term>
     <termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></termGrp></ntig>
   </langSet>
  </termEntry>
 </body></text>
</martif>
"""

DCA = """<?xml version="1.0"?>
<tbx type="TBX-Basic" style="dca" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2">
 <tbxHeader><fileDesc><sourceDesc><p>Ours</p></sourceDesc></fileDesc></tbxHeader>
 <text><body>
  <conceptEntry id="c1">
   <descrip type="subjectField">logistics</descrip>
   <langSec xml:lang="de">
    <descripGrp><descrip type="definition">where goods lie</descrip></descripGrp>
    <termSec><term>Lager</term></termSec>
   </langSec>
   <langSec xml:lang="en">
    <termSec><term>camp</term>
     <termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termSec>
    <termSec><term>warehouse</term></termSec>
    <termSec><term>store</term></termSec>
   </langSec>
  </conceptEntry>
 </body></text>
</tbx>
"""

DCT = """<?xml version="1.0"?>
<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
  xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic">
 <text><body>
  <conceptEntry id="c1">
   <min:subjectField>logistics</min:subjectField>
   <langSec xml:lang="de">
    <termSec><term>Lager</term><basic:context>where goods lie</basic:context></termSec>
   </langSec>
   <langSec xml:lang="en">
    <termSec><term>store</term>
     <min:administrativeStatus>admittedTerm-admn-sts</min:administrativeStatus></termSec>
    <termSec><term>warehouse</term>
     <min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus></termSec>
    <termSec><term>camp</term>
     <min:administrativeStatus>supersededTerm-admn-sts</min:administrativeStatus></termSec>
   </langSec>
  </conceptEntry>
 </body></text>
</tbx>
"""


def entries(text, source_lang="de", target_lang="en"):
    concepts = read_tbx(text.encode(), where="t.tbx")
    return Glossary(concepts=concepts).for_pair(source_lang, target_lang)


@pytest.mark.parametrize("text", [VERSION_2, DCA, DCT])
def test_one_concept_in_each_dialect(text):
    """Term, subject, meaning and the standing of each translation are read from all three."""
    assert entries(text) == (
        GlossaryEntry(
            term="Lager",
            translations={"en": "warehouse"},
            admitted=("store",),
            forbidden_alternatives=("camp",),
            context="where goods lie",
            domain="logistics",
        ),
    )


def test_each_term_of_the_source_language():
    """In the other direction each English term asks for the German one, forbidden ones too."""
    assert [(e.term, e.translations) for e in entries(VERSION_2, "en-GB", "de-AT")] == [
        ("camp", {"de-AT": "Lager"}),
        ("store", {"de-AT": "Lager"}),
        ("warehouse", {"de-AT": "Lager"}),
    ]


def test_languages_that_are_not_there():
    """A concept without a term in one of the languages asks nothing."""
    assert entries(DCA, "de", "fr") == entries(DCA, "fr", "de") == ()


def test_only_forbidden_terms():
    """A concept whose terms in the target language are all forbidden only forbids."""
    text = DCA.replace("<term>warehouse", "<term>Lager").replace(
        "<termSec><term>Lager</term></termSec>\n    <termSec><term>store</term></termSec>", ""
    )

    (entry,) = entries(text)
    assert (entry.translations, entry.forbidden_alternatives) == ({}, ("camp",))


def test_the_usual_country_of_a_language():
    """`de-DE` serves jobs into German, as `de` would."""
    text = DCA.replace('xml:lang="de"', 'xml:lang="de-DE"')

    assert entries(text, "en", "de")[0].translations == {"de": "Lager"}


@pytest.mark.parametrize(
    ("message", "old", "new"),
    [
        ("t.tbx:19: no valid XML: mismatched tag: line 19, column 2", "</tbx>", "</tbz>"),
        (
            "t.tbx:2: no TBX: it begins with <tmx>, not with <martif> or <tbx>",
            *("<tbx type", "<tmx type"),
        ),
        (
            "t.tbx:11: xml:lang: this <langSec> does not say its language",
            ' xml:lang="en">\n    <',
            ">\n    <",
        ),
        (
            "t.tbx:7: xml:lang: 'qqqq' is no language code; write one by BCP-47, "
            "such as 'de', 'en' or 'pt-BR'",
            *('xml:lang="de"', 'xml:lang="qqqq"'),
        ),
        ("t.tbx:9: term: this <termSec> has no term", "Lager", " "),
        (
            "t.tbx:9: term: String should have at most 200 characters",
            *("Lager", "L" * 201),
        ),
        (
            "t.tbx:13: administrativeStatus: unknown status 'so-so'; known are "
            "preferredTerm-admn-sts, admittedTerm-admn-sts, deprecatedTerm-admn-sts and "
            "supersededTerm-admn-sts",
            *("deprecatedTerm-admn-sts", "so-so"),
        ),
        (
            "t.tbx:2: it declares entities or names some outside; write their text out instead",
            *("<tbx type", '<!DOCTYPE tbx [<!ENTITY a "aaaa">]><tbx type'),
        ),
        ("t.tbx:2: there is no term in it", "conceptEntry", "entry"),
    ],
)
def test_what_is_wrong_and_where(message, old, new):
    """A termbase that can't be used says in which line and element, and why."""
    assert old in DCA
    text = DCA.replace(old, new)
    if old == "<tbx type" and "tmx" in new:
        text = text.replace("</tbx>", "</tmx>")
    with pytest.raises(GlossaryError) as caught:
        read_tbx(text.encode(), where="t.tbx")

    assert message == str(caught.value)


def test_other_encodings():
    """A termbase is read in the encoding that it declares."""
    text = DCA.replace("<?xml version", "<?xml version", 1).replace(
        'version="1.0"?', 'version="1.0" encoding="ISO-8859-1"?', 1
    )
    concepts = read_tbx(text.replace("Lager", "Gefäß").encode("latin-1"), where="t.tbx")

    assert concepts[0].terms[0].text == "Gefäß"
