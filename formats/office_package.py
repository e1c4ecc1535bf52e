"""Packages of Open XML: a ZIP archive of parts that name each other by relationships.

Limits and names are checked before anything is read (ECMA-376 part 2 has the rules of names);
what is read is counted as well, since an archive may lie about its sizes.
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
from formats import office_xml
from formats.encoding import MAX_BYTES

MAX_PARTS = 10_000
"""Entries of a package at most."""

MAX_PART_BYTES = 64 * 1024 * 1024
"""The largest part that is taken, in bytes unpacked."""

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""The largest package that is taken, in bytes unpacked."""

MAX_RATIO = 200
"""How often larger than packed a part of more than `FREE_RATIO_BYTES` may be."""

FREE_RATIO_BYTES = 4 * 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 0x1
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_STRICT = "http://purl.oclc.org/ooxml/"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


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
        self._archive = _opened(data, suffix)
        self._infos = _checked(self._archive.infolist())
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


def _opened(data: bytes, suffix: str) -> zipfile.ZipFile:
    if len(data) > MAX_BYTES:
        raise DocumentError(
            f"the document has {len(data) / 2**20:.1f} MB and {MAX_BYTES // 2**20} MB is the most;"
            " split it"
        )
    if data.startswith(_OLE):
        raise DocumentError(
            f"this is an office file of before 2007, or one locked with a password: open it, and"
            f" save it as {suffix} without a password"
        )
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DocumentError(
            f"this is no {suffix} document, or a damaged one ({error}); save it again as {suffix}"
        ) from None


def _checked(infos: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The entries by their names in lower case, by which parts are told apart."""
    if len(infos) > MAX_PARTS:
        raise DocumentError(f"the archive has {len(infos):,} entries and {MAX_PARTS:,} is the most")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > MAX_UNPACKED_BYTES:
        raise DocumentError(
            f"the document has {unpacked / 2**20:.0f} MB unpacked and"
            f" {MAX_UNPACKED_BYTES // 2**20} MB is the most; split it"
        )
    entries: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.filename
        _check(info)
        if name.lower() in entries:
            raise DocumentError(f"the archive has two entries {name!r}; save the document again")
        entries[name.lower()] = info
    return entries


def _check(info: zipfile.ZipInfo) -> None:
    name = info.filename
    segments = name.split("/")
    if not name or name.startswith("/") or "\\" in name or ":" in segments[0] or ".." in segments:
        raise DocumentError(f"the archive has an entry that leads out of it: {name!r}")
    if info.flag_bits & _ENCRYPTED:
        raise DocumentError("the archive is locked with a password; save the document without one")
    if info.compress_type not in _METHODS:
        raise DocumentError(f"{name!r} is packed in a way that office documents don't have")
    if info.file_size > MAX_PART_BYTES:
        raise DocumentError(
            f"{name!r} has {info.file_size / 2**20:.0f} MB unpacked and"
            f" {MAX_PART_BYTES // 2**20} MB is the most; split the document"
        )
    if info.file_size > FREE_RATIO_BYTES and info.file_size > MAX_RATIO * info.compress_size:
        raise DocumentError(
            f"{name!r} unpacks to more than {MAX_RATIO} times its size: this looks like a ZIP bomb"
        )


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
