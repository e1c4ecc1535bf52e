"""What is markup or a variable, and what is prose that looks like it."""

from __future__ import annotations

import pytest

from domain.placeholders.markup import Kind, Token, scan
from domain.placeholders.masking import differences, mask, restore


def found(text: str) -> list[str]:
    return [text[token.start : token.end] for token in scan(text)]


@pytest.mark.parametrize(
    "variable",
    [
        *("{name}", "{0}", "{}", "{ name }", "{user.name}", "{items[0]}", "{n:,.2f}", "{x!r:>10}"),
        *("{{name}}", "{{ user.name }}", "{{path/to/file}}", "{{{raw}}}", "${name}", "${a + b}"),
        *("{% if x %}", "{# note #}", "#{name}", "%{count}"),
        *("%s", "%d", "%(name)s", "%(count)d", "%1$s", "%2$05d", "%.2f", "%5d", "%ld", "%@", "%%"),
        *("%Y", "%-10s", "%lld", "%zu"),
        *(
            "%'u",
            "%'.2f",
            "%1$'d",
            "$number$",
            "$USER_NAME$",
            "<<1>>",
            "<<TOTAL>>",
            "<<first_name>>",
        ),
        *("%PLAYER%", "%user.name%", ":count", ":max_size"),
        *('<span class="notranslate">Brand</span>', "<b class='a notranslate b'>X <b>Y</b> Z</b>"),
        *("<b class=notranslate>X</b>", '<i translate="no">A <i>brand</i> name</i>'),
        "{count, plural, one {# file} other {# files}}",
        "{n, select, male {his {x}} other {'{'their}}",
        "{when, date, long}",
        "{n, number}",
        "{n, plural, one {l'{x}} other {It''s '{ here}'}}",
        "{n, plural, other {'{literal} } text' # files}}",
        *("`code`", "``a ` b``", "`{x} <b>`"),
        *("https://example.com/a?b=c&d=e#f", "http://x.de/z_(a)", "ftp://h/p", "www.example.org"),
        *("myapp://open/{id}", "mailto:a@b.de", "https://de.wikipedia.org/wiki/Größe"),
        *("a.b+c@example.co.uk", "<https://example.com>", "<me@example.com>"),
        *("<!-- a <b> -->", "<![CDATA[x]]>", '<?xml version="1.0"?>', "<!DOCTYPE html>"),
        *("<code>x = 1</code>", '<span translate="no">Brand</span>', "<script>a<b</script>"),
        *("&amp;", "&nbsp;", "&#39;", "&#x2F;", "⟦", "⟧", "[^1]"),
    ],
)
def test_variables(variable: str) -> None:
    """A variable is found in the midst of a sentence, whole and alone."""
    assert found(f"Vor {variable} nach.") == [variable]
    assert [token.kind for token in scan(variable)] == [Kind.VARIABLE]


@pytest.mark.parametrize(
    "prose",
    [
        "Archive [c]reate, g[z]ip, E[x]tract, [v][f]erbose and [Interactive]",
        "5 % of it, 100%, 50% discount, 50%discount, 50 %ige, 5 %de, 50%-ige, die %-Zahl, %age",
        "20%-50% off, 100 % sure, %difference",
        "a < b > c, x<y and y>z, 1 <2> 3, <3, <-, a <file name> here",
        "{ alone, } too, {see the note}, {a, b}, {it's so}",
        "C++, snake_case, path/to/file, and/or, 3:1, std::string",
        "AT&T, R&D; f&uuml;r, &foo; a & b",
        "foo@1.2.3, @user, x@y",
        "array[0], [x] done, [ ] open, [see] (below), ](, lone [",
        "http:// and https://. and ://",
        "**bold**, *em*, __init__, ~~gone~~, # 1, ` alone",
        "100$, $5, #1, US$ {",
        "no `word' here, `a/b', and `it'",
        r"\[no](link), \`no code\`, \<b>",
        *("It is 12:30.", "note:this", "A :) and :D", "It costs $5 or $6$.", "US$ and A$ differ."),
        *("$HOME and $PATH", "10 %und 20%", "Save 50%now%", "100%'s own", "1:count"),
        *("if x<y and y>z", "<time in seconds>", "<user-name or email>", "<li and others>"),
        *("a <small and big> b", ":smile: and ::two", "http:status", "[:c]:d", "Siehe : das"),
    ],
)
def test_prose(prose: str) -> None:
    """Prose that looks like markup is left to the translator."""
    assert found(prose) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%d個のファイル、%02d秒、%s", "⟦v1⟧個のファイル、⟦v2⟧秒、⟦v3⟧"),
        ("%sфайлов", "⟦v1⟧файлов"),
        ("%-*s to %*s, %.*s, %sAuthor", "⟦v1⟧ to ⟦v2⟧, ⟦v3⟧, ⟦v4⟧Author"),
        ("%%%c of 0%o, 100%% off, %cProgram", "⟦v1⟧⟦v2⟧ of 0⟦v3⟧, 100⟦v4⟧ off, ⟦v5⟧Program"),
        ("unknown `%s' for `%s'", "unknown `⟦v1⟧' for `⟦v2⟧'"),
        ("`it's` and `b`", "⟦v1⟧ and ⟦v2⟧"),
        ("%#@files@ in %arg, %argument", "⟦v1⟧ in ⟦v2⟧, %argument"),
        ("[text](url)", "⟦1⟧text⟦/1⟧"),
        ('[text](<u v> "a title")', "⟦1⟧text⟦/1⟧"),
        ("[text](http://x.y/(z))", "⟦1⟧text⟦/1⟧"),
        ("![alt](a.png)", "⟦1⟧alt⟦/1⟧"),
        ("[![alt](a.png) more](url)", "⟦1⟧⟦2⟧alt⟦/2⟧ more⟦/1⟧"),
        ("[text][ref] and [ref][]", "⟦1⟧text⟦/1⟧ and ⟦2⟧ref⟦/2⟧"),
        ("[a `]` b](u)", "⟦1⟧a ⟦v1⟧ b⟦/1⟧"),
        ("[a [b](c) d](e)", "[a ⟦1⟧b⟦/1⟧ d](e)"),
        ("[a [b] c](d)", "⟦1⟧a [b] c⟦/1⟧"),
        ("[https://x.y](https://x.y)", "⟦1⟧⟦v1⟧⟦/1⟧"),
        ("[open\n\nclosed](u)", "[open\n\nclosed](u)"),
        ("[text](not a link)", "[text](not a link)"),
        ("<b>[x</b>](u)", "⟦1⟧⟦link1⟧x⟦/1⟧⟦link2⟧"),
    ],
)
def test_links(text: str, expected: str) -> None:
    """The text of a Markdown link or image is prose, its target is not."""
    assert mask(text).text == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Siehe https://example.com.", "Siehe ⟦v1⟧."),
        ("(see http://example.com/a)", "(see ⟦v1⟧)"),
        ("Is it www.example.com?", "Is it ⟦v1⟧?"),
        ("请访问https://example.com了解", "请访问⟦v1⟧了解"),
        ("Mail info@example.com.", "Mail ⟦v1⟧."),
        ("请联系info@example.com。", "请联系⟦v1⟧。"),
        ("%dpx, %.1fMB, %s's", "⟦v1⟧px, ⟦v2⟧MB, ⟦v3⟧'s"),
        ("100%s, 10 %d files", "100⟦v1⟧, 10 ⟦v2⟧ files"),
        ("vector<int> and <Enter>", "vector⟦int1⟧ and ⟦enter1⟧"),
        ("<kbd>Strg</kbd>", "⟦1⟧Strg⟦/1⟧"),
        ("<a href='x > y' hidden data-x @click='f'>z</a>", "⟦1⟧z⟦/1⟧"),
        ('<a title="1 < 2">z</a>', "⟦1⟧z⟦/1⟧"),
        ("`open\n\nclosed`", "`open\n\nclosed`"),
        ("<!-- open", "<!-- open"),
        ("{n, plural, one {x}", "{n, plural, one ⟦v1⟧"),
        ("{n, plural, other {l'{x}}} it's {m, number}", "⟦v1⟧ it's ⟦v2⟧"),
        ("f&uuml;r AT&amp;T", "f&uuml;r AT⟦v1⟧T"),
    ],
)
def test_ends(text: str, expected: str) -> None:
    """Markup ends where its own rules end it, and the sentence goes on."""
    assert mask(text).text == expected


