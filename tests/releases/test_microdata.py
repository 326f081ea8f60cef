"""Nobody is found in released microdata: not by whoever knows all about them, holds earlier releases, or knows a household."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from release_stores import DIRS, TABLES, copied, frames, published, revised, shaped

from in_process import run
from recordkit import releases, store
from recordkit.errors import BrokenLaw, DeclarationError
from recordkit.releases import history, microdata, risk
from recordkit.releases.records import RECORD, WEIGHT
from tried import examples

POLICY = releases.load(DIRS, TABLES)
SIGNED = ("--approve", "A. Officer", "--second", "B. Officer")
VICTIMS = ("--microdata", "victims")
WITHHELD = "Withheld"
K = 11


def product(root: Path, name: str = "victims", policy: releases.Policy = POLICY) -> microdata.Product:
    """The microdata of a store's edition, against its own ledger."""
    edition = store.open_edition(root)
    return microdata.product_of(edition, policy, name, history.earlier(root), history.released_cases(root, edition.scan("cases").collect()["case_id"]))


def released(folder: Path) -> dict[str, pl.DataFrame]:
    """The tables of a released folder, all as text."""
    names = ("cases", "victims", "charges")
    return {name: pl.read_csv(folder / f"{name}.csv", infer_schema=False) for name in names if (folder / f"{name}.csv").exists()}


# ------------------------------------------------------------------------------------------------- the command


