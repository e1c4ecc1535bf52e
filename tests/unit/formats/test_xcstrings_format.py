"""Xcode's string catalogs in and out."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import DocumentError
from domain.placeholders.markup import scan
from formats.strings.apple.xcstrings import XcstringsFormat

CATALOG = XcstringsFormat()

XCODE = """\
{
  "sourceLanguage" : "en",
  "strings" : {
    "" : {

    },
    "%lld files" : {
      "comment" : "How many files there are",
      "localizations" : {
        "en" : {
          "variations" : {
            "plural" : {
              "one" : {
                "stringUnit" : {
                  "state" : "translated",
                  "value" : "%lld file"
                }
              },
              "other" : {
                "stringUnit" : {
                  "state" : "translated",
                  "value" : "%lld files"
                }
              }
            }
          }
        }
      }
    },
    "Open" : {
      "extractionState" : "manual",
      "localizations" : {
        "fr" : {
          "stringUnit" : {
            "state" : "translated",
            "value" : "Ouvrir"
          }
        }
      }
    },
    "Version 2" : {
      "shouldTranslate" : false
    }
  },
  "version" : "1.0"
}"""


def unit(value: str, state: str = "translated") -> dict[str, Any]:
    return {"stringUnit": {"state": state, "value": value}}


def catalog(**strings: dict[str, Any]) -> dict[str, Any]:
    return {"sourceLanguage": "en", "strings": strings, "version": "1.0"}


def plural(**forms: str) -> dict[str, Any]:
    return {"variations": {"plural": {form: unit(text) for form, text in forms.items()}}}


SUBSTITUTED = {
    **unit("%#@files@ in %@"),
    "substitutions": {
        "files": {"argNum": 1, "formatSpecifier": "lld", **plural(one="%arg file", other="%arg fs")}
    },
}
PHRASES = ["Open ${applicationName}", "${applicationName}", "Start ${applicationName}"]
FILES = [
    XCODE,
    json.dumps(catalog(Open={}), indent=2),
    json.dumps(catalog(Open={"localizations": {}}), indent=2) + "\n",
    json.dumps(catalog(Open={"comment": "A verb", "localizations": {"fr": unit("Ouvrir")}})),
    json.dumps(catalog(key={"localizations": {"en": unit("Open it"), "de": unit("x", "new")}})),
    json.dumps(catalog(key={"localizations": {"en": unit("Open it"), "de": unit("")}})),
    json.dumps(catalog(key={"localizations": {"en": plural(one="%d day", other="%d days")}})),
    json.dumps(catalog(key={"localizations": {"en": plural(zero="None", other="%d days")}})),
    json.dumps(catalog(key={"localizations": {"en": SUBSTITUTED}})),
    json.dumps(
        catalog(
            key={
                "localizations": {
                    "en": {"variations": {"device": {"mac": unit("Click"), "other": unit("Tap")}}}
                }
            }
        )
    ),
    json.dumps(
        catalog(
            key={
                "localizations": {
                    "en": {
                        "variations": {
                            "device": {
                                "mac": plural(one="A click", other="%d clicks"),
                                "other": unit("Taps"),
                            }
                        }
                    }
                }
            }
        )
    ),
    json.dumps(catalog(Open={}, Close={"extractionState": "stale"}), ensure_ascii=False),
    json.dumps(catalog(**{'“Öffnen” 🙂 / \\ "': {}}), ensure_ascii=False, indent=2),
    json.dumps(catalog(**{"Two\nlines": {}}), indent=2),
    json.dumps(catalog(**{"A <b>bold</b> %1$@ of %2$lld": {}}), indent=2),
    json.dumps(catalog(Open={}), indent=2).replace('": ', '" : '),
    "\ufeff" + json.dumps(catalog(Open={})),
    json.dumps(catalog(a={"localizations": {"en": unit("One")}}, b={"localizations": {}})),
    json.dumps({**catalog(Open={}), "sourceLanguage": "en-GB"}),
    json.dumps(catalog(Open={"localizations": {"de-DE": unit("Auf", "new")}})),
    json.dumps(
        catalog(
            key={"localizations": {"en": {"stringSet": {"state": "new", "values": PHRASES}}}},
        )
    ),
]


def extracted(text: str, lang: str = "de") -> list[tuple[str, str]]:
    return [(one.path, one.text) for one in CATALOG.extract(text.encode(), lang)]


def of_key(output: bytes, key: str, lang: str) -> Any:
    return json.loads(output.removeprefix(b"\xef\xbb\xbf"))["strings"][key]["localizations"][lang]


@pytest.mark.parametrize("text", FILES)
@pytest.mark.parametrize("lang", ["de", "pl", "ja", "ar"])
def test_untranslated_it_stays(text: str, lang: str) -> None:
    """Blank translations, and sources that nobody translated, leave the file to the byte."""
    data = text.encode()
    units = CATALOG.extract(data, lang)
    assert CATALOG.assemble(data, [""] * len(units), lang) == data
    texts = [one.text for one in units]
    assert CATALOG.assemble(data, texts, lang, undone=range(len(units))) == data


@pytest.mark.parametrize("text", FILES)
@pytest.mark.parametrize("lang", ["de", "pl", "ja", "ar"])
def test_translations_are_put_in(text: str, lang: str) -> None:
    """Every text gets its translation, nothing else changes, and nothing is left to do."""
    data = text.encode()
    units = CATALOG.extract(data, lang)
    output = CATALOG.assemble(data, [f"Ü {one.text}" for one in units], lang)
    assert CATALOG.same_structure(data, output) is None
    assert output.decode().count("Ü ") == len(units)
    with pytest.raises(DocumentError, match="no text to translate"):
        CATALOG.extract(output, lang)


def test_the_layout_of_xcode() -> None:
    """What is added stands where Xcode would have it, as Xcode would write it."""
    assert extracted(XCODE) == [
        ("%lld files.one", "%lld file"),
        ("%lld files.other", "%lld files"),
        ("Open", "Open"),
    ]
    output = CATALOG.assemble(XCODE.encode(), ["", "", "Öffnen"], "de").decode()
    french = '        "fr" : {\n'
    german = """\
        "de" : {
          "stringUnit" : {
            "state" : "translated",
            "value" : "Öffnen"
          }
        },
