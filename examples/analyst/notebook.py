# %% [markdown]
# # From a store to a chart
#
# What an analyst does with an edition: look at it, ask it, chart it, and walk one figure back to the rows it came
# from. Make the store first: `python3 dev.py demo`. Names and cards are personal: nothing here shows one.

# %%
import recordkit as rk

store = rk.open("store")
edition = store.current
edition

# %% [markdown]
# Every table is a polars LazyFrame; `.arrow("cases")` is the same for pandas, R and others.

# %%
edition["cases"].group_by("province").len("cases").sort("cases", descending=True).collect()

# %% [markdown]
# What a column means is in its schema, and in the comments that DuckDB shows.

# %%
edition.sql("SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'counts' ORDER BY column_index")

# %% [markdown]
# `counts` has no rows of totals: every total is a sum. Districts that did not report are told beside each count.

# %%
heads = edition.sql("""
    SELECT period, code AS head, sum(count) AS cases
    FROM counts
    WHERE unit = 'case' AND classification = 'npb_head' AND code IS NOT NULL
    GROUP BY ALL ORDER BY head, period
""")
heads

# %% [markdown]
# A chart as Vega-Lite: Jupyter, VS Code and GitHub draw it as it is. With Altair: `alt.Chart(heads).mark_bar()…`.


# %%
class Chart:
    """A Vega-Lite chart of a frame."""

    def __init__(self, frame, **encoding):
        self.frame, self.encoding = frame, encoding

    def _repr_mimebundle_(self, **_):
        spec = {
            "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
            "data": {"values": self.frame.to_dicts()},
            "mark": "bar",
            "encoding": self.encoding,
        }
        return {"application/vnd.vegalite.v5+json": spec, "text/plain": f"a chart of {self.frame.height} rows"}


Chart(
    heads,
    x={"field": "cases", "type": "quantitative"},
    y={"field": "head", "type": "nominal", "sort": "-x", "title": None},
    color={"field": "period", "type": "ordinal"},
)

# %% [markdown]
# Where does a figure come from? `trace` leads to the file, the sheet and the row of every report of it.

# %%
last = heads.filter(heads["head"] == "Murder").tail(1).to_dicts()[0]
rows = edition.trace(period=last["period"], unit="case", classification="npb_head", code="Murder")
rows.select("case_id").n_unique() == last["cases"], rows.group_by("name").len("rows").sort("rows", descending=True)

# %% [markdown]
# Before a month is compiled: what is wrong with its files? Nothing is published by `validate`.

# %%
result = rk.validate("inbox/2026-07/ict_fir_export_202607.tsv")
result

# %%
result.findings.group_by("code", "severity", "message").len("rows").sort("rows", descending=True).head(5)
