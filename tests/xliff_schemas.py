"""OASIS's schemas of XLIFF, which Debian's package `php-symfony-translation` has."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from lxml import etree

SCHEMAS = Path("/usr/share/php/Symfony/Component/Translation/Resources/schemas")
_BY_VERSION = {"1.2": "xliff-core-1.2-strict.xsd", "2.0": "xliff-core-2.0.xsd"}


def violations(data: bytes) -> list[str]:
    """What in a file is not as the schema of its version asks; 2.1 has the core of 2.0.

    Skips the test where the schemas are not installed.
    """
    if not SCHEMAS.is_dir():
        pytest.skip(f"the schemas of XLIFF are not installed: there is no {SCHEMAS}")
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    if root.get("version") == "2.1":
        root.set("version", "2.0")
    schema = _schema(root.get("version", ""))
    schema.validate(root)
    return [f"{error.line}: {error.message}" for error in schema.error_log]


@cache
def _schema(version: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Local())
    return etree.XMLSchema(etree.parse(SCHEMAS / _BY_VERSION[version], parser))


class _Local(etree.Resolver):
    """Finds the schema of `xml:lang` beside the others, wherever they look for it."""

    def resolve(self, system_url: str, public_id: str, context: object) -> object:
        if not system_url.endswith("xml.xsd"):
            return None
        return self.resolve_filename(str(SCHEMAS / "xml.xsd"), context)
