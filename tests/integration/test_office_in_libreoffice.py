"""LibreOffice, which shares no code with us, opens what we put together and shows its text."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.document.plan import Unit
from domain.placeholders.markup import scan
from formats.office.docx.format import DocxFormat
from formats.office.pptx import PptxFormat
from formats.office.xlsx.format import XlsxFormat
from formats.port import Format
from tests import sheet_samples, slide_samples, word_samples

OFFICE = shutil.which("soffice")
READER = shutil.which("pdftotext")

pytestmark = pytest.mark.skipif(
    not (OFFICE and READER),
    reason="needs the Debian packages libreoffice-writer, -calc and -impress, and poppler-utils",
)

_UNPRINTED = re.compile(
    r"^(notes|comments)|\.(note|promptTitle|prompt|errorTitle|error)$|evenFooter$"
)

UNSHOWN = {"hidden"}
"""Samples of which nothing is printed."""


def of_sheets(name: str) -> bytes:
    return sheet_samples.SAMPLES[name]()


@pytest.mark.parametrize("lang", ["de", "ar"])
@pytest.mark.parametrize(
    ("format_", "names", "build"),
    [
        (DocxFormat(), list(word_samples.SAMPLES), word_samples.saved),
        (XlsxFormat(), list(sheet_samples.SAMPLES), of_sheets),
        (PptxFormat(), list(slide_samples.SAMPLES), slide_samples.saved),
    ],
    ids=["docx", "xlsx", "pptx"],
)
def test_opens(
    tmp_path: Path, format_: Format, names: list[str], build: Callable[[str], bytes], lang: str
) -> None:
    """Each sample, translated, is printed with its translations."""
    expected = {}
    for name in names:
        data = build(name)
        units = format_.extract(data, lang)
        marked = [f"Q{n}Z {unit.text}" for n, unit in enumerate(units)]
        (tmp_path / f"{name}.{format_.name}").write_bytes(format_.assemble(data, marked, lang))
        expected[name] = [f"Q{n}Z" for n, unit in enumerate(units) if _is_printed(unit)]
    _printed(tmp_path, format_.name)
    for name in sorted({*names} - UNSHOWN):
        shown = _text(tmp_path / f"{name}.pdf")
        assert [mark for mark in expected[name] if mark not in shown] == [], name


def _is_printed(unit: Unit) -> bool:
    """Whether a unit is on paper: notes, prompts and the footers of a page that is not there are
    not, nor cells too low for their lines, and what is kept is not translated."""
    shown = not _UNPRINTED.search(unit.path) and "\n\n" not in unit.text
    return shown and not unit.kept


def _printed(folder: Path, suffix: str) -> None:
    assert OFFICE
    profile = (folder / "profile").as_uri()
    files = sorted(str(path) for path in folder.glob(f"*.{suffix}"))
    subprocess.run(
        [OFFICE, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf",
         "--outdir", str(folder), *files],
        check=True, capture_output=True, env={**os.environ, "HOME": str(folder)},
    )  # fmt: skip


def _text(path: Path) -> str:
    assert READER
    command = [READER, "-layout", str(path), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_tags_are_seen() -> None:
    """The samples have tags of both kinds, so that what is printed was made of several runs."""
    names = {
        token.name
        for name in word_samples.SAMPLES
        for unit in DocxFormat().extract(word_samples.saved(name), "de")
        for token in scan(unit.text)
    }
    assert {"g", "x"} <= names
