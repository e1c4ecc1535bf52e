#!/usr/bin/env bash
# simplemma 2.0.0 takes English interface words for German and Dutch ones.
#
# Guess:  is_known(word, lang) is true of the language's own words and of loan words that its
#         dictionaries list (Computer, Update); of labels that nobody has translated ("Search users",
#         "Save settings") it is false in German and Dutch, so that in_target_language() of a string
#         left in English is near 0.
# Seen:   German knows "settings", "search", "save", "users"; Dutch knows "cancel", "delete", "error",
#         "help", "password", "username"; French none of them. "Save settings" and "Search users" are
#         German as a whole (1.00), "Delete password" Dutch.
# Meets:  whoever looks for what was left untranslated by dictionary: in German and Dutch short labels
#         pass, and the share of the text that is known says little below a sentence.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check simplemma==2.0.0 2>"$folder/pip.log"
"$folder/venv/bin/python" - >"$folder/seen" <<'PY'
from simplemma import in_target_language, is_known

WORDS = ("settings search save users printer account download cancel delete error help password "
         "username comments window language").split()
for lang in ("de", "nl", "fr", "it"):
    print(lang, *(word for word in WORDS if is_known(word, lang=lang)))
for text in ("Save settings", "Search users", "Delete password", "The comments of this window"):
    print(text, *(f"{lang}={in_target_language(text, lang=lang):.2f}" for lang in ("de", "nl", "fr")))
PY
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
de settings search save users printer account download
nl settings printer account download cancel delete error help password username
fr
it error
Save settings de=1.00 nl=1.00 fr=0.00
Search users de=1.00 nl=0.00 fr=0.00
Delete password de=0.00 nl=1.00 fr=0.00
The comments of this window de=0.00 nl=0.00 fr=0.00
SEEN