def test_the_risk_is_shown_before_anything_is_written_and_two_people_approve(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("release", root, "--to", out, *VICTIMS, "--format", "json")
    (shown,) = json.loads(done.stdout)["risk"]
    assert done.returncode == 1
    assert shown["smallest_class"] >= K
    assert 0 < shown["marketer"] <= shown["prosecutor"] <= 1 / K
    assert shown["journalist"] <= shown["prosecutor"]
    assert shown["unique_by_all"] > 0
    assert {one["column"] for one in shown["utility"]} >= {"province", "sex", "exploitation"}
    assert run("release", root, "--to", out, *VICTIMS, "--approve", "A").returncode == 2
    assert not out.exists()
    assert not history.lines(root)
    done = run("release", root, "--to", out, *VICTIMS, *SIGNED, "--format", "json")
    assert done.returncode == 0, done.stderr
    manifest = json.loads((out / "release.json").read_text())
    assert (manifest["product"], manifest["microdata"]["victims"]["k"]) == ("microdata", K)
    assert manifest["files"].keys() == {path.name for path in out.iterdir()} - {"release.json"}
    assert history.lines(root)[0].entry["second"] == "B. Officer"
    assert store.verify(root).sound


def test_tables_and_microdata_are_released_one_by_one_and_a_slip_is_named(root: Path, tmp_path: Path) -> None:
    assert run("release", root, "--to", tmp_path / "out", *VICTIMS, "--table", "accused_by_sex").returncode == 2
    done = run("release", root, "--to", tmp_path / "out", "--microdata", "victim")
    assert done.returncode == 2
    assert "victims" in done.stderr


def test_the_rows_are_those_of_the_records_and_join(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("release", root, "--to", out, *VICTIMS, *SIGNED)
    tables, truth = released(out), frames(1)
    people = truth["persons"].filter(role="victim").join(truth["cases"], on="case_id", suffix="_of_case")
    assert tables["victims"].height <= people.height
    assert tables["cases"]["record"].n_unique() == tables["cases"].height
    assert set(tables["victims"]["record"]) == set(tables["cases"]["record"])
    both = tables["victims"].join(tables["cases"], on="record")
    for columns in (["province"], ["province", "sex"]):
        shown = both.filter(*(pl.col(name) != WITHHELD for name in columns)).group_by(columns).len("shown")
        every = shown.join(people.group_by(columns).len("true"), on=columns, how="left")
        assert (every["shown"] <= every["true"]).all()
    assert not set(both.columns) & {"case_id", "person_id", "name", "police_station", "fir_no"}


def test_the_same_edition_gives_the_same_bytes_whatever_the_order_of_its_rows(tmp_path: Path) -> None:
    made = frames(2)
    turned = {name: frame.reverse() for name, frame in made.items()}
    for name, tables in (("one", made), ("other", turned)):
        root = published(tmp_path / name, tables)
        run("release", root, "--to", tmp_path / f"out {name}", *VICTIMS, *SIGNED)
    for file in ("cases.csv", "victims.csv", "victims.parquet"):
        assert (tmp_path / "out one" / file).read_bytes() == (tmp_path / "out other" / file).read_bytes()


# ------------------------------------------------------------------------------------------------- attackers


def known_of(made: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """All that somebody can know of every victim: every released column as it is in truth."""
    year, month = pl.col("period").str.slice(0, 4), pl.col("period").str.slice(5, 2).cast(pl.Int32)
    cases = made["cases"].select(
        "case_id", "province", "district", "npb_head", pl.col("tip_tier").fill_null("Not stated"), pl.col("period").alias("month"),
        year.alias("year"), pl.format("{}-Q{}", year, (month + 2) // 3).alias("quarter"),
    )  # fmt: skip
    age = pl.col("age")
    bands = [(0, 8), (9, 17), (18, 20), (21, 23), (24, 26), (27, 29), (30, 38), (39, 47)]
    band = pl.lit("48+")
    for low, high in bands:
        band = pl.when(age.is_between(low, high)).then(pl.lit(f"{low}-{high}")).otherwise(band)
    people = made["persons"].filter(role="victim").select(
        "case_id", "person_id", "sex", "exploitation", band.alias("age_band"),
        pl.when(age < 18).then(pl.lit("0-17")).otherwise(pl.lit("18+")).alias("age_group"),
    )  # fmt: skip
    return people.join(cases, on="case_id")


def fitting(rows: pl.DataFrame, person: dict[str, str], columns: Sequence[str]) -> pl.DataFrame:
    """The rows that can be this person's, for whoever knows these columns."""
    return rows.filter(*((pl.col(one) == person[one]) | (pl.col(one) == WITHHELD) for one in columns))


def best_guess(rows: pl.DataFrame, person: dict[str, str], columns: Sequence[str]) -> pl.DataFrame:
    """Of the rows that fit those that say most."""
    found = fitting(rows, person, columns)
    said = pl.sum_horizontal((pl.col(one) != WITHHELD).cast(pl.Int32) for one in columns)
    return found.filter(said == said.max())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whoever_knows_all_of_a_hundred_victims_finds_no_row_among_fewer_than_k(seed: int, tmp_path: Path) -> None:
    made = frames(seed, 500)
    root = published(tmp_path / "store", made)
    assert run("release", root, "--to", tmp_path / "out", *VICTIMS, *SIGNED).returncode == 0
    tables, known = released(tmp_path / "out"), known_of(made)
    rows = tables["victims"].join(tables["cases"], on="record")
    columns = [name for name in known.columns if name in rows.columns]
    assert len(columns) == 11
    victims = known.sample(100, seed=seed)
    hits = [best_guess(rows, person, columns)["record"].n_unique() for person in victims.iter_rows(named=True)]
    assert min(hits) >= K
    assert sum(1 / one for one in hits) <= 100 / K
    overall = dict(known.group_by("exploitation").len().with_columns(pl.col("len") / known.height).iter_rows())
    quasi = [one for one in columns if one not in ("exploitation", "npb_head", "tip_tier")]
    for person in victims.iter_rows(named=True):
        guess = best_guess(rows, person, quasi)
        for value, number in guess.group_by("exploitation").len().iter_rows():
            if value not in (WITHHELD, "Not stated"):
                assert number / guess.height <= max(0.5, overall[value]) + 1e-9


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whoever_holds_the_tables_finds_no_count_in_the_rows_that_they_leave_out(seed: int, tmp_path: Path) -> None:
    root = published(tmp_path / "store", frames(seed, 500))
    names = ["victims_by_age_and_sex", "victims_by_exploitation", "trafficking_cases"]
    tables = [part for name in names for part in ("--table", name)]
    assert run("release", root, "--to", tmp_path / "tables", *tables, *SIGNED).returncode == 0
    assert run("release", root, "--to", tmp_path / "rows", *VICTIMS, *SIGNED).returncode == 0
    rows = released(tmp_path / "rows")
    people = rows["victims"].join(rows["cases"], on="record")
    left_out = 0
    for name, own in zip(names, (people, people, rows["cases"]), strict=True):
        frame = pl.read_csv(tmp_path / "tables" / f"{name}.csv", infer_schema=False).filter(status="suppressed")
        levels = [one for one in frame.columns if one not in ("count", "status", "unit")]
        for part in frame.with_columns((pl.col(levels) != "Total").name.prefix("has ")).partition_by([f"has {one}" for one in levels]):
            stated = [one for one in levels if part[f"has {one}"][0]]
            left_out += part.height
            assert own.join(part, on=stated, how="semi").height == 0, f"{name} {stated}"
    assert left_out


def test_tables_after_microdata_leave_nothing_to_a_reader_of_both(tmp_path: Path) -> None:
    root = published(tmp_path / "store", frames(4, 500))
    assert run("release", root, "--to", tmp_path / "rows", *VICTIMS, *SIGNED).returncode == 0
    shown = history.shown_cells(root)["victim"]
    assert shown.height
    done = run("release", root, "--to", tmp_path / "tables", "--table", "victims_by_age_and_sex", *SIGNED)
    assert done.returncode in (0, 4), done.stderr
    if not done.returncode:
        frame = pl.read_csv(tmp_path / "tables" / "victims_by_age_and_sex.csv", infer_schema=False).filter(status="suppressed")
        levels = ["province", "year", "sex", "age_band"]
        hidden = frame.select(pl.when(pl.col(one) != "Total").then(one).alias(one) for one in levels)
        others = [one for one in shown.columns if one not in (*levels, "count", "members")]
        both = shown.filter(*(pl.col(one).is_null() for one in others)).join(hidden, on=levels, how="semi", nulls_equal=True)
        assert (both["count"] >= K).all(), "a count of few was shown by its rows"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_case_is_in_two_releases_of_microdata(seed: int, tmp_path: Path) -> None:
    before = frames(seed, 400)
    root = published(tmp_path / "store", before)
    assert run("release", root, "--to", tmp_path / "first", *VICTIMS, *SIGNED).returncode == 0
    first = set(history.released_cases(root, before["cases"]["case_id"]))
    more = revised(before, seed)
    late = {name: frame.with_columns(pl.col("^.*_id$").str.replace("^(.)0", "${1}e")) for name, frame in frames(seed + 50, 300).items()}
    published(root, {name: pl.concat([frame, late[name]]) for name, frame in more.items()}, "b")
    assert run("release", root, "--to", tmp_path / "second", *VICTIMS, *SIGNED).returncode == 0
    every = pl.concat([before["cases"]["case_id"], more["cases"]["case_id"], late["cases"]["case_id"]]).unique()
    both = [history.released_cases(root, every, str(line.entry["release"])) for line in history.lines(root)]
    assert set(both[0]) == first
    assert both[1]
    assert not first & set(both[1])
    told = json.loads(run("release", root, "--check", tmp_path / "first", "--format", "json").stdout)
    gone = first - set(more["cases"]["case_id"])
    assert (told["in_ledger"], told["damaged"], told["withdrawn"]) == (True, [], "<11" if gone else 0)


def test_the_ledger_has_no_id_of_a_case_and_an_older_one_with_ids_still_counts(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = frames(1)["cases"]["case_id"]
    old = copied(root, tmp_path / "old")
    assert run("release", root, "--to", tmp_path / "out", *VICTIMS, *SIGNED).returncode == 0
    found = history.released_cases(root, cases)
    kept = [path.read_bytes() for path in (root / "ledger").rglob("*") if path.is_file()]
    assert found
    assert not [one for one in found if any(one.encode() in data for data in kept)]
    (cells,) = (root / "ledger" / "releases").glob("*.parquet")
    assert not set(pl.read_parquet(cells)["case"].drop_nulls()) & set(cases)

    monkeypatch.setattr(history, "digests", lambda _, ids: (pl.DataFrame({"case_id": ids}), {}))  # as it was written before
    assert run("release", old, "--to", tmp_path / "before", *VICTIMS, *SIGNED).returncode == 0
    monkeypatch.undo()
    assert history.released_cases(old, cases) == found
    assert run("release", old, "--check", tmp_path / "before").returncode == 0

    (root / "ledger" / "releases" / "key").unlink()  # without it nobody knows what is released: nothing more is
    done = run("release", root, "--to", tmp_path / "again", *VICTIMS, *SIGNED)
    assert done.returncode == 4
    assert "ledger" in done.stderr


# ------------------------------------------------------------------------------------------------- the laws


def small(people: list[tuple[int, int, str, str]]) -> dict[str, pl.DataFrame]:
    """Victims as (case, person, sex, exploitation), all of one place and month."""
    ids = [f"C{case:016x}" for case, *_ in people]
    cases = pl.DataFrame({"case_id": sorted(set(ids)), "agency": "police", "stage": "case", "province": "Province 1",
                          "district": "District 11", "period": "2026-07", "npb_head": "Others"})  # fmt: skip
    rows = pl.DataFrame(
        {"mention_id": [f"M{at:016x}" for at in range(len(people))], "case_id": ids, "person_id": [f"P{one[1]:016x}" for one in people],
         "role": "victim", "sex": [one[2] for one in people], "exploitation": [one[3] for one in people]}
    )  # fmt: skip
    return {"cases": shaped("cases", cases), "persons": shaped("persons", rows), "charges": shaped("charges", pl.DataFrame())}


def test_a_household_of_one_case_and_one_person_in_many_cases_make_no_class(tmp_path: Path) -> None:
    ring = [(0, at, "female", "labour") for at in range(40)]
    same = [(1 + at, 100, "male", "labour") for at in range(40)]
    for name, people in (("ring", ring), ("same", same)):
        assert product(published(tmp_path / name, small(people))).cases.height == 0
    many = [(at, 200 + at, "male", "labour") for at in range(100, 140)]
    found = product(published(tmp_path / "all", small(ring + same + many)))
    assert set(found.cases["people"]) == {"1"}, "the ring of 40 would be the only case that was cut"
    assert found.cases.height >= 40


def test_what_a_whole_class_has_in_common_is_withheld(tmp_path: Path) -> None:
    women = [(at, at, "female", "sexual") for at in range(40)]
    men = [(100 + at, 100 + at, "male", "labour" if at % 2 else "begging") for at in range(60)]
    found = product(published(tmp_path / "store", small(women + men)))
    assert found.people.filter(sex="female")["exploitation"].is_null().all()
    assert found.shown.classes_withheld["persons.exploitation"] > 0


def test_where_sections_tell_a_withheld_tier_they_are_withheld_too() -> None:
    assert "cases.tip_tier" in POLICY.tells["charges"]
    product_ = POLICY.microdata["victims"]
    assert product_.shown.index("cases.tip_tier") < product_.shown.index("charges")


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 80), st.sampled_from(["female", "male"]), st.sampled_from(["labour", "sexual", "begging"])), min_size=20, max_size=150, unique_by=lambda one: (one[0], one[1])))  # fmt: skip
@examples(15)
def test_every_row_has_all_its_columns_in_common_with_k_cases_of_different_people(people: list[tuple[int, int, str, str]]) -> None:
    made = small(people)
    records = microdata.records_of(Frames(made), POLICY, POLICY.microdata["victims"], [])  # type: ignore[arg-type]
    whose = records.people.group_by(RECORD).agg("case_id", "person_id").join(records.cases.select(RECORD, WEIGHT), on=RECORD)
    assert records.people.height == len(people)
    groups = apart(whose)
    assert abs(whose[WEIGHT].sum() - groups) < 1e-6, "every group of joined cases and people counts once"
    found = microdata.product_of(Frames(made), POLICY, "victims", {}, [])  # type: ignore[arg-type]
    rows = found.people.join(found.cases, on=RECORD).sort(RECORD)
    signs = rows.group_by(RECORD).agg(pl.concat_str(pl.all().exclude(RECORD).cast(pl.String).fill_null("*"), separator="|").sort().str.join("/").alias("sign"))
    sizes = signs.join(found.weights, on=RECORD).group_by("sign").agg(pl.sum(WEIGHT))
    assert (sizes[WEIGHT] >= K - 1e-6).all()


class Frames:
    """An edition that is nothing but its tables."""

    def __init__(self, made: dict[str, pl.DataFrame]) -> None:
        self.made = made

    def scan(self, name: str) -> pl.LazyFrame:
        return self.made[name].lazy()


def apart(whose: pl.DataFrame) -> int:
    """How many groups of records no case and no person joins."""
    groups: list[set[str]] = []
    for cases, people in whose.select("case_id", "person_id").iter_rows():
        mine = {*cases, *people}
        joined = [one for one in groups if one & mine]
        groups = [one for one in groups if not one & mine] + [mine.union(*joined)]
    return len(groups)


def test_the_check_finds_a_row_that_stands_alone_and_a_class_that_tells(root: Path) -> None:
    found = product(root)
    microdata.check(found)
    odd = found.cases.with_columns(pl.when(pl.col(RECORD) == 1).then(pl.lit("2019")).otherwise("year").alias("year"))
    with pytest.raises(BrokenLaw, match="1 records could be found"):
        microdata.check(replace(found, cases=odd))
    women = found.people.with_columns(pl.lit("begging").alias("exploitation"))
    with pytest.raises(BrokenLaw, match="exploitation"):
        microdata.check(replace(found, people=women))


def test_risk_and_utility_are_those_of_the_rows(root: Path) -> None:
    found = product(root)
    shown, utility = risk.risk_of(found), {one["column"]: one for one in risk.utility_of(found)}
    assert shown["records"] == shown["released"] + shown["not_released"]
    quasi = ["people", *found.plan.case_steps]
    rows = found.cases.select(RECORD, *quasi).join(found.people.select(RECORD, *found.plan.person_steps), on=RECORD)
    sign = pl.concat_str(pl.all().exclude(RECORD).cast(pl.String).fill_null("*"), separator="|").sort().str.join("/")
    assert rows.group_by(RECORD).agg(sign.alias("sign"))["sign"].n_unique() == shown["classes"]
    share = 1 - found.people["sex"].null_count() / found.records.people.height
    assert utility["sex"]["shown"] == pytest.approx(share, abs=0.02)
    assert all(0 <= one["distance"] <= 1 for one in utility.values())


# ------------------------------------------------------------------------------------------------- declarations


MINE = '[microdata.victims]\ntitle = { en = "x", ur = "x" }\npeople = "victim"\nquasi = ["place", "time", "sex", "age", "citizenship"]\n'


def overlaid(folder: Path, text: str) -> releases.Policy:
    (folder / "release.toml").write_text(text, encoding="utf-8")
    return releases.load([*DIRS, folder], TABLES)


@pytest.mark.parametrize(
    "text",
    [MINE + "k = 10\nsize = 33\nl = 2\nt = 0.35", MINE + "k = 11\nsize = 11\nl = 2\nt = 0.35", MINE + "k = 11\nsize = 33\nl = 2\nt = 0.5",
     MINE + "k = 11\nsize = 33\nl = 2\nt = 0.35\nshown = ['persons.person_status']", "[minimum]\nchild = 10"],
)  # fmt: skip
def test_no_overlay_makes_microdata_show_more(tmp_path: Path, text: str) -> None:
    with pytest.raises(DeclarationError, match="more be released"):
        overlaid(tmp_path, text)


def test_microdata_of_an_overlay_have_the_k_of_victims_and_children(tmp_path: Path) -> None:
    own = '[minimum]\nchild = 15\n[microdata.mine]\ntitle = { en = "x", ur = "x" }\nk = 2\nl = 2\nt = 0.9\nquasi = ["time"]\n'
    policy = overlaid(tmp_path, own)
    assert policy.k(policy.microdata["mine"]) == 15
    assert policy.k(policy.microdata["victims"]) == 15


@pytest.mark.parametrize(
    ("text", "named"),
    [("quasi = ['sax']", "did you mean 'sex'"), ("quasi = ['time']\nshown = ['persons.cnic']\npeople = 'victim'", "cannot show persons.cnic"),
     ("quasi = ['time']\nshown = ['persons.age']\npeople = 'victim'", "cannot show persons.age"), ("quasi = ['sex']", "without `people`"),
     ("quasi = ['time']\nshown = ['charges']", "without")],
)  # fmt: skip
def test_a_slip_in_microdata_is_named(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(DeclarationError) as error:
        overlaid(tmp_path, f'[microdata.mine]\ntitle = {{ en = "x", ur = "x" }}\nk = 11\nl = 2\nt = 0.3\n{text}\n')
    assert named in f"{error.value} {error.value.fix}"


def test_a_choice_with_finer_steps_is_taken_where_there_are_enough(tmp_path: Path) -> None:
    few, many = (product(published(tmp_path / str(number), frames(7, number))) for number in (300, 1500))
    shown = {one["column"]: one["shown"] for one in risk.utility_of(many)}
    assert few.classes.bits < many.classes.bits
    assert shown["year"] >= shown["quarter"] >= shown["month"]
    assert shown["province"] >= shown["division"] >= shown["district"]
    assert np.isclose(many.weights[WEIGHT].sum(), len(many.ids))
