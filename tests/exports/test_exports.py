"""Figures in the words of a standard are those of our tables, every mapping says how good it is, and nothing leaves unchecked."""

from __future__ import annotations

import json
import stat
import sys
import tomllib
from pathlib import Path

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "releases"))

from release_stores import DIRS, TABLES, copied, frames, published

from in_process import run
from recordkit import declarations, exports, releases, store
from recordkit.errors import DeclarationError
from recordkit.releases import history
from recordkit.releases.declaration import Step
from recordkit.releases.population import _stepped

POLICY = releases.load(DIRS, TABLES)
STANDARDS = exports.names(DIRS)
NAMES = [name for name in STANDARDS if exports.load(DIRS, name, POLICY).figures]
SIGNED = ("--approve", "A. Officer", "--second", "B. Officer")
CODES = {"Murder": "0101", "Robbery": "04011", "Others": "02041", "Burglary": "0501"}


def made(seed: int = 1) -> dict[str, pl.DataFrame]:
    """The invented cases with codes, laws and states."""
    tables = frames(seed)
    rare = pl.when(pl.int_range(pl.len()) < 2).then(pl.lit("Burglary")).otherwise("npb_head")
    tables["cases"] = tables["cases"].with_columns(npb_head=rare)
    code = pl.col("npb_head").replace_strict(CODES)
    state = pl.when(pl.col("npb_head") == "Murder").then(pl.lit("convicted")).otherwise(pl.lit("under_investigation"))
    cases = tables["cases"].with_columns(iccs_code=code, principal_act=pl.lit("Act 1"), status=state)
    return {**tables, "cases": cases}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published(tmp_path_factory.mktemp("exports") / "store", made())


@pytest.fixture
def root(base: Path, tmp_path: Path) -> Path:
    return copied(base, tmp_path / "store")


def read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False).with_columns(pl.col("value").cast(pl.Int64))


def test_offences_are_counted_once_at_every_level_of_the_classification(root: Path, tmp_path: Path) -> None:
    assert run("export", root, "--standard", "iccs", "--to", tmp_path / "out").returncode == 0
    shown = read(tmp_path / "out" / "iccs_offences.csv")
    cases = made()["cases"]
    for code in ("0101", "0401", "0204", "02041"):
        direct = cases.filter(pl.col("iccs_code").str.starts_with(code)).height
        assert shown.filter(iccs=code, year="2026")["value"].to_list() == [direct]
    assert shown.filter(iccs="Total")["value"].to_list() == [cases.height]
    assert shown.filter(iccs="02041")["quality"].to_list() == ["narrower"]
    assert shown["unit"].unique().to_list() == ["case"]
    victims = read(tmp_path / "out" / "iccs_victims.csv")
    people = made()["persons"].filter(role="victim").join(cases, on="case_id")
    assert victims.filter(iccs="0101", sex="female")["value"].to_list() == [people.filter(iccs_code="0101", sex="female").height]


def test_the_nine_heads_add_up_to_all_cases_of_a_province(root: Path, tmp_path: Path) -> None:
    run("export", root, "--standard", "pbs", "--to", tmp_path / "out")
    shown = read(tmp_path / "out" / "pbs_nine_heads.csv")
    for (province,), part in made()["cases"].group_by(["province"]):
        own = shown.filter(province=province)
        assert own.filter(head="Total")["value"].sum() == part.height
        assert own.filter(pl.col("head") != "Total")["value"].sum() == part.height


def test_victims_by_form_are_those_of_the_law_on_trafficking_in_the_house(root: Path, tmp_path: Path) -> None:
    run("export", root, "--standard", "sdg", "--to", tmp_path / "out")
    shown = read(tmp_path / "out" / "sdg_by_sex_age_and_form.csv")
    people = made()["persons"].filter(role="victim").join(made()["cases"].filter(tip_tier="A_statutory_tip"), on="case_id")
    assert people.height
    assert shown.filter(sex="Total", age="Total", form_of_exploitation="Total")["value"].to_list() == [people.height]
    women = people.filter(pl.col("sex") == "female", pl.col("age") < 18, pl.col("exploitation") == "labour")
    assert shown.filter(sex="FEMALE", age="Y0T17", form_of_exploitation="LABOUR")["value"].sum() == women.height


