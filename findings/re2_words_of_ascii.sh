#!/usr/bin/env bash
# google-re2 1.1.20251105, which calls itself a drop-in replacement for re: words end at umlauts.
#
# Guess:  a pattern given as str is about characters, as in re: \w fits every letter, \d every
#         digit, \b stands at the ends of words in any script. The package names one gotcha of
#         syntax, \Z.
# Seen:   the text is read as UTF-8, yet \w, \d and \b know ASCII alone, without a word or an
#         option: \w+ finds Gr and e in Größe, \bfen\b the end of Öfen. (?i) and \pL know all
#         letters. What re2.error says is bytes.
# Meets:  whoever moves patterns from re to re2, and tries them on English.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    google-re2==1.1.20251105 2>"$folder/pip.log"
"$folder/venv/bin/python" - >"$folder/seen" 2>/dev/null <<'PY'
import re

import re2

for pattern, text in [(r"\w+", "Größe"), (r"\bfen\b", "Öfen"), (r"\d+", "٣"), ("(?i)größe", "GRÖSSE GRÖßE")]:
    print(pattern, re.findall(pattern, text), re2.findall(pattern, text))
print(r"\pL+", re2.findall(r"\pL+", "Größe"))
try:
    re2.compile("(")
except re2.error as error:
    print(type(error.args[0]).__name__)
PY
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
\w+ ['Größe'] ['Gr', 'e']
\bfen\b [] ['fen']
\d+ ['٣'] []
(?i)größe ['GRÖßE'] ['GRÖßE']
\pL+ ['Größe']
bytes
SEEN
