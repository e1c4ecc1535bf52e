#!/usr/bin/env bash
# webvtt-py 0.6.0: Caption.text is half plain text, half markup, and setting it loses the speaker.
#
# Guess:  .text is what a viewer reads (tags gone, entities resolved), .raw_text is the markup, and
#         a new .text keeps the voice span that .voice tells of.
# Seen:   .text has its tags taken away, but "&amp;" and "&lt;" left as they are; what is assigned
#         to .text is written as markup (so a plain "<" or "&" makes a broken cue), and the voice
#         span is gone: .voice is None afterwards.
# Meets:  whoever translates subtitles by reading and setting .text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check webvtt-py==0.6.0 2>"$folder/pip.log"
"$folder/venv/bin/python" - >"$folder/seen" <<'PY'
import io

import webvtt

vtt = webvtt.from_buffer(io.StringIO(
    "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>Salt &amp; <i>pepper</i></v>\n"
))
cue = vtt.captions[0]
print(repr(cue.text), repr(cue.voice))
cue.text = "Salz & Pfeffer < 3 g"
print(repr(cue.raw_text), repr(cue.voice))
print(vtt.content)
PY
cat "$folder/seen"
diff "$folder/seen" - <<'SEEN'
'Salt &amp; pepper' 'Ana'
'Salz & Pfeffer < 3 g' None
WEBVTT

00:00:01.000 --> 00:00:02.000
Salz & Pfeffer < 3 g

SEEN
