"""XLIFF whose elements declare namespaces, name no version, or lie deep in groups."""

from __future__ import annotations

import pytest
from lxml import etree

from domain.errors import DocumentError
from formats.bilingual.xliff.format import XliffFormat
from tests.unit.formats.test_xliff_format import one, unit

XLIFF = XliffFormat()


def well_formed(data: bytes) -> etree._Element:
    """The root, read by a parser that knows namespaces."""
    return etree.fromstring(data)


DECLARED = '<source xmlns:x="urn:x">Press <x:key n="1">{0}</x:key> now</source>'
IN_SEGMENTS = (
    "<source>One. Two.</source>"
    '<seg-source xmlns:x="urn:x?a&amp;b"><mrk mtype="seg" mid="1">One <x:k/>.</mrk>'
    '<x:s/><mrk mtype="seg" mid="2" xmlns:y="urn:y">Two <y:k/>.</mrk></seg-source>'
)


@pytest.mark.parametrize(
    ("source", "text", "translation"),
    [
        (DECLARED, 'Press <g id="1">{0}</g> now', '<g id="1">{0}</g> drücken'),
        (f"{DECLARED}<target></target>", 'Press <g id="1">{0}</g> now', '<g id="1">{0}</g> da'),
        (
            f'{DECLARED}<target xmlns:x="urn:x"></target>',
            'Press <g id="1">{0}</g> now',
            '<g id="1">{0}</g> da',
        ),
        (IN_SEGMENTS, 'One <x id="1"/>.', 'Eins <x id="1"/>.'),
    ],
)
def test_namespaces_of_a_source(source: str, text: str, translation: str) -> None:
    """What a source declares for its codes, its target declares too."""
    data = one(f'<trans-unit id="1">{source}</trans-unit>').encode()
    units = XLIFF.extract(data, "de")
    assert text == units[0].text
    texts = [translation, *(unit.text.replace("Two", "Zwei") for unit in units[1:])]
    done = XLIFF.assemble(data, texts, "de")
    (target,) = well_formed(done).iter("{*}target")
    codes = [node.tag for node in target.iter("{urn:x}*", "{urn:x?a&b}*", "{urn:y}*")]
    assert codes == (
        ["{urn:x}key"] if len(units) == 1 else ["{urn:x?a&b}k", "{urn:x?a&b}s", "{urn:y}k"]
    )
    assert XLIFF.same_structure(data, done) is None
    with pytest.raises(DocumentError, match="no source to translate"):
        XLIFF.extract(done, "de")


def test_default_namespace_of_a_source() -> None:
    """A source that says that it is XLIFF, in a file that says so with a prefix."""
    name = "urn:oasis:names:tc:xliff:document:2.0"
    data = (
        f'<a:xliff xmlns:a="{name}" version="2.0" srcLang="en" trgLang="de"><a:file id="f">'
        f'<a:unit id="u"><a:segment><source xmlns="{name}">One</source></a:segment></a:unit>'
        "</a:file></a:xliff>"
    ).encode()
    done = XLIFF.assemble(data, ["Eins"], "de")
    assert ["Eins"] == [node.text for node in well_formed(done).iter(f"{{{name}}}target")]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_version_of_its_namespace(version: str) -> None:
    """A file without a version is of the one that its namespace names."""
    text = one(unit("Hello")).replace('version="1.2" ', "").replace(":1.2", f":{version}")
    data = text.encode()
    done = XLIFF.assemble(data, ["Hallo"], "de")
    assert b'<target state="translated">Hallo</target>' in done
    newer = b'<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en"><file id="f">'
    newer += b'<unit id="u"><segment><source>Hello</source></segment></unit></file></xliff>'
    assert b"<target>Hallo</target>" in XLIFF.assemble(newer, ["Hallo"], "de")


@pytest.mark.parametrize("root", ["<xliff>", '<xliff xmlns="urn:other">', '<xliff version="3.0">'])
def test_no_version(root: str) -> None:
    """What says neither is refused."""
    with pytest.raises(DocumentError, match=r"no XLIFF of version 1\.x or 2\.x"):
        XLIFF.extract(f"{root}<file/></xliff>".encode(), "de")


def test_deep_groups() -> None:
    """Groups are read to 200 levels; a file with deeper ones is refused, and nothing skipped."""

    def grouped(depth: int) -> bytes:
        return one("<group>" * depth + unit("Hello") + "</group>" * depth).encode()

    for depth in (40, 60, 196):
        done = XLIFF.assemble(grouped(depth), ["Hallo"], "de")
        assert b">Hallo</target>" in done
        assert XLIFF.same_structure(grouped(depth), done) is None
    with pytest.raises(DocumentError, match="5: its groups are nested deeper than 200 levels"):
        XLIFF.extract(grouped(197), "de")
    with pytest.raises(DocumentError, match="deeper than 200 levels"):
        XLIFF.extract(grouped(5000), "de")
