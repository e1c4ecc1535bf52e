"""The encoding an HTML document names itself."""

from __future__ import annotations

import codecs
import re

from domain.errors import DocumentError

_LOOKED_AT = 1024
_DECLARED = re.compile(
    rb"""<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml\s[^>]*?encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_KNOWN = {
    codecs.lookup(name).name
    for name in (
        *("utf-8", "cp866", "koi8-r", "koi8-u", "mac-roman", "cp874"),
        *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
        *(f"cp{page}" for page in range(1250, 1259)),
        *("gbk", "gb18030", "big5", "euc-jp", "shift_jis", "euc-kr"),
    )
}
_READ_AS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gbk"}


def declared(data: bytes) -> str | None:
    """Python's name of the declared encoding, None where none is declared.

    Looked for where the HTML standard says (section 13.2.3.2): in the first 1,024 bytes. As there,
    ISO-8859-1 and ASCII mean Windows-1252, and UTF-16 means UTF-8.

    Raises:
        DocumentError: a name that stands for no encoding of the web.
    """
    found = _DECLARED.search(_COMMENT.sub(b"", data[:_LOOKED_AT]))
    if not found:
        return None
    label = (found[1] or found[2]).decode("ascii", "replace")
    if label.lower().startswith("utf-16"):
        return None
    try:
        codec = codecs.lookup(label).name
    except LookupError:
        codec = ""
    codec = _READ_AS.get(codec, codec)
    if codec not in _KNOWN:
        raise DocumentError(f"the declared encoding {label!r} is not known: save it as UTF-8")
    return None if codec == "utf-8" else codec
