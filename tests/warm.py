"""What a night imports and makes once, done here: nights are forked from the process that did so.

Importing it elsewhere changes the environment for good: `tests.forked` has it imported.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from pydantic import BaseModel

from domain.checks.checking import check_translation
from domain.languages import english_name
from domain.text.lemmas import load_dictionary
from flows.prefect.environment import CLIENT_SETTINGS

# Prefect reads some of these when it is imported; a night has them set by then.
os.environ.update(CLIENT_SETTINGS)

for _name in (
    "cli.main",
    "cli.night.run",
    "cli.night.submit",
    "engines.claude.batches.engine",
    "engines.claude.client",
    "engines.openai.client",
    "flows.nightly",
    "flows.observer",
    "tests.chaos.faults",
    "tests.chaos.nursery",
    "tests.chaos.reading",
    "tests.forked",
    # Those come to these when they work.
    "anyio._backends._asyncio",
    "cachetools._cached",
    "fastapi",
    "genai_prices.data",
    "httpcore2",
    "numpy.random",
    "pandas",
    "prefect.task_engine",
    "prefect.utilities.visualization",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "rich._emoji_codes",
    "truststore",
):
    import_module(_name)


def _models(above: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in above.__subclasses__():
        yield model
        yield from _models(model)


# Prefect's models put off to their first use what makes them complete.
for _model in list(_models(BaseModel)):
    if _model.__module__.startswith("prefect.") and not _model.__pydantic_complete__:
        _model.model_rebuild(raise_errors=False)

# The languages of most tests' documents: their dictionaries, names, and names of units.
for _language in ("de", "en", "fr"):
    load_dictionary(_language)
    english_name(_language)
    check_translation(
        "By day 5 the 3 km are done.",
        "Am Tag 5 sind die 3 km geschafft.",
        source_lang="en",
        target_lang=_language,
        terms=(),
        max_chars=None,
    )

# What all catalogs have in common.
from storage.lake import Lake  # noqa: E402 - the environment comes first
from storage.tables import attached  # noqa: E402

with tempfile.TemporaryDirectory() as _folder:
    Lake.create(Path(_folder, "home")).close()
attached.let_go()

# What is forked has these pages in common with this process as long as nobody writes in them.
gc.collect()
gc.freeze()