"""
    assert output == XCODE.replace(french, german + french)


def test_plurals() -> None:
    """The target language has its own forms, with what they are for; a note says it."""
    units = CATALOG.extract(XCODE.encode(), "pl")
    assert [one.path for one in units] == [
        *("%lld files.few", "%lld files.many", "%lld files.one", "%lld files.other", "Open")
    ]
    assert units[0].note == "How many files there are; The number is few, such as 2, 3, 4, 22"
    output = CATALOG.assemble(XCODE.encode(), ["2", "5", "1", "x", ""], "pl")
    forms = of_key(output, "%lld files", "pl")["variations"]["plural"]
    assert {form: one["stringUnit"]["value"] for form, one in forms.items()} == {
        "few": "2",
        "many": "5",
        "one": "1",
        "other": "x",
    }


def test_states() -> None:
    """What has to be looked at needs review, what has no translation stays new."""
    data = FILES[6].encode()
    output = CATALOG.assemble(data, ["%d Tag", "%d days"], "de", undone=[0, 1])
    forms = of_key(output, "key", "de")["variations"]["plural"]
    assert [one["stringUnit"]["state"] for one in forms.values()] == ["needs_review", "new"]
    assert extracted(output.decode()) == [("key.other", "%d days")]


def test_states_of_a_set() -> None:
    """A set of phrases is translated when all its phrases are."""
    data = FILES[-1].encode()
    for third, state in [("Start", "translated"), ("", "needs_review")]:
        output = CATALOG.assemble(data, ["Öffne", third], "de")
        phrases = of_key(output, "key", "de")["stringSet"]
        assert phrases["state"] == state
        assert phrases["values"] == ["Öffne", PHRASES[1], third or PHRASES[2]]


@pytest.mark.parametrize(
    ("source", "there", "wanted"),
    [
        (unit("%d days"), plural(one="Ein Tag", other="%d Tage"), []),
        (plural(one="a day", other="%d days"), unit("Tage"), []),
        (
            unit("%d days"),
            {"variations": {"plural": {"one": unit("Ein Tag"), "other": unit("x", "new")}}},
            [("key.other", "%d days")],
        ),
        (
            plural(one="a day", other="%d days"),
            plural(zero="Kein Tag", one="Ein Tag"),
            [("key.other", "%d days")],
        ),
        (
            plural(one="a day", other="%d days"),
            {"variations": {"plural": {"few": unit("x", "new"), "other": unit("Tage")}}},
            [("key.one", "a day")],
        ),
        (
            {"variations": {"device": {"mac": unit("Click"), "other": unit("Tap")}}},
            {"variations": {"device": {"ipad": unit("Auf"), "mac": unit("Klick")}}},
            [("key.other", "Tap")],
        ),
        (
            plural(one="a day", other="%d days"),
            {"variations": {"device": {"mac": unit("Tage"), "other": unit("", "new")}}},
            [("key.other.one", "a day"), ("key.other.other", "%d days")],
        ),
    ],
)
def test_what_is_translated_stays(
    source: dict[str, Any], there: dict[str, Any], wanted: list[tuple[str, str]]
) -> None:
    """A language that varies by something else, or not at all, goes on to do so."""
    data = json.dumps(
        catalog(key={"localizations": {"de": there, "en": source}}, other={})
    ).encode()
    *units, _ = extracted(data.decode())
    assert units == wanted
    output = CATALOG.assemble(data, [*("Neu" for _ in wanted), "Rest"], "de")
    old, new = json.dumps(there, ensure_ascii=False), json.dumps(of_key(output, "key", "de"))
    assert json.dumps("Neu") in new or not wanted
    for word in re.findall(r"[A-Z]\w+(?: Tag)?", old):
        assert word in new


def test_variables_are_placeholders() -> None:
    """Substitutions and their arguments are no prose."""
    for _, text in extracted(FILES[8]):
        shown = "".join(
            text[token.start : token.end] for token in scan(text) if token.end > token.start
        )
        assert shown in ("%#@files@%@", "%arg")


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(FILES), st.text())
def test_any_text(text: str, translation: str) -> None:
    """Whatever a translation holds, the rest of the catalog stays."""
    data = text.encode()
    count = len(CATALOG.extract(data, "fi"))
    output = CATALOG.assemble(data, [translation] * count, "fi")
    assert CATALOG.same_structure(data, output) is None


@pytest.mark.cpu_timeout(60)
def test_long_catalogs() -> None:
    """Many entries take linear time."""
    strings = {f"Open file {n}": {"localizations": {"fr": unit("x")}} for n in range(20_000)}
    data = json.dumps(catalog(**strings)).encode()
    units = CATALOG.extract(data, "de")
    output = CATALOG.assemble(data, [f"Ü {one.text}" for one in units], "de")
    assert CATALOG.same_structure(data, output) is None


@pytest.mark.parametrize(
    ("text", "lang", "message"),
    [
        ("{}", "de", "this is no string catalog"),
        ("[]", "de", "this is no string catalog"),
        ('{"sourceLanguage": "en", "strings": {"a": 1}}', "de", "a: this is no entry"),
        (json.dumps(catalog(Open={})), "en", "sourceLanguage: its texts are in en"),
        (json.dumps(catalog(a={"localizations": {"en": plural(one="a")}})), "de", "'other'"),
        (json.dumps(catalog(a={"localizations": {"en": {"stringUnit": 1}}})), "de", "no value"),
        (json.dumps(catalog(a={"localizations": {"en": 5}})), "de", "is none"),
        (json.dumps(catalog(a={"localizations": 5})), "de", "a: its localizations"),
        (json.dumps(catalog(a={"localizations": {"en": {"variations": 3}}})), "de", "variations"),
        (json.dumps(catalog(a={"shouldTranslate": False})), "de", "no text to translate"),
        ("nonsense", "de", "this is not JSON"),
    ],
)
def test_what_is_no_catalog(text: str, lang: str, message: str) -> None:
    """What is wrong and where is told."""
    with pytest.raises(DocumentError, match=message):
        CATALOG.extract(text.encode(), lang)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"%lld file"', '"%lld thing"', "a text outside of one language changed"),
        ('"manual"', '"stale"', "a text outside of one language changed"),
        ('"version" : "1.0"', '"version" : 1', "at version: a str became a int"),
        ('"Open" : {', '"Shut" : {', "at strings: the keys changed"),
        (
            '"fr" : {',
            '"de" : {"stringUnit" : {"state" : "new", "value" : "x"}}, "fr" : {',
            None,
        ),
        (
            '"fr" : {',
            '"de" : {"stringUnit" : {"state" : "new", "value" : "x"}}, "it" : {',
            "the localizations into de and it changed",
        ),
    ],
)
def test_differences_are_told(old: str, new: str, message: str | None) -> None:
    """All but the localizations into one language must be the same."""
    changed = XCODE.replace(old, new)
    assert changed != XCODE
    found = CATALOG.same_structure(XCODE.encode(), changed.encode())
    assert found == message
