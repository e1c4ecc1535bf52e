"""What is wrong in the inbox is said, and nothing leads out of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.intake.inbox import not_taken
from tests.integration.test_inbox import BRIEFING, NOW, files, inbox, outputs, put, taken

__all__ = ["inbox"]

LANGUAGES = 'source_lang = "de"\ntarget_lang = "en"\n'
OUTSIDE = "the link leads outside of the inbox; lay a copy of what it names there instead"


def said(folder: Path, night: str = "night-1") -> list[str]:
    return [line.replace(f"{folder}/", "") for line in not_taken(taken(folder, night))]


@pytest.mark.parametrize(
    ("briefing", "told"),
    [
        (
            'source_lang = "de"\n',
            "target_lang: not given; write it into this briefing; what lies beside it waits "
            "until then",
        ),
        (
            'target_lang = "en"\n',
            "source_lang: not given; write it into this briefing; what lies beside it waits "
            "until then",
        ),
        (
            'source_lang = "de"\ntarget_lang = "klingonisch"\n',
            "target_lang: 'klingonisch' is no language code; write one by BCP-47, such as 'de', "
            "'en' or 'pt-BR'",
        ),
        (
            'source_lang = "de"\ntarget_lang = "de"\n',
            "target_lang: source and target are both 'de'",
        ),
        (
            LANGUAGES + 'colour = "red"\n',
            "colour: unknown field; known are source_lang, target_lang, domain, tone, text_type, "
            "instructions, style_reference, glossary, constraints, source_review, alone, dialect, "
            "paths, by_key, protect, notes, metadata, glossary_ids",
        ),
        (
            LANGUAGES + f'instructions = "{"x" * 2001}"\n',
            "instructions: String should have at most 2000 characters",
        ),
        (LANGUAGES + "instructions = 3\n", "instructions: Input should be a valid string"),
        (LANGUAGES + 'glossary = [{en = "a"}]\n', "glossary.0.term: Field required"),
        (
            LANGUAGES + 'glossary_ids = ["none"]\n',
            "glossary_ids: none.csv: can't be read: No such file or directory",
        ),
        (
            'source_lang = "de"\ntarget_lang = [["en"]]\n',
            "target_lang: write one language or a list of them",
        ),
        (b'source_lang = "\xff"\n', "not UTF-8 at byte 15; save it as UTF-8"),
    ],
)
def test_each_fault_of_a_briefing_is_told(inbox: Path, briefing: str | bytes, told: str) -> None:
    """Its file, the field and what to do are named, once a night, until it is mended."""
    put(inbox, "briefing.toml", briefing)
    put(inbox, "a.md", "Hallo")
    put(inbox, "deep/b.md", "Hallo")

    assert [f"briefing.toml: {told}"] == said(inbox)
    assert [f"briefing.toml: {told}"] == said(inbox, "night-2")
    assert ["a.md", "briefing.toml", "deep/b.md"] == files(inbox)


def test_a_manifest_waits_for_a_briefing_that_cannot_be_used(inbox: Path) -> None:
    """Its fault is told once; the manifest stays as the documents do."""
    put(inbox, "briefing.toml", "source_lang = \n")
    put(inbox, "m.csv", "text\nHallo\n")

    assert ["briefing.toml:1: not TOML: Invalid value"] == said(inbox)
    assert ["briefing.toml", "m.csv"] == files(inbox)


def test_nothing_is_said_where_nothing_is_wrong(inbox: Path) -> None:
    """A briefing alone, a duplicate and a file still being written are no faults."""
    put(inbox, "briefing.toml", BRIEFING)
    assert () == taken(inbox).rejected
    put(inbox, "a.md", "Hallo")
    assert () == taken(inbox).rejected
    put(inbox, "a.md", "Hallo")
    put(inbox, "b.md", "Welt", changed=NOW)

    again = taken(inbox, "night-2")

    assert ([True, True], ()) == ([one.duplicate for one in again.accepted], again.rejected)


def test_an_inbox_that_is_no_folder_is_told(tmp_path: Path) -> None:
    """A file or a link to nowhere in its place is no empty inbox."""
    (tmp_path / "inbox").write_text("")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")

    for name in ("inbox", "gone"):
        assert [f"{tmp_path}/{name}: the inbox is no folder; name one in `inbox`"] == [
            *not_taken(taken(tmp_path / name))
        ]


def test_a_link_that_leads_outside_is_refused(inbox: Path) -> None:
    """To a file, a folder, a manifest, or nowhere: it is told, moved aside, and never followed."""
    secret = put(inbox.parent / "else", "secret.md", "Geheim")
    put(inbox.parent / "else", "m.csv", "text,source_lang,target_lang\nGeheim,de,en\n")
    put(inbox, "briefing.toml", BRIEFING)
    put(inbox, "a.md", "Hallo")
    (inbox / "link.md").symlink_to(secret)
    (inbox / "list.csv").symlink_to(secret.with_name("m.csv"))
    (inbox / "folder").symlink_to(secret.parent)
    (inbox / "lost.md").symlink_to("/nowhere/lost.md")

    intake = taken(inbox)

    assert [("en", "a.md"), ("fr", "a.md")] == outputs(intake)
    assert [f"{name}: {OUTSIDE}" for name in ("folder", "link.md", "list.csv", "lost.md")] == [
        line.replace(f"{inbox}/", "") for line in not_taken(intake)
    ]
    assert secret == (inbox / ".rejected/night-1/link.md").readlink()
    assert (
        f"{inbox}/link.md: {OUTSIDE}\n"
        == (inbox / ".rejected/night-1/link.md.error.txt").read_text()
    )
    assert [] == said(inbox, "night-2")


def test_a_briefing_or_glossary_that_leads_outside_is_not_followed(inbox: Path) -> None:
    """What lies beside it waits, also where another briefing further up would serve."""
    outside = put(inbox.parent / "else", "briefing.toml", LANGUAGES)
    put(inbox.parent / "else", "terms.csv", "term,en\nLager,warehouse\n")
    put(inbox, "briefing.toml", LANGUAGES)
    put(inbox, "shop/a.md", "Hallo")
    (inbox / "shop/briefing.toml").symlink_to(outside)
    put(inbox, "desk/briefing.toml", LANGUAGES + 'glossary_ids = ["terms"]\n')
    put(inbox, "desk/b.md", "Hallo")
    (inbox / "desk/terms.csv").symlink_to(outside.with_name("terms.csv"))

    intake = taken(inbox)

    assert () == intake.accepted
    assert [
        f"desk/terms.csv: {OUTSIDE}",
        f"shop/briefing.toml: {OUTSIDE}",
        f"desk/briefing.toml: glossary_ids: desk/terms.csv: {OUTSIDE}",
    ] == [line.replace(f"{inbox}/", "") for line in not_taken(intake)]
    assert [f"shop/briefing.toml: {OUTSIDE}"] == said(inbox, "night-2")[:1]


def test_a_link_within_the_inbox_is_followed(inbox: Path) -> None:
    """It is another name of the same document, and leaves the inbox with it."""
    put(inbox, "briefing.toml", LANGUAGES)
    put(inbox, "a.md", "Hallo")
    (inbox / "b.md").symlink_to("a.md")

    assert [("en", "a.md"), ("en", "a.md")] == outputs(taken(inbox))
    assert [".done/night-1/a.md", ".done/night-1/b.md", "briefing.toml"] == files(inbox)
