#!/usr/bin/env bash
# Babel 2.19.0 knows the minus sign of a locale, but neither writes nor reads it in numbers.
#
# Guess:  format_decimal(-5) of Swedish has the sign that get_minus_sign_symbol tells, U+2212, as
#         CLDR and Intl of Node.js write it, and parse_decimal reads what any of them writes.
# Seen:   format_decimal writes an ASCII hyphen whatever the locale says, and parse_decimal raises
#         NumberFormatError for the real minus sign.
# Meets:  whoever parses the numbers of Swedish, Finnish, Norwegian or Slovenian texts by Babel to
#         compare them with their source: negative numbers that were typeset well are no numbers.
# Needs Node.js with full ICU on the path.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.19.0 2>"$folder/pip.log"
for locale in sv fi nb sl de; do
    node -p "new Intl.NumberFormat('$locale').format(-5)" >"$folder/intl"
    "$folder/venv/bin/python" - "$locale" "$folder/intl" <<'PY'
import sys
from pathlib import Path

from babel.numbers import NumberFormatError, format_decimal, get_minus_sign_symbol, parse_decimal

locale, written = sys.argv[1], Path(sys.argv[2]).read_text(encoding="utf-8").strip()
try:
    read = str(parse_decimal(written, locale=locale))
except NumberFormatError:
    read = "NumberFormatError"
told = [ascii(get_minus_sign_symbol(locale)), ascii(format_decimal(-5, locale=locale))]
print(locale, "symbol", told[0], "babel", told[1], "intl", ascii(written), "read", read)
PY
done >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
sv symbol '\u2212' babel '-5' intl '\u22125' read NumberFormatError
fi symbol '\u2212' babel '-5' intl '\u22125' read NumberFormatError
nb symbol '\u2212' babel '-5' intl '\u22125' read NumberFormatError
sl symbol '\u2212' babel '-5' intl '\u22125' read NumberFormatError
de symbol '-' babel '-5' intl '-5' read -5
SEEN
