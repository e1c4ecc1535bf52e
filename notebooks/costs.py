"""What nights cost and how good they are: `marimo run notebooks/costs.py -- --home HOME`."""

import marimo

app = marimo.App(width="medium", app_title="Nightdesk: what nights cost")


@app.cell
def _():
    import os
    import pathlib

    import altair as alt
    import duckdb
    import marimo as mo

    from storage.readmodel import questions as asked

    return alt, asked, duckdb, mo, os, pathlib


@app.cell
def _(duckdb, mo, os, pathlib):
    _given = mo.cli_args()
    _home = pathlib.Path(_given.get("home") or os.environ.get("NIGHTDESK_HOME") or ".nightdesk")
    file = pathlib.Path(_given.get("catalog") or _home / "catalog.duckdb")
    if not file.is_file():
        raise SystemExit(
            f"there is no catalog {file}; write it with `nightdesk catalog`,"
            " and name it with --catalog FILE or its home with --home HOME"
        )
    catalog = duckdb.connect(str(file), read_only=True)
    return catalog, file


@app.cell
def _(asked, catalog):
    questions = {name: asked.question(name) for name in asked.NAMES}
    [(_nights, _rehearsals)] = catalog.execute(
        "SELECT count(*) FILTER (NOT simulated), count(*) FILTER (simulated) FROM jobs"
    ).fetchall()
    asked_of = {}
    if _nights or not _rehearsals:
        asked_of["What nights cost"] = {
            name: catalog.sql(one.sql).to_arrow_table() for name, one in questions.items()
        }
    if _rehearsals:
        asked_of["Rehearsals: what they would have cost"] = {
            name: catalog.sql(one.of_rehearsals).to_arrow_table() for name, one in questions.items()
        }
    catalog.close()
    return asked_of, questions


@app.cell
def _(alt):
    titles = {
        "eur": "EUR",
        "eur_per_1000_words": "EUR for 1,000 source words",
        "eur_of_corrections": "EUR",
        "eur_saved": "EUR saved",
        "mean_score": "mean score, 0 to 100",
        "p50_ms": "milliseconds, median",
    }

    def bars(answer, x, y, color=None, side_by_side=False):
        """Horizontal bars: a number for each of a few names, in the order of the answer."""
        encoded = (
            {"color": alt.Color(f"{color}:N", legend=alt.Legend(orient="top", title=None))}
            if color
            else {}
        )
        if side_by_side:
            encoded["yOffset"] = alt.YOffset(f"{color}:N")
        return (
            alt.Chart(alt.Data(values=plain(answer)))
            .mark_bar()
            .encode(
                x=alt.X(
                    f"{x}:Q",
                    title=titles.get(x, x),
                    axis=alt.Axis(tickCount=6, labelFontSize=12, titleFontSize=12),
                ),
                y=alt.Y(
                    f"{y}:N", sort=None, title=None, axis=alt.Axis(labelFontSize=12, labelLimit=240)
                ),
                tooltip=[f"{name}:N" for name in answer.column_names],
                **encoded,
            )
            .properties(width="container", height=alt.Step(28))
        )

    def plain(answer):
        """Rows as JSON can hold them: only drawing makes floats of money."""
        return [
            {
                name: value
                if value is None or isinstance(value, int | float | str)
                else float(value)
                if hasattr(value, "as_tuple")
                else str(value)
                for name, value in row.items()
            }
            for row in answer.to_pylist()
        ]

    charts = {
        "cost_per_thousand_words": lambda a: bars(
            a, "eur_per_1000_words", "target_lang", "source_lang", side_by_side=True
        ),
        "cost_by_day_and_model": lambda a: bars(a, "eur", "day", "model"),
        "cost_of_steps": lambda a: bars(a, "eur", "task", "stage"),
        "cost_of_corrections": lambda a: bars(a, "eur_of_corrections", "target_lang"),
        "cost_of_unusable_answers": lambda a: bars(a, "eur", "outcome"),
        "cache_savings": lambda a: bars(a, "eur_saved", "model", "transport"),
        "memory_savings": lambda a: bars(a, "eur_saved", "target_lang"),
        "quality_by_model": lambda a: bars(
            a, "mean_score", "target_lang", "model", side_by_side=True
        ),
        "commonest_errors": lambda a: bars(a, "errors", "category", "severity"),
        "latency_by_model": lambda a: bars(a, "p50_ms", "task", "model", side_by_side=True),
        "statuses_by_night": lambda a: bars(a, "jobs", "night", "status"),
    }
    return (charts,)


@app.cell
def _(asked_of, charts, file, mo, questions):
    def _table(answer):
        shown = [
            {name: "" if value is None else str(value) for name, value in row.items()}
            for row in answer.to_pylist()
        ]
        head = "| " + " | ".join(answer.column_names) + " |\n"
        line = "|" + " --- |" * len(answer.column_names) + "\n"
        rows = ["| " + " | ".join(_cell(v) for v in row.values()) + " |" for row in shown]
        return mo.md(head + line + "\n".join(rows)) if rows else mo.md("*Nothing yet.*")

    def _cell(text):
        # What a document says is shown, and never taken for markup.
        return "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in text)

    def _shown(name, answer):
        one = questions[name]
        parts = [mo.md(f"## {one.title}"), mo.md(one.remark)]
        if name in charts and answer.num_rows:
            parts.append(charts[name](answer))
        return mo.vstack([*parts, _table(answer)])

    mo.vstack(
        [
            part
            for title, answers in asked_of.items()
            for part in (
                mo.md(f"# {title}\n\nFrom `{file}`, in EUR; days are those of UTC."),
                *(_shown(name, answer) for name, answer in answers.items()),
            )
        ],
        gap=2,
    )
    return


if __name__ == "__main__":
    app.run()