def test_tokens() -> None:
    """Tokens tell where they stand, their kind and their element."""
    assert scan("<B>x</B>{y}") == [
        Token(0, 3, Kind.OPEN, "b"),
        Token(4, 8, Kind.CLOSE, "b"),
        Token(8, 11, Kind.VARIABLE),
    ]


@pytest.mark.cpu_timeout(60)
@pytest.mark.parametrize(
    "unit",
    [
        *("<a ", "<a b=\"<a b='", '<a b=" c="', "</a", "<b>", "</b>", "<b><i></b>", "<!--"),
        *("<code>", "[", "![", "![[a](b)", "[](", '](a "', "](a(", "`a``", "` `` ``` ", "{{a"),
        *(
            "{a,plural,",
            "{ '{",
            "{a[b]",
            "%-+#0",
            "&a",
            "⟦a",
            "http://a)",
            "a.b+c-",
            "a@a.",
            "\n ",
            "<a" + " " * 99,
        ),
    ],
)
def test_linear(unit: str) -> None:
    """Nothing makes the scanner take quadratic time."""
    text = unit * (300_000 // len(unit))
    masked = mask(text)
    assert restore(masked.text, masked) == text


@pytest.mark.cpu_timeout(60)
def test_many_open_comments() -> None:
    """The end of a comment that is nowhere is sought once, not once an opening."""
    assert scan("<!--" * 600_000) == []


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        (
            "<mat-icon matListItemIcon>folder</mat-icon><span matListItemTitle>Photos</span>",
            ["<mat-icon matListItemIcon>", "</mat-icon>", "<span matListItemTitle>", "</span>"],
        ),
        ("<b isOpen>x</b>", ["<b isOpen>", "</b>"]),
        ("<td nowrap>x</td>", ["<td nowrap>", "</td>"]),
        ("<my-card flat dense>x</my-card>", ["<my-card flat dense>", "</my-card>"]),
        ("<span class=notranslate2>x</span>", ["<span class=notranslate2>", "</span>"]),
        ('<span class="no-notranslate">x</span>', ['<span class="no-notranslate">', "</span>"]),
        ("<code>a <code> b</code> c", ["<code>a <code> b</code>"]),
    ],
)
def test_attributes_without_a_value(text: str, tags: list[str]) -> None:
    """Tags may have attributes without a value, where a name is none of a sentence."""
    assert found(text) == tags


@pytest.mark.parametrize(
    "text",
    [
        "Run docker pull <image> first. Then start the container.",
        "Type <link> and [text](url), then </link>. <image>![x](y)</image>",
        "[<image>] and ![<link>]. A <image>[b](c)",
    ],
)
def test_brackets_and_names_of_elements(text: str) -> None:
    """Words in angle brackets that are also what Markdown calls its brackets are tags."""
    masked = mask(text)
    assert restore(masked.text, masked) == text
    assert differences(masked, masked.text) == ()
