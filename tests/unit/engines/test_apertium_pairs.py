"""Which mode translates a pair, and what is said where none does."""

from __future__ import annotations

import pytest

from domain.errors import EnvironmentProblem
from engines.apertium.pairs import mode_of

INSTALLED = {
    "eng-spa",
    "spa-eng",
    "spa-eng_US",
    "es-pt",
    "es-pt_BR",
    "br-fr",
    "swe-nob",
    "swe-nno",
    "hbs-eng",
    "eng-hbs",
    "eng-hbs_HR",
    "eng-cat",
    "eng-cat_valencia",
}


@pytest.mark.parametrize(
    ("source", "target", "mode"),
    [
        ("en", "es", "eng-spa"),
        ("en-GB", "es-MX", "eng-spa"),
        ("es", "en", "spa-eng"),
        ("es", "en-US", "spa-eng_US"),
        ("es", "pt", "es-pt"),
        ("es", "pt-BR", "es-pt_BR"),
        ("sv", "nb", "swe-nob"),
        ("sv", "nn", "swe-nno"),
        ("sv", "no", "swe-nob"),
        ("sr", "en", "hbs-eng"),
        ("en", "hr", "eng-hbs_HR"),
        ("en", "sr", "eng-hbs"),
        ("en", "ca-valencia", "eng-cat_valencia"),
    ],
)
def test_mode(source: str, target: str, mode: str) -> None:
    """A pair is found by three letters or two, in the target's own variety where there is one."""
    assert mode == mode_of(source, target, INSTALLED)


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (
            "fr",
            "es",
            "Apertium can't translate French (fr) to Spanish (es) on this machine; "
            "install the package apertium-fr-es (Debian)",
        ),
        (
            "ca",
            "it",
            "Apertium can't translate Catalan (ca) to Italian (it) on this machine; "
            "install the package apertium-cat-ita (Debian)",
        ),
        (
            "ms",
            "id",
            "Apertium can't translate Malay (ms) to Indonesian (id) on this machine; "
            "install the package apertium-ind-zlm (Debian)",
        ),
        (
            "nb",
            "da",
            "Apertium can't translate Norwegian Bokmål (nb) to Danish (da) on this machine; "
            "install the package apertium-dan-nor (Debian)",
        ),
        (
            "fr",
            "br",
            "Apertium can't translate French (fr) to Breton (br) on this machine; "
            "apertium-br-fr, which is installed, goes the other way only",
        ),
        (
            "en",
            "ja",
            "Apertium can't translate English (en) to Japanese (ja) on this machine; "
            "Debian has no package for this pair",
        ),
    ],
)
def test_no_mode(source: str, target: str, message: str) -> None:
    """A pair that is not installed is an error that names the package, in its own order."""
    with pytest.raises(EnvironmentProblem) as raised:
        mode_of(source, target, INSTALLED)
    assert message == str(raised.value)
