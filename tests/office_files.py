"""Office documents for tests: small packages made by hand, and what is in a package."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    "{}</Types>"
)
_RELATIONSHIPS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}'
    "</Relationships>"
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"

_NAMESPACES = (
    ' xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
    f' xmlns:r="{OFFICE}"'
)


def relationships(*targets: tuple[str, str, str]) -> str:
    """A part of relationships; each has an id, a type and a target."""
    return _RELATIONSHIPS.format(
        "".join(
            f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
            for i, kind, target in targets
        )
    )


def package(types: Mapping[str, str], parts: Mapping[str, str]) -> bytes:
    """A package of these parts.

    Args:
        types: content types of parts; it begins with the first of them.
        parts: what is in each, by name.
    """
    overrides = (
        f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in types.items()
    )
    return zipped(
        {
            "[Content_Types].xml": _TYPES.format("".join(overrides)),
            "_rels/.rels": relationships(("rId1", "officeDocument", next(iter(types)))),
            **parts,
        }
    )


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def word(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """A Word document with this body; namespaces are declared, and white space is kept."""
    body = body.replace("<w:t>", '<w:t xml:space="preserve">')
    document = f"<w:document{_NAMESPACES}><w:body>{body}</w:body></w:document>"
    return package({"word/document.xml": WORD}, {"word/document.xml": document, **(parts or {})})


def word_part(name: str, inner: str) -> str:
    """Another part of a Word document, such as `styles`."""
    inner = inner.replace("<w:t>", '<w:t xml:space="preserve">')
    return f"<w:{name}{_NAMESPACES}>{inner}</w:{name}>"


def parts(data: bytes) -> dict[str, bytes]:
    """The bytes of a package's parts by their names, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def replaced(data: bytes, name: str, old: str, new: str) -> bytes:
    """The package with another text in one of its parts."""
    found = parts(data)
    assert old.encode() in found[name]
    found[name] = found[name].replace(old.encode(), new.encode())
    return zipped(found)
