"""`recordkit release`: the risk first, names before files, a line in the ledger, and a check of what was released."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from release_stores import DIRS, TABLES, copied, frames, published, revised

import shared
from in_process import run
from recordkit import releases, store
from recordkit.releases import feasibility, history, protecting
from recordkit.releases.cells import Shape

SIGNED = ("--approve", "A. Officer", "--second", "B. Officer")
VICTIMS = ("--table", "victims_by_age_and_sex")
ACCUSED = ("--table", "accused_by_sex")
POLICY = releases.load(DIRS, TABLES)


def test_nothing_is_written_before_somebody_approves_it_and_the_risk_is_shown(root: Path, tmp_path: Path) -> None:
    done = run("release", root, "--to", tmp_path / "out", *VICTIMS, "--format", "json")
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert told["written"] is False
    assert not (tmp_path / "out").exists()
    assert not history.lines(root)
    (risk,) = told["risk"]
    assert (risk["about"], risk["minimum"], risk["width"]) == ("child", 11, 11)
    assert risk["suppressed"] >= risk["below_minimum"] > 0
    assert "--second" in run("release", root, "--to", tmp_path / "out", *VICTIMS).stdout


@pytest.mark.parametrize("names", [("--approve", "A"), ("--approve", "A", "--second", " a "), ("--approve", "  ", "--second", "B")])
def test_tables_about_victims_need_two_people(root: Path, tmp_path: Path, names: Sequence[str]) -> None:
    assert run("release", root, "--to", tmp_path / "out", *VICTIMS, *names).returncode == 2
    assert not (tmp_path / "out").exists()
    assert not history.lines(root)


def test_a_release_says_what_it_is_of_and_the_ledger_who_approved_it(root: Path, tmp_path: Path) -> None:
    done = run("release", root, "--to", tmp_path / "out", *ACCUSED, "--approve", "A. Officer", "--format", "json")
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "out" / "release.json").read_text())
    (line,) = history.lines(root)
    assert manifest["edition"] == store.current_id(root)
    assert manifest["ledger"] == {"entry": 1, "sha256": line.sum}
    assert manifest["tables"]["accused_by_sex"]["minimum"] == 5
    assert line.entry["approved_by"] == "A. Officer"
    assert "A. Officer" not in "".join(path.read_bytes().decode("latin-1") for path in (tmp_path / "out").iterdir())
    assert store.verify(root).sound
    assert run("release", root, "--to", tmp_path / "out", *ACCUSED, "--approve", "A. Officer").returncode == 2
    assert len(history.lines(root)) == 1


def test_what_is_published_is_the_count_of_the_records_and_no_count_is_below_the_minimum(root: Path) -> None:
    edition = store.open_edition(root)
    people = edition.scan("persons").join(edition.scan("cases"), on="case_id", suffix="_case").collect()
    for unit in protecting.protected_tables(edition, POLICY, POLICY.tables, {}):
        for one in unit.tables:
            shown = one.cells.filter(pl.col("status") == "published", pl.col("count") > 0)
            assert shown["count"].min() >= one.least
            assert one.cells.filter(pl.col("status") == "suppressed", pl.col("count") == 0).height == 0
            if one.name == "victims_by_exploitation":
                direct = people.filter(role="victim").group_by("province", "sex", "exploitation").len("direct")
                joined = shown.join(direct, on=["province", "sex", "exploitation"])
                assert joined.height
                assert (joined["count"] == joined["direct"]).all()


def test_a_table_can_follow_another_one_that_has_other_levels(root: Path, tmp_path: Path) -> None:
    for at, name in enumerate(("victims_by_exploitation", "victims_by_age_and_sex")):
        done = run("release", root, "--to", tmp_path / str(at), "--table", name, *SIGNED)
        assert done.returncode == 0, done.stderr


def test_an_unknown_table_is_named_with_the_nearest(root: Path, tmp_path: Path) -> None:
    done = run("release", root, "--to", tmp_path / "out", "--table", "victims_by_age")
    assert done.returncode == 2
    assert "victims_by_age_and_sex" in done.stderr


def test_a_place_from_which_nothing_came_has_no_zero(root: Path) -> None:
    edition = store.open_edition(root)
    (unit,) = protecting.protected_tables(edition, POLICY, ["cases_by_head"], {})
    heard = edition.scan("cases").select("district", "period").unique().collect()
    silent = unit.tables[0].cells.filter(pl.col("status") == "no return").drop_nulls(["district", "month"])
    zero = unit.tables[0].cells.filter(pl.col("status") == "published", pl.col("count") == 0).drop_nulls(["district", "month"])
    assert zero.join(heard, left_on=["district", "month"], right_on=["district", "period"], how="anti").height == 0
    assert silent.join(heard, left_on=["district", "month"], right_on=["district", "period"], how="semi").height == 0


def test_an_older_release_is_checked_against_its_sums_the_ledger_and_todays_cases(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("release", root, "--to", out, *ACCUSED, "--approve", "A. Officer")
    told = run("release", root, "--check", out, "--format", "json")
    assert (told.returncode, json.loads(told.stdout)["withdrawn"]) == (0, 0)
    published(root, revised(frames(1), 3), "b")
    told = run("release", root, "--check", out, "--format", "json")
    assert (told.returncode, json.loads(told.stdout)["withdrawn"]) == (1, "<11")
    assert "withdrawn since: <11" in run("release", root, "--check", out).stdout
    (out / "accused_by_sex.csv").write_text("province\n")
    (out / "strange.txt").write_text("x")
    told = run("release", root, "--check", out, "--format", "json")
    assert json.loads(told.stdout)["damaged"] == ["accused_by_sex.csv", "strange.txt"]
    manifest = json.loads((out / "release.json").read_text()) | {"edition": "2026-10-r9-00000000"}
    (out / "release.json").write_text(json.dumps(manifest))
    assert json.loads(run("release", root, "--check", out, "--format", "json").stdout)["in_ledger"] is False
    assert run("release", root, "--check", tmp_path / "none").returncode == 3


def test_a_release_is_refused_when_what_the_ledger_keeps_of_an_earlier_one_was_changed(root: Path, tmp_path: Path) -> None:
    run("release", root, "--to", tmp_path / "out", *ACCUSED, "--approve", "A. Officer")
    (kept,) = (root / "ledger" / "releases").glob("*.parquet")
    kept.write_bytes(b"x")
    done = run("release", root, "--to", tmp_path / "more", *ACCUSED, "--approve", "A. Officer")
    assert done.returncode == 4
    assert not (tmp_path / "more").exists()


# ------------------------------------------------------------------------------------------------- attackers


def readers(folders: Sequence[Path], names: Sequence[str]) -> list[feasibility.Seen]:
    """What somebody has who kept every released folder, with the truth only where nothing is published (to be told)."""
    seen = []
    for folder in folders:
        for name in names:
            frame = pl.read_csv(folder / f"{name}.csv", infer_schema=False)
            shape = protecting.shape_of(POLICY, POLICY.tables[name])
            levels = [pl.when(pl.col(one) != "Total").then(one).alias(one) for one in shape.columns]
            seen.append((folder, name, shape, frame.select(*levels, pl.col("count").cast(pl.Int64), "status")))
    return seen


def with_truth(seen: Sequence[tuple[Path, str, Shape, pl.DataFrame]], editions: Sequence[store.Edition]) -> list[feasibility.Seen]:
    """The same with the counts that the attacker wants, to say whether they were told."""
    made = []
    for (folder, name, shape, frame), edition in zip(seen, editions, strict=True):
        truth = protecting.counted_tables(edition, POLICY, [name])[name][0].rename({"count": "true"})
        both = frame.join(truth, on=shape.columns, nulls_equal=True, how="left")
        known = both.filter(pl.col("status") == "published")
        assert (known["count"] == known["true"]).all()
        cells = both.select(*shape.columns, pl.col("true").fill_null(0).alias("count"), pl.col("members").fill_null(0), (pl.col("status") != "suppressed").alias("published"),
                            pl.lit(POLICY.tables[name].width).alias("width"))  # fmt: skip
        made.append(feasibility.Seen(name, cells, shape, folder.name))
    return made


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whoever_holds_the_previous_release_and_knows_a_province_gains_nothing(seed: int, tmp_path: Path) -> None:
    before = frames(seed, 300)
    root = published(tmp_path / "store", before)
    names = ["victims_by_age_and_sex", "victims_by_exploitation"]
    tables = [part for name in names for part in ("--table", name)]
    assert run("release", root, "--to", tmp_path / "first", *tables, *SIGNED).returncode == 0
    first = store.open_edition(root)
    published(root, revised(before, seed), "b")
    done = run("release", root, "--to", tmp_path / "second", *tables, *SIGNED, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["held_against"]) == 1
    folders = [tmp_path / "first", tmp_path / "second"]
    editions = [first, first, store.open_edition(root), store.open_edition(root)]
    seen = with_truth(readers(folders, names), editions)
    assert feasibility.narrow_cells(seen, "province").height == 0
    told = pl.concat([one.cells.filter("published").select(*one.shape.columns, "count").with_columns(release=pl.lit(one.release), table=pl.lit(one.name)) for one in seen], how="diagonal")
    levels = [name for name in told.columns if name not in ("count", "release", "table")]
    change = told.group_by("table", *levels).agg((pl.max("count") - pl.min("count")).alias("change"))
    assert change.filter(pl.col("change").is_between(1, 10)).height == 0, "a difference of few was published"


@pytest.mark.xdist_group("samples")  # the process that compiles the sample
def test_the_samples_released_figures_are_those_of_its_counts(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> None:
    root = copied(shared.sample_store(tmp_path_factory), tmp_path / "store")
    names = ["trafficking_cases", "victims_by_age_and_sex", "victims_by_exploitation", "accused_by_sex"]
    tables = [part for name in names for part in ("--table", name)]
    assert run("release", root, "--to", tmp_path / "out", *tables, *SIGNED).returncode == 0
    counts = store.open_edition(root).scan("counts").filter(pl.col("classification") == "npb_head").collect()
    year = pl.col("period").str.slice(0, 4).alias("year")
    for name, unit in (("trafficking_cases", "case"), ("victims_by_exploitation", "victim"), ("accused_by_sex", "accused")):
        shown = pl.read_csv(tmp_path / "out" / f"{name}.csv", infer_schema=False).filter(status="published")
        others = [one for one in protecting.shape_of(POLICY, POLICY.tables[name]).columns if one not in ("province", "year")]
        margins = shown.filter(*(pl.col(one) == "Total" for one in others), pl.col("province") != "Total")
        internal = counts.filter(pl.col("unit") == unit).group_by(pl.col("province").fill_null("Not stated"), year).agg(pl.sum("count").alias("internal"))
        joined = margins.filter(pl.col("count") != "0").join(internal, on=["province", "year"], how="left")
        assert joined.height or unit != "case"
        assert (joined["count"].cast(pl.Int64) == joined["internal"]).all(), name
        national = shown.filter(*(pl.col(one) == "Total" for one in [*others, "province"]), pl.col("count") != "0")
        whole = internal.group_by("year").agg(pl.sum("internal"))
        assert national.height
        assert (national.join(whole, on="year").select(pl.col("count").cast(pl.Int64) == pl.col("internal")).to_series()).all()
