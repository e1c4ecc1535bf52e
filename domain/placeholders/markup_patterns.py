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
      | [a-z]++[A-Z]\w*+ (?= [\s/>] ) | [\w]*[-:@\#*] [^\s"'<>/=]*+ )
"""  # others without a value are prose: `if x<y and y>z`

_SURE_NAME = r"""
    (?i: abbr | bdi | bdo | dd | del | div | dl | dt | h[1-6] | img | ins | kbd | li | nav | ol
       | pre | span | sub | sup | svg | tbody | td | tfoot | th | thead | tr | ul
       | [a-z][a-z0-9]*+ - [\w.-]++ ) (?= \s )
"""
"""Names of elements that are no words of a sentence, so that their tags may have any attribute."""

_ANY_BARE_ATTRIBUTE = r"""
    (?! (?i: an? | and | as | at | by | for | from | if | in | is | not | of | on | or | than | the
           | to | with ) [\s/>] ) [A-Za-z_][\w.]*+ (?= [\s/>] )
"""

_ATTRIBUTE = rf"""
    \s++ (?: [^\s"'<>/=]++ \s*+ = \s*+
             (?: "[^"<]*+" | '[^'<]*+' | "[^"]{{0,300}}+" | '[^']{{0,300}}+' | [^\s"'=<>`]++ )
           | {_BARE_ATTRIBUTE}
           | (?(sure) {_ANY_BARE_ATTRIBUTE} | (?!) ) )
"""

_TAGS = rf"""
    (?P<comment> <!-- | <!\[CDATA\[ )
  | (?P<close> </ (?P<close_name> {_TAG_NAME} ) \s*+ > )
  | (?P<tag> < (?= (?P<sure> {_SURE_NAME} )? ) (?P<tag_name> {_TAG_NAME} )
      (?: {_ATTRIBUTE} ){{0,60}}+ \s*+ /?+ > )
"""

_FORMAT_LENGTH = r"(?: hh?+ | ll?+ | [Lzjtq] )?+"
_LATIN = "[a-zA-Z\u00c0-\u024f]"
_NO_WORD = rf"(?! [\d_] | {_LATIN} )"
_PERCENT = rf"""
    (?<! [A-Za-z0-9_%] ) (?<! \d[ \xa0\u2009\u202f] )
      % [A-Za-z][A-Za-z0-9_.-]{{1,60}}+ % (?! [A-Za-z0-9_%] )
  | %%
  | (?<! \d ) % (?: \d{{1,2}} \$ )? [-+\#0]{{0,3}} ' [-+\#0]{{0,3}} \d{{0,3}} (?: \.\d{{1,3}} )?
      {_FORMAT_LENGTH} [diufFgG] {_NO_WORD}
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

_DELIMITED = r"""
    (?<! [A-Za-z0-9_$] ) \$ [A-Za-z_][A-Za-z0-9_]{0,60}+ \$ (?! [A-Za-z0-9_$] )
  | (?<! < ) << (?: \d{1,4} | [A-Z][A-Z0-9_]{1,60} | [a-z]\w{0,60}_\w{1,60} ) >> (?! > )
"""
"""Names between signs: `$number$`, `<<1>>`, `<<FIRST_NAME>>`."""

_COLON = r"""
    (?<! [^\s"'(\[>«„“‘] ) : [a-z][a-z0-9_]{1,40}+ (?! [\w:] | \. [a-z] )
"""
"""Names behind a colon, as Laravel has them: `:count`; not `note:this`, `12:30` or `:)`."""

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
        [⟦⟧]++ | {_DELIMITED} | {_COLON} | {_AUTOLINK} | {_PERCENT} | {_REFERENCE} | {_BRACES}
      | {_EMAIL} | {_FOOTNOTE} )
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
NO_TRANSLATION = re.compile(
    r"""
    \s (?: translate \s*+ = \s*+ ["']? no \b
        | class \s*+ = \s*+ (?: notranslate (?= [\s>] )
            | "[^"]*? (?<! [^\s"] ) notranslate (?= [\s"] )
            | '[^']*? (?<! [^\s'] ) notranslate (?= [\s'] ) ) )
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""In a start tag: that what it opens is not translated."""

URL_TRAILING = frozenset(".,;:!?'*)}")
