"""Compares an edition with the truth, table by table."""

from __future__ import annotations

from collections import Counter, defaultdict

import polars as pl

from samples.truth import Differences, Edition, Truth, text

CASE = (
    "agency", "agencies", "stage", "province", "division", "district", "district_pcode", "place_level",
    "police_station", "fir_no", "fir_year", "registered_on", "occurred_from", "occurred_to", "status", "class",
    "area", "e_tag", "accused_unknown", "principal_act", "principal_section", "npb_head", "iccs_code", "tip_tier",
)  # fmt: skip
CHARGE = ("offence", "npb_head", "iccs_code", "tip_tier", "is_principal", "is_modifier")
PERSON = (
    "relation", "relative_name", "aliases", "sex", "age", "date_of_birth", "cnic", "passport", "phones", "nationality",
    "address", "caste", "person_status", "origin", "transit", "destination", "means", "exploitation", "victim_status",
    "referral",
)  # fmt: skip
SERVICE = ("victim_ref", "service", "provider", "started_on", "ended_on", "follow_up_on", "outcome")
RETURN = ("province", "district", "head", "count", "is_total")
COUNT = ("period", "agency", "province", "district", "unit", "classification", "code")


def rows(truth: Truth, edition: Edition) -> Differences:
    """Where every row went: accepted, quarantined with its code, or skipped."""
    told = Differences()
    expected: dict[str, set[str]] = defaultdict(set)
    for row in truth.table("rows.csv"):
        code = f" {row['code']}" if row["disposition"] == "quarantined" else ""
        expected[row["disposition"]].add(f"{row['file']}|{row['sheet']}|{row['row']}{code}")
    accepted = {ref for name in ("cases", "services") for _, refs in edition.table(name) for ref in refs}
    returned = edition.frame("returns").select("file_sha256", "sheet", "row").unique()
    accepted |= {truth.ref(*row) for row in returned.iter_rows()}
    blank = {row for row in expected["accepted"] if row not in accepted and _is_return(truth, row)}
    told.sets("rows.accepted", expected["accepted"] - blank, accepted)
    quarantined = {
        f"{truth.ref(row['file_sha256'], row['sheet'], row['row'])} {code}"
        for row in edition.quarantine.to_dicts()
        for code in row["codes"]
    }
    told.sets("rows.quarantined", expected["quarantined"], quarantined | _corrected(truth, edition))
    by_file = Counter(ref.split("|")[0] for ref in expected["skipped"])
    for source in edition.frame("sources").to_dicts():
        number = truth.id_of[source["file_sha256"]]
        if source["duplicate_of"] is None:
            told.same(
                "sources.rows_skipped", f"{number} {source['name']}", str(by_file[number]), str(source["rows_skipped"])
            )
    return told


def _corrected(truth: Truth, edition: Edition) -> set[str]:
    """Rows that were quarantined, each with why, and that a later file brought corrected (RK522)."""
    place = ["file_sha256", "sheet", "row"]
    issues = edition.frame("issues").select(*place, "code", "severity")
    back = issues.filter(code="RK522").select(place).unique()
    why = issues.filter(severity="reject").join(back, on=place, how="semi", nulls_equal=True)
    return {f"{truth.ref(*row[:3])} {row[3]}" for row in why.select(*place, "code").unique().iter_rows()}


def _is_return(truth: Truth, ref: str) -> bool:
    """A line of a statement without any count leaves no row in an edition."""
    return truth.files[ref.split("|")[0]]["agency"] == "statement"


def sources(truth: Truth, edition: Edition) -> Differences:
    """What every file is."""
    told = Differences()
    got = {f"{row['received']}/{row['name']}": row for row in text(edition.frame("sources"))}
    told.sets("sources.name", {row["file"] for row in truth.files.values()}, set(got))
    for row in truth.files.values():
        found = got.get(row["file"])
        if found is None or row["duplicate_of"]:
            continue
        told.same("sources.readable", row["file"], "false" if row["code"] else "true", found["readable"])
        if not row["code"]:
            told.row("sources", row["file"], row, found, ("agency", "period"))
    return told


class Cases:
    """Which case of the edition is which of the truth, by the rows that made them."""

    def __init__(self, truth: Truth, edition: Edition) -> None:
        self.expected = {row["case_id"]: row for row in truth.table("cases.csv.gz")}
        self.members = {number: frozenset(row["members"].split(";")) for number, row in self.expected.items()}
        self.got = {row["case_id"]: (row, refs) for row, refs in edition.table("cases")}
        self.place = {ref: number for number, (_, refs) in self.got.items() for ref in refs}
        self.name = {
            number: found.pop()
            for number, refs in self.members.items()
            if len(found := {self.place.get(ref, "") for ref in refs}) == 1
        }


