"""What of a table in text is offered to nobody."""

from __future__ import annotations

from domain.document.coverage import Left, LeftReason
from formats.registry import by_name, left_by

TABLE = '''\
key;2031;Shown text;"Note ""to"" all"
a;=TODAY();"Say ""yes""";

b;=1+2;+ more;"=IF(A1;""Sold"";"""")"
'''


def test_what_is_left_is_told_by_its_reason() -> None:
    """A heading is kept, and a formula is code; a sum of numbers has no words."""
    form = by_name("csv")
    assert left_by(form, TABLE.encode(), "de") == (
        Left(LeftReason.KEPT, "key"),
        Left(LeftReason.KEPT, "Shown text"),
        Left(LeftReason.KEPT, 'Note "to" all'),
        Left(LeftReason.CODE, "=TODAY()"),
        Left(LeftReason.CODE, '=IF(A1;"Sold";"")'),
    )
    texts = [unit.text for unit in form.extract(TABLE.encode(), "de")]
    assert texts == ["a", 'Say "yes"', "b", "+ more"]


def test_numbers_alone() -> None:
    """A table without words has none that are left."""
    assert left_by(by_name("csv"), b"1,2\n3,=4\n", "de") == ()
    assert left_by(by_name("csv"), b"", "de") == ()
