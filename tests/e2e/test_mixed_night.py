"""A night over a folder of all formats; programs that know nothing of us open every output."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest
import yaml
from icu4py.messageformat import MessageFormat
from lxml import etree

from tests.e2e.conftest import House
from tests.e2e.mixed_folder import mixed_folder
from tests.xliff_schemas import SCHEMAS, violations

XLIFFS = ("old.xlf", "new.xliff")


@pytest.fixture
def outputs(house: House, simulated: Callable[..., Any]) -> Path:
    """The folder of a night's translations into German, a file beside them that is broken."""
    for name, data in mixed_folder().items():
        path = house.folder / "in" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    (house.folder / "in" / "broken.docx").write_bytes(b"PK\x03\x04 not really")
    with simulated():
        _, err = house.called("submit", "in", "--from", "en", "--to", "de", code=2)
        assert "broken.docx" in err
        night = house.night()
    assert {job["status"] for job in night["jobs"]} == {"completed"}, night["jobs"]
    (folder,) = (house.folder / "outbox").glob("*/de/in")
    return folder


def test_every_output_is_opened(outputs: Path, tmp_path: Path) -> None:
    """Each translation is there, is translated, and is a sound file to a reader of its kind."""
    sources = mixed_folder()
    assert {path.name for path in outputs.iterdir()} == set(sources)
    for name, source in sources.items():
        assert (outputs / name).read_bytes() != source, name

    messages = json.loads((outputs / "en.json").read_text())
    assert MessageFormat(messages["n"], "de").format({"n": 2}) != "2 days"
    assert yaml.safe_load((outputs / "en.yaml").read_text())["title"] != "The settings"
    catalog = json.loads((outputs / "Localizable.xcstrings").read_text())
    localized = catalog["strings"]["Open the file"]["localizations"]["de"]["stringUnit"]
    assert localized["state"] == "translated"
    rows = list(csv.reader(io.StringIO((outputs / "products.csv").read_text())))
    assert [len(row) for row in rows] == [2, 2, 2]
    etree.parse(outputs / "strings.xml")
    assert docx.Document(str(outputs / "report.docx")).tables[0].cell(0, 0).text != "A cell"
    workbook = openpyxl.load_workbook(outputs / "prices.xlsx")
    assert workbook.active is not None
    assert [workbook.active["B2"].value, workbook.active["C2"].value] == [12.5, "=B2*2"]
    slide = pptx.Presentation(str(outputs / "plan.pptx")).slides[0]
    assert slide.shapes.title.text not in ("", "The plan")

    if SCHEMAS.is_dir():
        assert [violations((outputs / name).read_bytes()) for name in XLIFFS] == [[], []]
    if shutil.which("msgfmt"):
        command = ["msgfmt", "--check", "-o", str(tmp_path / "a.mo"), str(outputs / "messages.po")]
        subprocess.run(command, check=True, capture_output=True)
    if (office := shutil.which("soffice")) is None:
        return
    names = ["report.docx", "prices.xlsx", "plan.pptx"]
    files = [str(outputs / name) for name in names]
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, *files], check=True, capture_output=True)
    assert {path.stem for path in tmp_path.glob("*.pdf")} == {"report", "prices", "plan"}
