"""What of XLIFF is offered to nobody, though nobody has translated it."""

from __future__ import annotations

import pytest

from domain.document.coverage import LeftReason
from formats.registry import by_name, left_by

OLDER = """\
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="a" source-language="en" target-language="de" datatype="plaintext"><body>
<trans-unit id="1"><source>Open it</source></trans-unit>
<trans-unit id="2"><source>Shut it</source><target state="final">Schließe es</target></trans-unit>
<trans-unit id="3" translate="no"><source>Acme <g id="1">Boats</g> &amp; Co</source>
<seg-source><mrk mtype="seg" mid="1">Acme Boats</mrk></seg-source>
<alt-trans><source>Acme Ships</source><target>Acme Schiffe</target></alt-trans></trans-unit>
<trans-unit id="4" translate = 'no'><source>12 %</source></trans-unit>
<group translate="no"><trans-unit id="5"><source>Ann Lee</source></trans-unit>
<trans-unit id="6" translate="yes"><source>Captain</source></trans-unit></group>
</body></file></xliff>
"""
NEWER = """\
<xliff version="2.0" xmlns="urn:oasis:names:tc:xliff:document:2.0" srcLang="en" trgLang="de">
<file id="f"><unit id="1"><segment><source>Open it</source></segment></unit>
<unit id="2" translate="no"><segment><source>Acme Boats</source></segment>
<segment><source>Since 1950 or so</source></segment></unit></file></xliff>
"""


@pytest.mark.parametrize(
    ("document", "left", "offered"),
    [
        (OLDER, ["Acme Boats & Co", "Ann Lee"], ["Open it", "Captain"]),
        (NEWER, ["Acme Boats", "Since 1950 or so"], ["Open it"]),
        (OLDER.replace("no", "yes"), [], ["Open it", "Acme Boats", "Ann Lee", "Captain"]),
    ],
)
def test_what_is_marked(document: str, left: list[str], offered: list[str]) -> None:
    """What is marked as not to be translated is kept; what is translated already is done."""
    form = by_name("xliff")
    found = left_by(form, document.encode(), "de")
    assert [(one.reason, one.text) for one in found] == [(LeftReason.KEPT, text) for text in left]
    assert [unit.text for unit in form.extract(document.encode(), "de")] == offered
