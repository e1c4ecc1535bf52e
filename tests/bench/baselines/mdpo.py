"""The peer: `mdpo-llm`, which translates folders of Markdown by LiteLLM, in batches of a file.

It is installed from PyPI in an environment of its own. One model translates and, with
`--validation llm`, grades. By its option `--prompt-cache` it caches its instructions for
translating; as all files begin at once, most of them write what they might have read.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.bench.nights import KEY

VERSION = "0.5.0"


def installed(folder: Path) -> Path:
    """The program, installed in an environment unless it is there.

    Raises:
        subprocess.CalledProcessError: it can't be installed.
    """
    program = folder / "bin" / "mdpo-llm"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "-q"]
        what = f"mdpo-llm=={VERSION}"
        subprocess.run([*pip, "--disable-pip-version-check", what], check=True)
    return program


def translate_folder(
    program: Path, url: str, model: str, pages: Path, target_lang: str, at_once: int
) -> None:
    """Translate and grade all pages of a folder.

    Args:
        program: as from `installed`.
        url: of the model's server.
        model: as the price list names it.
        pages: a folder of Markdown files.
        target_lang: BCP-47.
        at_once: files under way at once.

    Raises:
        AssertionError: a page is left as it was.
    """
    environ = {
        **os.environ,
        "ANTHROPIC_API_BASE": url,
        "ANTHROPIC_API_KEY": KEY,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    target = pages.with_name(f"{pages.name}-by-peer")
    options = ["--target", target_lang, "--validation", "llm", "--prompt-cache", "--no-progress"]
    command = [program, "translate-dir", "--model", f"anthropic/{model}", *options]
    workers = ["--max-workers", str(at_once)]
    subprocess.run(
        [*command, *workers, pages, target],
        env=environ,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    for page in pages.iterdir():
        assert (target / page.name).read_text() != page.read_text(), (
            f"{page.name} is left as it was"
        )