def test_figures_from_april_to_march_are_divided_by_law_and_state(root: Path, tmp_path: Path) -> None:
    run("export", root, "--standard", "tip", "--to", tmp_path / "out")
    cases = made()["cases"].filter(tip_tier="A_statutory_tip", province="Province 1")
    own = {"tip_year": "2026-04/2027-03", "tip_tier": "A_statutory_tip", "province": "Province 1"}
    laws = read(tmp_path / "out" / "tip_investigations_by_law.csv").filter(**own, principal_act="Act 1")
    assert laws["value"].to_list() == [cases.height]
    states = read(tmp_path / "out" / "tip_state_of_cases.csv").filter(**own)
    assert states.filter(stage="conviction")["value"].sum() == cases.filter(status="convicted").height


@pytest.mark.parametrize(
    ("first", "month", "year"),
    [(4, "2026-03", "2025-04/2026-03"), (4, "2026-04", "2026-04/2027-03"), (7, "2026-06", "2025-07/2026-06"),
     (1, "2026-12", "2026-01/2026-12"), (1, "2026-01", "2026-01/2026-12"), (12, "2026-11", "2025-12/2026-11")],
)  # fmt: skip
def test_a_year_begins_with_the_declared_month(first: int, month: str, year: str) -> None:
    step = Step(name="own_year", first_month=first)
    assert pl.DataFrame({"month": [month]}).select(_stepped(pl.col("month"), step)).item() == year


# ------------------------------------------------------------------------------------------------- what may leave


