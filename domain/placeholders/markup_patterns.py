"""The patterns of markup and variables.

Each takes linear time on any text: a repeat that could run far is possessive, bounded, or ends at
the very character that begins the next attempt.
"""

from __future__ import annotations

import re

_TAG_NAME = r"[A-Za-z][\w:.-]*+"

_BARE_ATTRIBUTE = r"""
    (?: (?: allowfullscreen | async | autofocus | autoplay | checked | contenteditable | controls
          | default | defer | disabled | download | formnovalidate | hidden | inert | ismap
          | itemscope | loop | multiple | muted | novalidate | open | playsinline | readonly
          | required | reversed | selected ) (?= [\s/>] )
      | [\w]*[-:@\#*] [^\s"'<>/=]*+ )
"""  # others without a value are prose: `if x<y and y>z`

_ATTRIBUTE = rf"""
    \s++ (?: [^\s"'<>/=]++ \s*+ = \s*+
             (?: "[^"<]*+" | '[^'<]*+' | "[^"]{{0,300}}+" | '[^']{{0,300}}+' | [^\s"'=<>`]++ )
           | {_BARE_ATTRIBUTE} )
"""

_TAGS = rf"""
    (?P<comment> <!-- | <!\[CDATA\[ )
  | (?P<close> </ (?P<close_name> {_TAG_NAME} ) \s*+ > )
  | (?P<tag> < (?P<tag_name> {_TAG_NAME} ) (?: {_ATTRIBUTE} ){{0,60}}+ \s*+ /?+ > )
"""

_FORMAT_LENGTH = r"(?: hh?+ | ll?+ | [Lzjtq] )?+"
_LATIN = "[a-zA-Z\u00c0-\u024f]"
_NO_WORD = rf"(?! [\d_] | {_LATIN} )"
_PERCENT = rf"""
    %%
  | (?<! \d ) % \( \w{{1,60}} \) [-+\#0]{{0,3}} \d{{0,3}} (?: \.\d{{1,3}} )? [A-Za-z]
  | % (?: \d{{1,2}} \$ )? \#@ [^@\s]{{1,80}} @ | %arg\b
  | % \d{{1,2}} \$ [-+\#0]{{0,3}} \d{{0,3}} (?: \.\d{{1,3}} )? {_FORMAT_LENGTH} [A-Za-z@]
  | % [-+\#0]{{0,3}} \d{{0,3}} \. (?: \d{{1,3}} | \* ) {_FORMAT_LENGTH} [a-zA-Z]
      (?! {_LATIN}{{4}} )
  | % [-+\#0]{{0,3}} \* (?: \. (?: \d{{1,3}} | \* ) )? {_FORMAT_LENGTH} [a-zA-Z]
  | (?<= \b0 ) % [oxX] {_NO_WORD}
  | (?<! \d ) % [-+\#0]{{0,3}} \d{{1,3}} {_FORMAT_LENGTH} [sdiufFxXcgGeEop@] {_NO_WORD}
  | (?<! \d ) (?<! \d[ \xa0\u2009\u202f] ) %
      {_FORMAT_LENGTH}
      (?: [sduf@] (?! \d | {_LATIN}{{3}} ) | [sdc] (?= [A-Z] )
        | [ixXcgGeEoapnFYmHMSyBb] {_NO_WORD} )
  | (?: (?<= \d ) | (?<= \d[ \xa0\u2009\u202f] ) ) % [sdiuf@] {_NO_WORD}
"""  # a per cent sign after a number, or before a Latin word, is prose: `50% discount`, `50 %ige`

_NAME = r"[^\W\d] [\w-]{0,80}"
_BRACES = rf"""
    \{{\{{\{{? [^{{}}\n]{{0,200}} \}}\}}\}}?
  | \{{% [^{{}}\n]{{0,200}} %\}}
  | \{{\# [^{{}}\n]{{0,200}} \#\}}
  | [$\#] \{{ [^{{}}\n]{{1,200}} \}}
  | %\{{ [\w.]{{1,60}} \}}
  | \{{ [ ]? (?: {_NAME} | \d{{1,9}} )?
        (?: \.\w{{1,80}} | \[ \w{{1,80}} \] ){{0,9}}
        (?: ![rsa] )? (?: : [^{{}}\s]{{0,30}} )? [ ]? \}}
"""

