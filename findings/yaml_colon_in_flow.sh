#!/usr/bin/env bash
# ruamel.yaml 0.19.1 and PyYAML 6.0.3: a list of Ruby's symbols in brackets is read by one alone.
#
# Guess:  both read block and flow style alike, so a file that one of Python's two readers takes is
#         one for the other, and for the program it was written for.
# Seen:   `- :year` is a text to both. In brackets, `[:year, :month]`, ruamel.yaml reads the texts,
#         by YAML 1.2; PyYAML refuses the file, with its own reader as with libyaml's, by which
#         Ruby reads it too.
# Meets:  whoever checks Rails' locale files with ruamel.yaml, or lets a formatter that is on 1.2
#         write short lists in brackets: the check passes, and the program doesn't start.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check ruamel.yaml==0.19.1 pyyaml==6.0.3 2>pip.log
cat >read.py <<'PY'
import yaml
from ruamel.yaml import YAML

for text in ("order:\n- :year\n- :month\n", "order: [:year, :month]\n"):
    print(repr(text))
    print("  ruamel.yaml", YAML(typ="safe", pure=True).load(text)["order"])
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        try:
            print(" ", loader.__name__, yaml.load(text, loader)["order"])
        except yaml.YAMLError as error:
            print(" ", loader.__name__, type(error).__name__)
PY
venv/bin/python read.py | tee seen
diff seen - <<'SEEN'
'order:\n- :year\n- :month\n'
  ruamel.yaml [':year', ':month']
  SafeLoader [':year', ':month']
  CSafeLoader [':year', ':month']
'order: [:year, :month]\n'
  ruamel.yaml [':year', ':month']
  SafeLoader ParserError
  CSafeLoader ParserError
SEEN