def cases(truth: Truth, edition: Edition, known: Cases) -> Differences:
    """Every case: made of the rows that are it, and with the values that are true."""
    told = Differences()
    for number, refs in known.members.items():
        told.compared += 1
        found = {known.place.get(ref, "(no case)") for ref in refs}
        if len(found) > 1:
            told.add("cases.split", f"{number} {sorted(refs)} is {len(found)} cases")
            continue
        row, made_of = known.got.get(found.pop(), ({}, frozenset()))
        if made_of - refs:
            told.add("cases.merged", f"{number} also holds {sorted(made_of - refs)[:4]}")
        elif row:
            told.row("cases", f"{number} {min(refs)}", known.expected[number], row, CASE)
    return told


def charges(truth: Truth, edition: Edition, known: Cases) -> Differences:
    """Every section of every case, what it is and whether it is the principal offence."""
    told = Differences()
    got = {(row["case_id"], row["act"], row["section"]): row for row, _ in edition.table("charges")}
    expected = {
        (known.name.get(row["case_id"], "?"), row["act"], row["section"]): row for row in truth.table("charges.csv.gz")
    }
    names = {made: number for number, made in known.name.items()}
    told.sets(
        "charges", {" ".join((names.get(c, c), a, s)) for c, a, s in expected if c != "?"},
        {" ".join((names.get(c, c), a, s)) for c, a, s in got if c in names},
    )  # fmt: skip
    for key, row in expected.items():
        if key in got:
            told.row("charges", f"{row['case_id']} {key[1]} {key[2]}", row, got[key], CHARGE)
    return told


def persons(truth: Truth, edition: Edition, known: Cases) -> Differences:
    """Every mention of every case: by name and rows first, then whatever is left over in the same role."""
    told = Differences()
    names = {made: number for number, made in known.name.items()}
    expected: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    got: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in truth.table("persons.csv.gz"):
        if row["case_id"] in known.name:
            expected[row["case_id"], row["role"]].append(row)
    for found, _ in edition.table("persons"):
        if found["case_id"] in names:
            got[names[found["case_id"]], found["role"]].append(found)
    for key in sorted(expected.keys() | got.keys()):
        left = list(got[key])
        told.same("persons.mentions", " ".join(key), str(len(expected[key])), str(len(left)))
        for row in expected[key]:
            match = next(
                (one for one in left if one["name"] == row["name"] and one["relative_name"] == row["relative_name"]),
                None,
            )
            match = match or next((one for one in left if one["name"] == row["name"]), None)
            if match is None:
                told.add("persons.name", f"{key[0]} {key[1]} {row['name']!r}, got {[one['name'] for one in left]}")
                continue
            left.remove(match)
            told.row("persons", f"{key[0]} {key[1]} {row['name']}", row, match, PERSON)
    return told


