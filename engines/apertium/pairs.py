"""Which of Apertium's modes translates a pair of languages, and which package brings it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import langcodes

from domain.errors import EnvironmentProblem
from domain.languages import english_name

_DEBIAN = """
    afr-nld arg-cat bel-rus br-fr cat-ita cat-srd dan-nor en-gl eng-cat eng-spa eo-ca eo-en eo-es
    eo-fr es-gl es-pt es-ro eu-en eu-es fr-es fra-cat fra-frp hbs-eng hbs-mkd hbs-slv ind-zlm
    isl-eng isl-swe mkd-bul mkd-eng nno-nob oc-ca oc-es oci-fra pol-szl por-cat pt-gl rus-ukr
    spa-arg spa-ast spa-cat spa-ita srd-ita swe-dan swe-nor urd-hin
"""

PACKAGES = frozenset(_DEBIAN.split())
"""The pairs of Debian 12, each `apertium-` and this name; only some go both ways."""

NAMES = {
    "bs": ("hbs_BS", "hbs"),
    "hr": ("hbs_HR", "hbs"),
    "sr": ("hbs_SR", "hbs"),
    "ms": ("zlm",),
    "nb": ("nob", "nor"),
    "nn": ("nno", "nor"),
    "no": ("nob", "nor"),
}
"""What Apertium calls a language where ISO 639 has another name or divides otherwise."""


def mode_of(source_lang: str, target_lang: str, installed: Collection[str]) -> str:
    """The mode that translates a pair, the target's own variety first.

    Args:
        source_lang: BCP-47.
        target_lang: BCP-47.
        installed: the names of all modes on this machine, such as `eng-spa` or `spa-eng_US`.

    Raises:
        EnvironmentProblem: none does; it names the package that would, where Debian has one.
    """
    for target in _targets(target_lang):
        for source in _names(source_lang):
            if f"{source}-{target}" in installed:
                return f"{source}-{target}"
    wish = (
        f"Apertium can't translate {english_name(source_lang)} to {english_name(target_lang)} "
        "on this machine"
    )
    package = _package(_names(source_lang), _names(target_lang))
    if package is None:
        raise EnvironmentProblem(f"{wish}; Debian has no package for this pair")
    if any(f"{t}-{s}" in installed for s in _names(source_lang) for t in _names(target_lang)):
        raise EnvironmentProblem(f"{wish}; {package}, which is installed, goes the other way only")
    raise EnvironmentProblem(f"{wish}; install the package {package} (Debian)")


def _names(lang: str) -> Sequence[str]:
    """What Apertium may call a language, the likelier first: by three letters, then by two."""
    code = langcodes.get(lang)
    language = code.language or lang
    return (*NAMES.get(language, ()), code.to_alpha3(), language)


def _targets(lang: str) -> Iterator[str]:
    """The names of a target: those of its variant or country, then those of the language."""
    code = langcodes.get(lang)
    for variety in (*(code.variants or ()), *filter(None, [code.territory])):
        yield from (f"{name}_{variety}" for name in _names(lang))
    yield from _names(lang)


def _package(sources: Sequence[str], targets: Sequence[str]) -> str | None:
    for source in sources:
        for target in targets:
            for name in (f"{source}-{target}", f"{target}-{source}"):
                if name in PACKAGES:
                    return f"apertium-{name}"
    return None
