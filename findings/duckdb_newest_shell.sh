#!/usr/bin/env bash
# duckdb 2.0.1 and duckdb-cli 1.5.6: the newest library on PyPI and the newest shell there don't fit.
#
# Guess:  a database that the newest Python package writes is opened by the newest `duckdb-cli`.
# Seen:   the shell's package stands at 1.5.6 and refuses the file: version 69, where it reads 64 to
#         68. A file that is begun with storage_compatibility_version='v1.5.0' is read, and stays so
#         when it is opened without that setting later and written to.
# Meets:  who publishes a .duckdb file by Python for people who look at it in the shell from PyPI.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1 duckdb-cli==1.5.6 2>pip.log
venv/bin/python - <<'PY'
import duckdb

for name, config in (("plain", {}), ("older", {"storage_compatibility_version": "v1.5.0"})):
    with duckdb.connect(f"{name}.duckdb", config=config) as db:
        db.execute("CREATE TABLE spent AS SELECT 1 AS eur")
with duckdb.connect("older.duckdb") as db:
    db.execute("INSERT INTO spent VALUES (2)")
PY
for name in plain older; do
    echo "$name:" | tee -a seen
    { venv/bin/duckdb -readonly -csv "$name.duckdb" "SELECT sum(eur) AS eur FROM spent" 2>&1 || true; } |
        grep -oE "version number [0-9]+|between [0-9]+ and [0-9]+|^[a-z0-9]+$" | tee -a seen
done
diff seen - <<'SEEN'
plain:
version number 69
between 64 and 68
older:
eur
3
SEEN
