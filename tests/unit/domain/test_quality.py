import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.checks.quality import Finding, Severity, from_json, kept, score, to_json


def finding(severity="minor", category="accuracy/mistranslation", span="", source="model"):
    return Finding(Severity(severity), category, span, "why", source)


@pytest.mark.parametrize(
    ("expected", "errors"),
    [
        (100.0, []),
        (96.0, [("minor", "style")]),
        (99.6, [("minor", "fluency/punctuation")]),
        (99.6, [("minor", "Fluency/Punctuation")]),
        (80.0, [("major", "accuracy/omission")]),
        (80.0, [("major", "fluency/punctuation")]),
        (0.0, [("critical", "accuracy/addition")]),
        (0.0, [("minor", "Non-translation")]),
        (76.0, [("major", "accuracy/omission"), ("minor", "style")]),
        (95.6, [("minor", "style"), ("minor", "fluency/punctuation")]),
        (80.0, [("minor", "style")] * 9),
        (98.0, [("minor", "punctuation")] * 9),
        (0.0, [("major", "style")] * 5),
        (64.0, [("minor", "style")] * 5 + [("major", "style")]),
    ],
)
def test_score(expected, errors):
    """Errors cost their weights, the five worst of them, and 25 points are the end of it."""
    assert expected == score(finding(*error) for error in errors)


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["minor", "major", "critical"]),
            st.sampled_from(["style", "fluency/punctuation", "non-translation"]),
        )
    )
)
def test_score_stays_in_bounds(errors):
    """Whatever the errors, a score lies between 0 and 100, and one error more never raises it."""
    findings = [finding(*error) for error in errors]

    assert 0 <= score(findings) <= 100
    assert score([*findings, finding()]) <= score(findings)


@pytest.mark.parametrize("word", ["major", "Major", " MAJOR "])
def test_severity_whatever_its_case(word):
    """A severity is read without case."""
    assert Severity.MAJOR is Severity.of(word)


def test_unknown_severity():
    """A word that is no severity is refused."""
    with pytest.raises(ValueError, match="fatal"):
        Severity.of("fatal")


def test_invented_spans_are_dropped():
    """A model's finding is dropped when neither text holds its span."""
    real = finding(span="Lager")
    missing = finding(span="")
    invented = finding(span="Keller")

    assert (real, missing) == kept([real, missing, invented], "Das Lager", "The warehouse")


def test_spans_of_the_source_count():
    """An omission may quote the source or the translation."""
    findings = (finding(span="Das Lager"), finding(span="The warehouse"))

    assert findings == kept(findings, "Das Lager", "The warehouse")


def test_spans_are_compared_without_white_space():
    """A line break or a decomposed letter does not make a span invented."""
    quoted = finding(span="große Tür")

    assert (quoted,) == kept([quoted], "Die große\nTu\u0308r", "The big door")


def test_checks_are_kept():
    """What a check of ours found is kept whatever its span."""
    own = finding(span="1,000", source="check")

    assert (own,) == kept([own], "tausend", "thousand")


def test_json_round_trip():
    """Findings come back from JSON as they went in."""
    findings = (finding("critical", "style", "Tür"), finding(source="check"))

    assert findings == from_json(to_json(findings))


def test_json_shape():
    """Findings are stored as a list of flat objects, letters as they are."""
    assert to_json([finding(category="style", span="Tür")]) == (
        '[{"severity": "minor", "category": "style", "span": "Tür", '
        '"explanation": "why", "source": "model"}]'
    )


@pytest.mark.parametrize("nothing", [None, "", "[]"])
def test_no_findings(nothing):
    """No JSON is no findings."""
    assert from_json(nothing) == ()