def identities(truth: Truth, edition: Edition, known: Cases) -> tuple[float, float, int]:
    """Of the pairs of mentions that are one person: share of those joined that are right, share of the right joined."""
    names = {made: number for number, made in known.name.items()}
    made: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row, _ in edition.table("persons"):
        made[names.get(row["case_id"], ""), row["role"], row["name"]].append(row["person_id"])
    pairs = []
    for row in truth.table("persons.csv.gz"):
        found = made.get((row["case_id"], row["role"], row["name"]), [])
        if len(found) == 1:
            pairs.append((row["true_person_id"], found[0]))
    true, got, both = Counter(t for t, _ in pairs), Counter(g for _, g in pairs), Counter(pairs)

    def joined(counter: Counter[object]) -> int:
        return sum(n * (n - 1) // 2 for n in counter.values())

    right = joined(both)  # type: ignore[arg-type]
    return right / max(joined(got), 1), right / max(joined(true), 1), joined(true)  # type: ignore[arg-type]


def services(truth: Truth, edition: Edition, known: Cases) -> Differences:
    """Every service, and the case that its reference means."""
    told = Differences()
    got = {ref: row for row, refs in edition.table("services") for ref in refs}
    expected = {row["ref"]: row for row in truth.table("services.csv")}
    told.sets("services", set(expected), set(got))
    for ref, row in expected.items():
        if ref in got:
            told.row("services", ref, row, got[ref], SERVICE)
            told.same("services.case_id", ref, known.name.get(row["case_id"], row["case_id"]), got[ref]["case_id"])
    return told


def returns(truth: Truth, edition: Edition) -> Differences:
    """Every count that a force sent; a blank cell is no count."""
    told = Differences()
    frame = edition.frame("returns")
    got = Counter(
        (truth.ref(row["file_sha256"], row["sheet"], int(row["row"])), row["period"], *(row[name] for name in RETURN))
        for row in text(frame)
        if row["count"]
    )
    expected = Counter(
        (row["ref"], row["period"], *(row[name] for name in RETURN))
        for row in truth.table("returns.csv.gz")
        if row["count"]
    )
    told.compared += sum(expected.values())
    for key in sorted((expected - got).elements()):
        told.add("returns", f"missing: {key}")
    for key in sorted((got - expected).elements()):
        told.add("returns", f"not in the truth: {key}")
    return told


def counts(truth: Truth, edition: Edition) -> Differences:
    """Every compiled count with its coverage."""
    told = Differences()
    got = {tuple(row[name] for name in COUNT): row for row in text(edition.frame("counts"))}
    expected = {tuple(row[name] for name in COUNT): row for row in truth.table("counts.csv.gz")}
    for key in sorted(expected.keys() | got.keys()):
        where = " | ".join(key)
        unit = key[4]
        told.same(f"counts.{unit}", where, expected.get(key, {}).get("count", "0"), got.get(key, {}).get("count", "0"))
        if key in expected and key in got:
            told.row("counts", where, expected[key], got[key], ("districts_reporting", "districts_expected"))
    return told


def defects(truth: Truth, edition: Edition) -> tuple[Differences, Counter[str]]:
    """Every planted defect found by its rule; and what else the rules found, by code."""
    told = Differences()
    found: dict[str, set[tuple[str, str, str, str]]] = defaultdict(set)
    by_code: Counter[str] = Counter()
    for row in edition.frame("issues").select("file_sha256", "sheet", "row", "column", "code").to_dicts():
        place = truth.ref(row["file_sha256"], row["sheet"], row["row"]).split("|")
        found[row["code"]].add((*place, row["column"] or ""))
        by_code[row["code"]] += 1
    for row in truth.table("defects.csv"):
        told.compared += 1
        number = truth.id_of_file(row["file"])
        wanted = (number, row["sheet"], row["row"], row["column"])
        if not any(_fits(wanted, one) for one in found[row["code"]]):
            told.add(
                row["code"],
                f"not found: {truth.files[row['file']]['file']} {row['sheet']} row {row['row']} {row['column']}",
            )
        by_code[row["code"]] -= 1
    return told, +by_code


def incidents(truth: Truth, edition: Edition) -> tuple[int, int, int, int]:
    """FIRs typed twice with a slip: pairs of rows that are one case, those found; joins by evidence, and of those
    the ones that hold rows of two real cases."""
    place = {ref: row["case_id"] for row, refs in edition.table("cases") for ref in refs}
    slips = [row for row in truth.table("links.csv") if row["how"] == "fuzzy"]
    found = sum(place.get(row["left"], "?") == place.get(row["right"]) for row in slips)
    links = edition.frame("links").filter((pl.col("kind") == "case") & pl.col("match_weight").is_not_null())
    joined = {
        case_id for case_id, records in edition.frame("cases").select("case_id", "records").iter_rows()
        if set(records) & set(links["left_id"])
    }  # fmt: skip
    real = {f"{row['file']}|{row['sheet']}|{row['row']}": row["true_case_id"] for row in truth.table("rows.csv")}
    several: dict[str, set[str]] = defaultdict(set)
    for ref, case_id in place.items():
        several[case_id] |= {real[ref]} - {""} if ref in real else set()
    return len(slips), found, len(joined), sum(len(several[case_id]) > 1 for case_id in joined)


def _fits(wanted: tuple[str, ...], found: tuple[str, ...]) -> bool:
    """A planted place matches a finding; what the truth leaves blank may be anything."""
    return all(not one or one == other for one, other in zip(wanted, found, strict=True))


def cells(truth: Truth, frames: dict[str, pl.DataFrame]) -> Differences:
    """Every cleaned value of every accepted row, before anything is merged."""
    told = Differences()
    got: dict[str, dict[str, str]] = defaultdict(dict)
    for name in ("cases", "services"):
        for row in text(frames[name]):
            got[truth.ref(row["file_sha256"], row["sheet"], int(row["row"]))].update(row)
    for row in text(frames["charges"].sort("record_id", "position")):
        at = got[truth.ref(row["file_sha256"], row["sheet"], int(row["row"]))]
        at["charges"] = ";".join(filter(None, (at.get("charges", ""), f"{row['act']} {row['section']}")))
    people: dict[str, dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in text(frames["persons"].sort("record_id", "role", "position")):
        people[truth.ref(row["file_sha256"], row["sheet"], int(row["row"]))][row["role"]].append(row)
    for row in truth.table("cells.csv.gz"):
        ref, name = f"{row['file']}|{row['sheet']}|{row['row']}", row["field"]
        if "." in name:
            role, column = name.split(".")
            value = " + ".join(one.get(column, "") for one in people[ref][role])
        else:
            value = got.get(ref, {}).get(name, "")
        told.same(f"cells.{name}", f"{ref} {row['raw']!r}", row["expected"], value)
    return told
