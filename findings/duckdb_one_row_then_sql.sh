#!/usr/bin/env bash
# duckdb 2.0.1: after fetchone() the connection refuses sql(), though there was one row only.
#
# Guess:  `execute("SELECT count(*) …").fetchone()` has fetched all there is, so the connection is free
#         for whatever comes next, as in 1.5.
# Seen:   con.sql(…) then raises "connection has an unfinished result", while con.execute(…) does not;
#         after fetchall() both work.
# Meets:  code that mixes execute for single values with relations for tables on one connection.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >mixed.py <<'PY'
import duckdb

def tried(fetch, then):
    with duckdb.connect() as con:
        fetch(con.execute("SELECT count(*) FROM range(3)"))
        try:
            return then(con, "SELECT 1").fetchall()
        except Exception as error:
            return type(error).__name__

one, all_of_it = (lambda r: r.fetchone()), (lambda r: r.fetchall())
by_sql, by_execute = (lambda con, q: con.sql(q)), (lambda con, q: con.execute(q))
print("fetchone, sql:", tried(one, by_sql))
print("fetchone, execute:", tried(one, by_execute))
print("fetchall, sql:", tried(all_of_it, by_sql))
PY
for version in 1.5.6 2.0.1; do
    python3 -m venv "$version"
    "$version/bin/pip" install --quiet --disable-pip-version-check "duckdb==$version" 2>pip.log
    echo "duckdb $version" | tee -a seen
    "$version/bin/python" mixed.py | tee -a seen
done
diff seen - <<'SEEN'
duckdb 1.5.6
fetchone, sql: [(1,)]
fetchone, execute: [(1,)]
fetchall, sql: [(1,)]
duckdb 2.0.1
fetchone, sql: ResourceInUseException
fetchone, execute: [(1,)]
fetchall, sql: [(1,)]
SEEN
