"""What of strings of programs is offered to nobody."""

from __future__ import annotations

from domain.document.coverage import Left, LeftReason
from formats.registry import by_name, left_by

ANDROID = """\
<resources>
  <string name="open">Open it</string>
  <string name="brand" translatable="false">Acme\\'s <b>Boats</b></string>
  <string name="damaged" translatable="false">At \\ud83d once</string>
  <string name="address" translatable="false">https://acme.example/</string>
  <string name="same" translatable="false">@string/open</string>
  <string name="other">@string/open</string>
  <string-array name="names" translatable="false"><item>Ann Lee</item><item>12</item></string-array>
</resources>
"""


def test_android() -> None:
    """What says that it is not translatable is kept; addresses and references are no words."""
    form = by_name("android")
    assert left_by(form, ANDROID.encode(), "de") == (
        Left(LeftReason.KEPT, "Acme's <b>Boats</b>"),
        Left(LeftReason.KEPT, "At \\ud83d once"),
        Left(LeftReason.KEPT, "Ann Lee"),
    )
    assert [unit.text for unit in form.extract(ANDROID.encode(), "de")] == ["Open it"]