_REFERENCE = r"""
    (?<! [\w$] ) \$t\( [^()\n]{1,200} \)
  | (?<! [\w@] ) @ (?: \.\w{1,30} )? :
      (?: [\w-]{1,80}+ (?: \.[\w-]{1,80}+ ){0,9} | \{'[^'\n]{1,200}'\} )
"""
"""Other messages, as i18next (`$t(key)`) and Vue I18n (`@:key`, `@.lower:key`) name them."""

_ICU = r"""
    \{ (?= \s{0,20} [\w.-]{1,80} \s{0,20} , \s{0,20}
           (?: plural | select | selectordinal | choice | number | date | time | spellout | ordinal
             | duration | list ) \s{0,20} [,}] )
"""

_LATIN = r"\u00c0-\u024f"
_IN_URL = r"A-Za-z0-9\u00c0-\u058f\u1e00-\u1fff\-._~:/?\#@!$&'()*+,;=%{}"
_URL = rf"""
    (?P<url_head> (?<! [A-Za-z0-9+.-] )
        (?: [A-Za-z][A-Za-z0-9+.-]{{1,30}}+ ://
          | (?i:www) \. (?= \w ) | mailto: | tel: (?= [+\d] ) )
    ) [{_IN_URL}]*+
"""  # it ends where Chinese, Japanese, Korean or Thai text follows without a space

_EMAIL = rf"""
    (?<! [A-Za-z0-9{_LATIN}._%+-] ) [A-Za-z0-9{_LATIN}._%+-]{{1,64}}+ @
    (?: [A-Za-z0-9{_LATIN}-]{{1,63}}+ \. ){{1,8}} [A-Za-z{_LATIN}]{{2,24}} (?! [A-Za-z0-9_] )
"""

_AUTOLINK = r"""
    < (?: [A-Za-z][A-Za-z0-9+.-]{1,31} :// | mailto: | tel: | sms: | urn: | xmpp: | data: )
      [^\s<>]*+ >
  | < [^\s<>@]{1,64} @ [^\s<>@]{1,255} >
  | <\? [^<>]*+ > (?<= \?> ) | <! [A-Za-z] [^<>]*+ >
"""

_FOOTNOTE = r"\[\^ [^\]\s\[]{1,50} \]"

_QUOTED_BY_TICK = r"[\w%.$/<>:@-]{1,60}+ ' (?! [\w`'] )"
"""GNU's old way to quote a word: a backtick opens, an apostrophe closes."""

TOKEN = re.compile(
    rf"""
    (?P<escape> \\ [\\`\[\]<!] )
  | (?P<ticks> (?<![\w`]) `++ (?! {_QUOTED_BY_TICK} ) | (?<= \w ) `++ (?! \s ) )
  | (?P<blank> \n [^\S\n]*+ \n )
  | (?P<icu> {_ICU} )
  | (?P<variable>
        [⟦⟧]++ | {_AUTOLINK} | {_PERCENT} | {_REFERENCE} | {_BRACES} | {_EMAIL}
      | {_FOOTNOTE} )
  | {_TAGS}
  | (?P<reference> & (?: \#\d{{1,7}} | \#[xX][0-9A-Fa-f]{{1,6}} | [A-Za-z][A-Za-z0-9]{{1,31}} ) ; )
  | (?P<url> {_URL} )
  | (?P<opening> !?+ \[ )
  | (?P<closing> \] )
    """,
    re.VERBOSE,
)

LINK_TAIL = re.compile(
    r"""
    \] \( \s*+ (?: <[^<>\n]*+> | [^\s()<>]*+ (?: \( [^\s()<>]*+ \) [^\s()<>]*+ )*+ )
        (?: \s++ (?: "[^"]*+" | '[^']*+' | \( [^()]*+ \) ) )?+ \s*+ \)
  | \] \[ (?: [^\[\]\n]{2,200} \] | [^\[\]\n]? \] (?! \w ) )
    """,
    re.VERBOSE,
)
"""What follows the text of a Markdown link or image: `](url "title")` or `][name]`."""

BRACE_OR_QUOTE = re.compile(r"''|(?<!\w)'(?=[{}])|[{}]")
NO_TRANSLATION = re.compile(r"""\stranslate\s*=\s*["']?no\b""", re.IGNORECASE)
URL_TRAILING = frozenset(".,;:!?'*)}")
