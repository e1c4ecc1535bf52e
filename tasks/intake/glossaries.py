"""Glossary files: found by name, read by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from domain.briefing import Briefing, GlossaryEntry
from domain.errors import BriefingError, GlossaryError, InputError
from domain.glossary.csv_glossary import read_csv
from domain.glossary.glossaries import Glossary, prevailing
from domain.glossary.json_glossary import read_json
from domain.glossary.tbx_termbase import read_tbx
from tasks.intake.links import leads_outside, refused_link


def _csv(path: Path) -> Glossary:
    return Glossary(read_csv(read_text(path, str(path), GlossaryError), where=str(path)))


def _json(path: Path) -> Glossary:
    return Glossary(read_json(read_text(path, str(path), GlossaryError), where=str(path)))


def _tbx(path: Path) -> Glossary:
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise _unreadable(error, str(path), GlossaryError) from None
    return Glossary(concepts=read_tbx(data, where=str(path)))


_READERS: dict[str, Callable[[Path], Glossary]] = {".csv": _csv, ".tbx": _tbx, ".json": _json}


def read_glossary_file(path: Path) -> Glossary:
    """A glossary in CSV, TBX or JSON, by the end of its name; any other is read as CSV.

    Raises:
        GlossaryError: it can't be read, or something in it can't be used; with line and field.
    """
    return _READERS.get(path.suffix.lower(), _csv)(path)


def glossary_named(name: Any, folder: Path, within: Path | None = None) -> Glossary:
    """The glossary that an id stands for: `<id>.csv`, `<id>.tbx` or `<id>.json` in a folder.

    Args:
        within: a folder that it must lie in, links followed; None: anywhere.

    Raises:
        BriefingError: the id is no plain name.
        GlossaryError: there is no such file or more than one, or it can't be used.
    """
    if not isinstance(name, str) or not name or Path(name).name != name:
        raise BriefingError(
            f"{name!r} is no name of a glossary; `office` stands for office.csv, office.tbx or "
            "office.json beside it",
            field="glossary_ids",
        )
    if Path(name).suffix.lower() in _READERS:
        return _read_within(folder / name, within)
    files = [folder / f"{name}{suffix}" for suffix in _READERS]
    there = [file for file in files if file.exists()]
    if len(there) > 1:
        names = " and ".join(file.name for file in there)
        raise GlossaryError(
            f"{name!r} may be {names}; name one of them", where=str(folder), field="glossary_ids"
        )
    return _read_within(there[0] if there else files[0], within)


def _read_within(path: Path, within: Path | None) -> Glossary:
    if within is not None and leads_outside(path, within):
        raise refused_link(path, GlossaryError)
    return read_glossary_file(path)


def resolved(briefing: Briefing, given: Iterable[Any]) -> Briefing:
    """A briefing with what several glossaries say for its languages, the first going before.

    Args:
        briefing: with the entries that were given one by one.
        given: these entries, as they came, and the glossaries, in the order in which they count;
            entries one after another are one glossary.
    """
    single = iter(briefing.glossary)
    pair = briefing.source_lang, briefing.target_lang
    glossaries: list[tuple[GlossaryEntry, ...]] = []
    for is_whole, items in groupby(given, lambda item: isinstance(item, Glossary)):
        if is_whole:
            glossaries += [glossary.for_pair(*pair) for glossary in items]
        else:
            glossaries.append(tuple(next(single) for _ in items))
    return briefing.model_copy(update={"glossary": prevailing(glossaries, briefing.target_lang)})


def read_text(path: Path, where: str, kind: type[InputError]) -> str:
    """A file's text; that it can't be read is an error of the kind given."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise kind(f"not UTF-8 at byte {error.start}; save it as UTF-8", where=where) from None
    except (OSError, ValueError) as error:
        raise _unreadable(error, where, kind) from None


def _unreadable(error: Exception, where: str, kind: type[InputError]) -> InputError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return kind(f"can't be read: {reason}", where=where)
