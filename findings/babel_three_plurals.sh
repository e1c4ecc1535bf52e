#!/usr/bin/env bash
# Babel 2.19.0: Spanish, French and Italian catalogs without a Plural-Forms header lose their plural.
#
# Guess:  a catalog with two forms, one and other, is read as it always was; if a newer rule asks for
#         a third form, checking says that it is missing.
# Seen:   Babel 2.19 gives these languages CLDR's third form, for millions, and puts it before
#         "other": of a catalog that has no Plural-Forms line the second text becomes the one for
#         millions, the third is empty, no check says a word, and 2 pages are told in English.
# Meets:  whoever keeps catalogs without that line, as hand-written and older extracted ones are, and
#         lets a range of Babel's versions in; Babel 2.18 reads the same file with two forms.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >es.po <<'PO'
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\n"

#, python-format
msgid "%d page"
msgid_plural "%d pages"
msgstr[0] "%d pagina"
msgstr[1] "%d paginas"
PO
cat >read.py <<'PY'
import gettext
import io

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

with open("es.po", "rb") as file:
    catalog = read_po(file, locale="es")
compiled = io.BytesIO()
write_mo(compiled, catalog)
compiled.seek(0)
told = gettext.GNUTranslations(compiled).ngettext
found = [str(error) for message in catalog for error in message.check(catalog)]
print(catalog.num_plurals, "forms; errors:", found)
print([told("%d page", "%d pages", n) for n in (1, 2, 1_000_000)])
PY
for version in 2.18.0 2.19.0; do
    python3 -m venv "$version"
    "$version/bin/pip" install --quiet --disable-pip-version-check "babel==$version" 2>"$folder/pip.log"
    echo "Babel $version" | tee -a seen
    "$version/bin/python" read.py | tee -a seen
done
diff seen - <<'SEEN'
Babel 2.18.0
2 forms; errors: []
['%d pagina', '%d paginas', '%d paginas']
Babel 2.19.0
3 forms; errors: []
['%d pagina', '%d pages', '%d paginas']
SEEN
