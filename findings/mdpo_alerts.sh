#!/usr/bin/env bash
# mdpo 2.1.4: po2md without a single translation changes what a page shows.
#
# Guess:  with an empty catalog po2md gives the page back: other spacing perhaps, the same rendering.
# Seen:   "> [!NOTE]" and the text on the next line become one line, so GitHub and VitePress show a
#         quotation that begins with "[!NOTE]" instead of a note; a hard line break (two spaces at
#         the end of a line) becomes a space; definitions of links move to the end of the page.
# Meets:  whoever translates documentation by md2po and po2md and compares nothing but the catalog.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mdpo==2.1.4 2>"$folder/pip.log"
cd "$folder"
printf '> [!NOTE]\n> Read *this* first.\n\nLine one  \nline two\n\n[ref]: https://example.org\n\nSee [ref].\n' >page.md
printf 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n' >empty.po
venv/bin/po2md page.md --po-files empty.po --quiet --save out.md
tee seen <out.md
diff seen - <<'SEEN'
> [!NOTE] Read *this* first.

Line one line two

See [ref].

[ref]: https://example.org
SEEN
