"""What of an HTML document is offered to nobody."""

from __future__ import annotations

from domain.document.coverage import LeftReason
from formats.registry import by_name, left_by

PAGE = """\
<html><head><title>Ships</title><style>p { color: red }</style><script>let a = "b"</script></head>
<body><p>Press <code>go now</code> twice.</p>
<pre>make &lt;ships&gt;</pre>
<table><tr><td><code>only code</code></td><td>Sails</td></tr></table>
<p translate="no">Acme Boats</p>
<div class="notranslate"><p>Never <b>this</b></p></div>
<svg><text>A drawn word</text></svg>
<!-- nobody reads this -->
</body></html>
"""


def test_what_is_left_is_told_by_its_reason() -> None:
    """Code, what the author keeps, and drawings; code within a sentence is part of it."""
    form = by_name("html")
    assert [(one.reason, one.text) for one in left_by(form, PAGE.encode(), "de")] == [
        (LeftReason.CODE, "make <ships>"),
        (LeftReason.CODE, "only code"),
        (LeftReason.KEPT, "Acme Boats"),
        (LeftReason.KEPT, "Never "),
        (LeftReason.KEPT, "this"),
        (LeftReason.NOT_UNDERSTOOD, "A drawn word"),
    ]
    assert [unit.text for unit in form.extract(PAGE.encode(), "de")] == [
        "Ships",
        "Press <code>go now</code> twice.",
        "Sails",
    ]


def test_a_page_without_any_of_it_has_nothing_left() -> None:
    """All that is read is offered."""
    assert left_by(by_name("html"), b"<p>One <i>and</i> two</p><p>12 %</p>", "de") == ()
