#!/usr/bin/env bash
# jiter 0.19.0 leaves out a string that was cut off, and takes a number that was cut off for whole.
#
# Guess:  from_json(..., partial_mode=True) of an answer that ran out of tokens gives what is surely
#         whole: as of "4|Dr, whose end is missing, nothing is kept, nor is anything of 12 where the
#         text ends, since 125 may have been meant. ("trailing-strings" is there for the others.)
# Seen:   the number is kept in both modes, as it stands; only where it ends in a point, a sign or an
#         exponent it is dropped, all of it. partial-json-parser 0.2.1.1.post7 leaves it out unless
#         it is allowed.
# Meets:  whoever reads what a model had said before max_tokens by ids or scores: the SDKs of
#         Anthropic and OpenAI bring jiter for that. The last id is another segment's, 95 becomes 9.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    jiter==0.19.0 partial-json-parser==0.2.1.1.post7 2>"$folder/pip.log"
"$folder/venv/bin/python" - >"$folder/seen" <<'PY'
from jiter import from_json
from partial_json_parser import Allow, loads

whole = '{"segments": ["3|Ja", "4|Drei"], "assessed": [7, 125]}'
for end in ("Dr", "[7, 12"):
    cut = whole[: whole.index(end) + len(end)]
    for mode in (True, "trailing-strings"):
        print(end, "| jiter", mode, from_json(cut.encode(), partial_mode=mode))
    print(end, "| partial-json-parser", loads(cut, Allow.OBJ | Allow.ARR))
for text in ('{"score": 9', '{"score": 9.', '{"score": 9e', '{"score": -'):
    print(text, "| jiter", from_json(text.encode(), partial_mode=True))
PY
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
Dr | jiter True {'segments': ['3|Ja']}
Dr | jiter trailing-strings {'segments': ['3|Ja', '4|Dr']}
Dr | partial-json-parser {'segments': ['3|Ja']}
[7, 12 | jiter True {'segments': ['3|Ja', '4|Drei'], 'assessed': [7, 12]}
[7, 12 | jiter trailing-strings {'segments': ['3|Ja', '4|Drei'], 'assessed': [7, 12]}
[7, 12 | partial-json-parser {'segments': ['3|Ja', '4|Drei'], 'assessed': [7]}
{"score": 9 | jiter {'score': 9}
{"score": 9. | jiter {}
{"score": 9e | jiter {}
{"score": - | jiter {}
SEEN
