import pytest

from domain.text.lengths import FAR_OFF, NOTABLE, passes, visible_length


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (9, "two words \n!"),
        (3, "e\u0301t\u00e9"),
        (6, "倉庫"),
        (8, "ひらカナ"),
        (4, "한국"),
        (0, ""),
    ],
)
def test_visible_length(length, text):
    """White space and marks do not count; Han counts 3, kana and Hangul 2."""
    assert visible_length(text) == length


def _passes(tolerance, source, translation, source_lang="en", target_lang="sv"):
    return passes(tolerance, source, translation, source_lang=source_lang, target_lang=target_lang)


@pytest.mark.parametrize(
    ("notable", "far_off", "source", "translation"),
    [
        (False, False, 19, 0),
        (False, False, 19, 500),
        (False, False, 20, 53),
        (True, False, 20, 54),
        (True, False, 20, 60),
        (True, True, 20, 61),
        (False, False, 100, 200),
        (True, False, 100, 40),
        (True, True, 100, 20),
        (False, False, 100, 45),
    ],
)
def test_tolerances(notable, far_off, source, translation):
    """Short sources are exempt, and short texts vary more freely than long ones."""
    assert _passes(NOTABLE, source, translation) is notable
    assert _passes(FAR_OFF, source, translation) is far_off


def test_what_is_usual_between_two_languages():
    """Hindi is shorter than English and French longer, so the same lengths are notable or not."""
    assert _passes(NOTABLE, 100, 215)
    assert not _passes(NOTABLE, 100, 215, target_lang="fr")
    assert _passes(NOTABLE, 100, 140, target_lang="hi")
    assert not _passes(NOTABLE, 100, 140, source_lang="hi", target_lang="en")
