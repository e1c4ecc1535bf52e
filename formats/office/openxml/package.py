"""Packages of Open XML: a ZIP archive of parts that name each other by relationships.

What is read is counted, since an archive may lie about its sizes.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from domain.errors import DocumentError
from formats.office.openxml import archive as office_archive
from formats.office.openxml import xml as office_xml

_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_STRICT = "http://purl.oclc.org/ooxml/"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Relationship:
    """What a part says of another.

    Attributes:
        type: the last word of its type, such as `header`.
        target: the other part's name.
    """

    id: str
    type: str
    target: str


class Package:
    """The parts of a document, by name."""

    def __init__(self, data: bytes, suffix: str) -> None:
        """Checks a package without unpacking its parts.

        Args:
            data: the file's bytes.
            suffix: how such a file should be saved, such as `.docx`; for messages.

        Raises:
            DocumentError: it is no package, or one that could do harm.
        """
        self._data = data
        self._suffix = suffix
        self._archive = office_archive.opened(data, suffix)
        self._infos = office_archive.checked(self._archive.infolist())
        self._related: dict[str, tuple[Relationship, ...]] = {}
        if "[content_types].xml" not in self._infos:
            raise DocumentError(
                f"this ZIP archive is no office document: it has no [Content_Types].xml; save it"
                f" as {suffix}"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all parts, in the archive's order."""
        return tuple(info.filename for info in self._infos.values())

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._infos

    def read(self, name: str) -> bytes:
        """A part's bytes.

        Raises:
            DocumentError: it is missing, damaged, or larger than the archive says.
        """
        info = self._infos.get(name.lower())
        if info is None:
            raise DocumentError(f"the document lacks its part {name}; save it again")
        try:
            with self._archive.open(info) as part:
                content = part.read(info.file_size + 1)
        except _DAMAGE as error:
            raise DocumentError(f"its part {name} is damaged: {error}; save it again") from None
        if len(content) != info.file_size:
            raise DocumentError(f"its part {name} is not as large as the archive says")
        return content

    def xml(self, name: str) -> etree._Element:
        """The root element of a part.

        Raises:
            DocumentError: as `read` does, or it is no XML that is taken.
        """
        return office_xml.parsed(self.read(name), name)

    def related(self, name: str, type_: str = "") -> tuple[Relationship, ...]:
        """What a part refers to inside of the package, in its order.

        Args:
            name: the part's; empty for the package's own relationships.
            type_: only those of this type.
        """
        if name not in self._related:
            self._related[name] = tuple(self._relationships(name))
        return tuple(r for r in self._related[name] if not type_ or r.type == type_)

    def _relationships(self, name: str) -> Iterator[Relationship]:
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if rels not in self:
            return
        for node in self.xml(rels).iter(f"{_RELATIONSHIPS}Relationship"):
            target = _target(folder, node.get("Target", ""))
            if node.get("TargetMode") != "External" and target in self:
                yield Relationship(node.get("Id", ""), _kind(node), target)

    def main(self, *kinds: str) -> str:
        """The name of the part that the document begins with.

        Args:
            kinds: one of these must be in its content type, such as `wordprocessingml`.

        Raises:
            DocumentError: it has none, or is another kind of document.
        """
        for relationship in self.related("", "officeDocument"):
            content_type = self._content_type(relationship.target)
            if content_type.endswith("+xml") and any(kind in content_type for kind in kinds):
                return relationship.target
        raise DocumentError(
            f"what this archive holds is no {self._suffix} document; check the ending of its name"
        )

    def _content_type(self, name: str) -> str:
        types = self.xml("[Content_Types].xml")
        for node in types.iter("{*}Override"):
            if node.get("PartName", "").lower() == f"/{name}".lower():
                return node.get("ContentType", "")
        ending = posixpath.splitext(name)[1][1:].lower()
        for node in types.iter("{*}Default"):
            if node.get("Extension", "").lower() == ending:
                return node.get("ContentType", "")
        return ""

    def with_parts(self, parts: Mapping[str, bytes]) -> bytes:
        """The package with other bytes in some parts; the others keep theirs."""
        if not parts:
            return self._data
        changed = {name.lower(): content for name, content in parts.items()}
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.comment = self._archive.comment
            for key, info in self._infos.items():
                content = changed.get(key)
                archive.writestr(
                    _like(info), self.read(info.filename) if content is None else content
                )
        return out.getvalue()

    def see_that_it_is_sound(self) -> None:
        """Reads each part once, so that damage is told before anything is done with the text.

        Raises:
            DocumentError: as `read` does.
        """
        for _ in self.contents():
            pass

    def contents(self) -> Iterator[tuple[str, bytes]]:
        """Name and bytes of each part."""
        return ((name, self.read(name)) for name in self.names)


def _kind(node: etree._Element) -> str:
    kind = node.get("Type", "")
    if kind.startswith(_STRICT):
        raise DocumentError(
            "the document is saved as Strict Open XML; save it in the ordinary form of its kind"
        )
    return kind.rsplit("/", 1)[-1]


def _target(folder: str, target: str) -> str:
    """The part that a relationship leads to, as the archive names it."""
    if target.startswith("/"):
        return posixpath.normpath(target.lstrip("/"))
    return posixpath.normpath(posixpath.join(folder, target))


def _like(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """A new entry with another's name, time and way of packing."""
    new = zipfile.ZipInfo(info.filename, info.date_time)
    new.compress_type = info.compress_type
    new.external_attr, new.internal_attr = info.external_attr, info.internal_attr
    new.create_system, new.comment = info.create_system, info.comment
    return new
