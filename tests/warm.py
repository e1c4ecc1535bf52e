"""What a night imports, imported once: processes are forked from the one that has done so.

Importing it elsewhere changes the environment for good: `tests.forked` has it imported.
"""

from __future__ import annotations

import gc
import os
from importlib import import_module

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

# The languages of most tests' documents.
for _language in ("de", "en", "fr"):
    load_dictionary(_language)

# What is forked has these pages in common with this process as long as nobody writes in them.
gc.collect()
gc.freeze()