def test_an_export_for_the_house_is_private_and_says_so(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("export", root, "--standard", "iccs", "--to", out)
    assert "for the house" in done.stdout
    manifest = json.loads((out / "export.json").read_text())
    assert (manifest["standing"], manifest["edition"]) == ("house", store.current_id(root))
    assert set(manifest["files"]) == {path.name for path in out.iterdir()} - {"export.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert not history.lines(root)
    assert any(line["command"] == "export" for line in _runs(root))
    assert run("export", root, "--standard", "iccs", "--to", out).returncode == 2


def _runs(root: Path) -> list[dict[str, object]]:
    lines = [json.loads(line) for line in (root / "ledger" / "runs.jsonl").read_text().splitlines()]
    return [one for one in (line.get("entry", line) for line in lines) if "command" in one]


@pytest.mark.parametrize("name", ["iccs", "sdg", "pbs"])
def test_what_leaves_the_house_is_a_release_and_shows_only_sums_of_published_counts(name: str, root: Path, tmp_path: Path) -> None:
    house, out = tmp_path / "house", tmp_path / "out"
    run("export", root, "--standard", name, "--to", house)
    done = run("export", root, "--standard", name, "--to", out, *SIGNED)
    assert done.returncode == 0, done.stderr
    (line,) = history.lines(root)
    assert f"{name}_mapping.csv" in line.entry["files"]
    assert run("release", root, "--check", out).returncode == 0
    standard = exports.load(DIRS, name, POLICY)
    hidden = 0
    for file, figure in standard.figures.items():
        if not (out / f"{name}_{file}.csv").exists():
            assert figure.table in standard.tables, "only tables of the house stay away"
            continue
        shown, truth = read(out / f"{name}_{file}.csv"), read(house / f"{name}_{file}.csv")
        keys = [one for one in shown.columns if one not in ("value", "status", "quality", "note", "unit")]
        both = shown.join(truth, on=keys, suffix="_true")
        assert both.height == shown.height
        assert both.filter(pl.col("value").is_not_null(), pl.col("value") != pl.col("value_true")).height == 0
        hidden += both.filter(pl.col("value").is_null(), pl.col("value_true") > 0).height
        released = pl.read_csv(out / f"{figure.table}.csv", infer_schema=False)
        least = POLICY.least(POLICY.tables[figure.table])
        assert released.filter(pl.col("count").cast(pl.Int64).is_between(1, least - 1)).height == 0
    assert hidden, "something of few was left out"


def test_tables_about_victims_need_two_people_and_those_of_the_house_never_leave(root: Path, tmp_path: Path) -> None:
    assert run("export", root, "--standard", "sdg", "--to", tmp_path / "out", "--approve", "A").returncode == 2
    done = run("export", root, "--standard", "tip", "--to", tmp_path / "out", *SIGNED)
    assert done.returncode == 2
    assert "house alone" in done.stderr
    assert not (tmp_path / "out").exists()
    assert not history.lines(root)


# ------------------------------------------------------------------------------------------------- crosswalks


VOCABULARIES = {"exploitation": "exploitation", "status": "status", "case_state": "status", "person_status": "person_status", "referral": "referral",
                "sex": "sex", "npb_head": "head", "victim_status": "victim_status", "means": "means", "service": "service",
                "vic_TraffickingStatusDecisionMakingOrg": "victim_status"}  # fmt: skip


@pytest.mark.parametrize("name", STANDARDS)
def test_every_code_of_ours_is_mapped_once_and_no_mapping_is_of_an_unknown_code(name: str) -> None:
    codes = declarations.read_csv(DIRS, "reference/codes.csv", ["vocabulary", "code"])
    for level, walk in exports.load(DIRS, name, POLICY).crosswalks.items():
        ours = [value for row in walk.rows for value in row.values]
        assert walk.prefix or len(set(ours)) == len(ours), level
        vocabulary = VOCABULARIES.get(level.rpartition(".")[2])
        if vocabulary:
            known = set(codes.filter(vocabulary=vocabulary)["code"]) - {"TOTAL"}
            # Of means none is used: a victim without any has an empty field.
            assert set(ours) - {"Not stated"} == known - ({"none"} if level == "persons.means" else set()), level
        assert all(row.note for row in walk.rows if row.quality != "exact"), "a mapping that is not exact says why"


def test_codes_of_the_classification_are_its_own_with_its_own_titles() -> None:
    titles = dict(declarations.read_csv(DIRS, "reference/iccs.csv", ["code"]).select("code", "title").iter_rows())
    for row in exports.load(DIRS, "iccs", POLICY).crosswalks["iccs_code"].rows:
        assert row.values == (row.to,)
        assert row.to in titles
        assert row.label.split()[0] == titles[row.to].split()[0], row.to


@pytest.mark.parametrize("name", NAMES)
def test_what_the_standard_asks_for_and_nobody_can_say_has_a_reason_in_both_languages(name: str, root: Path, tmp_path: Path) -> None:
    standard = exports.load(DIRS, name, POLICY)
    assert standard.missing
    assert all(one.reason.en and one.reason.ur for one in standard.missing)
    run("export", root, "--standard", name, "--to", tmp_path / "out")
    listed = pl.read_csv(tmp_path / "out" / f"{name}_unmapped.csv")
    assert {one.item for one in standard.missing} <= set(listed["item"])
    qualities = pl.read_csv(tmp_path / "out" / f"{name}_mapping.csv")["quality"]
    assert set(qualities) <= {"exact", "narrower", "broader"}


def test_a_value_that_the_standard_has_no_word_for_is_listed_and_not_lost_from_the_total(root: Path, tmp_path: Path) -> None:
    odd = made()
    odd["cases"] = odd["cases"].with_columns(iccs_code=pl.when(pl.col("npb_head") == "Others").then(pl.lit("0805")).otherwise("iccs_code"))
    other = published(tmp_path / "other", odd)
    run("export", other, "--standard", "iccs", "--to", tmp_path / "out")
    assert "iccs_code: 0805" in set(pl.read_csv(tmp_path / "out" / "iccs_unmapped.csv")["item"])
    assert read(tmp_path / "out" / "iccs_offences.csv").filter(iccs="Total")["value"].to_list() == [odd["cases"].height]


def test_a_standard_is_added_with_a_file_alone_and_a_slip_in_it_is_named(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own" / "exports"
    own.mkdir(parents=True)
    text = """
    title = { en = "Ours", ur = "ہمارا" }
    version = "1"
    coverage = { en = "All.", ur = "سب۔" }
    [figures.all]
    title = { en = "All", ur = "سب" }
    table = "trafficking_cases"
    by = ["year", "tip_tier"]
    """
    (own / "ours.toml").write_text(text, encoding="utf-8")
    assert run("export", root, "--standard", "ours", "--to", tmp_path / "out", "--schemas", own.parent).returncode == 0
    assert read(tmp_path / "out" / "ours_all.csv").filter(tip_tier="Total")["value"].to_list() == [made()["cases"].height]
    (own / "ours.toml").write_text(text.replace('"tip_tier"', '"tip_teir"'), encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        exports.load([*DIRS, own.parent], "ours", POLICY)
    assert "tip_tier" in error.value.fix
    done = run("export", root, "--standard", "icss", "--to", tmp_path / "none")
    assert done.returncode == 2
    assert "iccs" in done.stderr


def test_every_packaged_standard_is_explained() -> None:
    for name in STANDARDS:
        text = (declarations.PACKAGED / "exports" / f"{name}.toml").read_text("utf-8")
        assert text.startswith("# "), name
        assert tomllib.loads(text)["coverage"].keys() == {"en", "ur"}
