#!/usr/bin/env bash
# Babel 2.19.0 groups four digits where CLDR says that grouping begins at five.
#
# Guess:  two implementations of CLDR write 1234.5 alike: Babel's format_decimal, and Intl of
#         Node.js (ICU).
# Seen:   In Spanish, European Portuguese, Polish, Bulgarian, Italian and Latvian, CLDR's
#         minimumGroupingDigits is 2: Intl writes "1234,5" and "12.345,5", Babel "1.234,5" and
#         "12.345,5", since it does not look at that value. Both read the same pattern, so only
#         numbers of four digits before the decimal sign differ.
# Meets:  whoever checks a translation's numbers against what Babel would write: the usual form of
#         these languages looks like a mistake.
# Needs Node.js with full ICU on the path.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check babel==2.19.0 2>"$folder/pip.log"
{
    "$folder/venv/bin/python" - <<'PY'
from babel.numbers import format_decimal

for locale in ("es", "pt_PT", "pl", "bg", "it", "lv"):
    print("babel", locale, *(ascii(format_decimal(x, locale=locale)) for x in (1234.5, 12345.5)))
PY
    node -e '
const ascii = (s) => "\x27" + s.replace(/\u00a0/g, "\\xa0").replace(/\u202f/g, "\\u202f") + "\x27";
for (const l of ["es", "pt-PT", "pl", "bg", "it", "lv"]) {
  const f = new Intl.NumberFormat(l);
  console.log("intl", l.replace("-", "_"), ascii(f.format(1234.5)), ascii(f.format(12345.5)));
}'
} >"$folder/seen"
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
babel es '1.234,5' '12.345,5'
babel pt_PT '1\xa0234,5' '12\xa0345,5'
babel pl '1\xa0234,5' '12\xa0345,5'
babel bg '1\xa0234,5' '12\xa0345,5'
babel it '1.234,5' '12.345,5'
babel lv '1\xa0234,5' '12\xa0345,5'
intl es '1234,5' '12.345,5'
intl pt_PT '1234,5' '12\xa0345,5'
intl pl '1234,5' '12\xa0345,5'
intl bg '1234,5' '12\xa0345,5'
intl it '1234,5' '12.345,5'
intl lv '1234,5' '12\xa0345,5'
SEEN
