"""The transcript of docs/how-to/draft-from-public-data.md still comes out, on tables of the same shapes.

The public files are not part of the project. These are made up: their names, columns, lone years, second table, totals
and lost commas are as in the public ones; every figure is another.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

from recordkit import agencies, declarations, readers
from recordkit.ingest import declare, receive

DOC = Path(__file__).parents[2] / "docs" / "how-to" / "draft-from-public-data.md"
PLACES = ["Punjab", "Sindh", "KPK", "Balochistan", "Islamabad", "Railways", "G.B", "AJK"]
HEADS = ["Murder", "Attempt to Murder", "Kidnapping /Abduction", "Dacoity", "Robbery", "Burglary", "Cattle Theft",
         "Other Theft", "Others"]  # fmt: skip
TOP, BELOW = ["Murder", "Attempt to Murder", "Kidnapping/ Abduction", "Dacoity"], HEADS[4:]


def year_of(numbers: random.Random) -> list[list[str]]:
    """A year's rows: head, a count for each place, their sum; and the total of all heads."""
    counts = [[numbers.randint(1, 9000) for _ in PLACES] for _ in HEADS]
    sums = [sum(column) for column in zip(*counts, strict=True)]
    named = zip([*HEADS, "TOTAL RECORDED CRIME"], [*counts, sums], strict=True)
    return [[head, *map(str, row), str(sum(row))] for head, row in named]


def tables(folder: Path) -> list[Path]:
    """The four crime tables."""
    numbers = random.Random(1995)
    long = [[str(year), *row] for year in range(2012, 2018) for row in year_of(numbers)]
    first = [["_id", "Year", "Offence", *PLACES, "Pakistan"], *[[str(n), *row] for n, row in enumerate(long, start=1)]]
    lone = [line for year in (2018, 2019, 2020) for line in ([str(year), *[""] * 9], *year_of(numbers))]
    floats = [[str(n), *row[:2], *(f"{cell}.0" for cell in row[2:])] for n, row in enumerate(long, start=1)]
    by_year = {year: [numbers.randint(1000, 90000) for _ in (*TOP, *BELOW)] for year in range(2010, 2021)}
    top = [[str(y), f"{sum(row):,}", *(f"{n:,}" for n in row[:4])] for y, row in by_year.items()]
    below = [[str(y), *(f"{n:,}" for n in row[4:])] for y, row in by_year.items()]
    made = {
        "2012_-_2017_Dataset.csv": first,
        "2018_-_2020_DataSet.csv": [["Type of Crime ", *PLACES, "Pakistan"], *lone],
        "Crime_Data_2012_2020.csv": [["", "Year", "Type of Crime", *PLACES, "Pakistan"], *floats],
        "number-of-reported-crimes-in-pakistan-by-type-2010-2020.csv": [
            ["Year", "All Reported Crimes", *TOP], *top, ["Year", *BELOW], *below
        ],
    }  # fmt: skip
    for name, rows in made.items():
        text = "".join(",".join(f'"{cell}"' if "," in cell else cell for cell in row) + "\n" for row in rows)
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in made]


def block(kind: str) -> list[str]:
    """The lines of the first block of a kind in the transcript."""
    found = re.search(rf"```{kind}\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found.group(1).splitlines()


def plain(line: str) -> str:
    """A line without its reasons, cut where the transcript cuts it."""
    return line.split("  # ")[0].removesuffix("...").rstrip()


def test_the_transcripts_drafts_edits_and_figures_hold(tmp_path: Path) -> None:
    declared = declare([declarations.PACKAGED])
    public, mine = tmp_path / "public", tmp_path / "mine" / "agencies"
    public.mkdir()
    mine.mkdir(parents=True)
    files = [one for path in tables(public) for one in readers.open_all(path)]
    text = agencies.draft(files, declared.agencies, declared.intake)
    lines = text.splitlines()
    for shown in block("toml"):
        if not shown.startswith("# Drafted"):
            assert any(line.startswith(plain(shown)) for line in lines), shown
    edits = [line for line in block("diff") if not line.startswith("@@")]
    removed, added = ([line[1:] for line in edits if line.startswith(sign)] for sign in "-+")
    assert len(removed) == len(added) == 4
    for old, new in zip(removed, added, strict=True):
        assert lines.count(old) == 1, old
        lines[lines.index(old)] = new
    (mine / "pbs.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    edited = declare([declarations.PACKAGED, mine.parent])
    done = [one for path in sorted(public.iterdir()) for one in receive(path, edited)]
    assert {one.agency for one in done} == {"pbs"}
    assert [one.tally.quarantined for one in done] == [0, 0, 0, 0]
    assert [one.tally.accepted for one in done] == [60, 30, 60, 22]
    found = {code for one in done for code in one.issues.filter(severity="flag")["code"]}
    assert not found & {"RK202", "RK215", "RK228", "RK322", "RK325"}
