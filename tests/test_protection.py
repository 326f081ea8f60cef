"""No overlay can loosen what is masked, encrypted, left out or limited, whichever key of whichever file it changes."""

from __future__ import annotations

import copy
import importlib
import inspect
import json
import pkgutil
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import recordkit
from recordkit import agencies, checks, declarations, ingest, protection, source_fields, tables
from recordkit.annotate import guide
from recordkit.cli import app
from recordkit.errors import DeclarationError
from recordkit.findings import masking
from recordkit.readers.model import Limits

PACKAGED = declarations.PACKAGED
LIMITS = {one.name for one in fields(Limits)}
CLASSES = ("none", "indirect", "direct")
FILES = [path.relative_to(PACKAGED).as_posix() for path in sorted(PACKAGED.glob("**/*.toml"))]
PROTECTING = [name for name in FILES if name.startswith("tables/") or name in ("origin.toml", "intake.toml")]


def toml(value: Any) -> str:
    """One TOML value; tables are written inline, so any parsed file can be written again."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {toml(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, (str, bool)):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)


def overlay(folder: Path, name: str, data: dict[str, Any]) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(key)} = {toml(value)}\n" for key, value in data.items()), encoding="utf-8")
    return folder


def parsed(name: str) -> dict[str, Any]:
    return tomllib.loads((PACKAGED / name).read_text(encoding="utf-8"))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in a file, and of every table and list in it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if path:
        yield path
    for key, below in inner:
        yield from leaves(below, (*path, key))


def attacks(value: Any) -> Iterator[Any]:
    """Every other value that may show more: None stands for leaving the key out."""
    yield None
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, float)):
        yield from (value * 1000, -value, 0)
    elif isinstance(value, str):
        yield from (one for one in (*CLASSES, *ORDERED, "", "place", "anything") if one != value)
    elif isinstance(value, list):
        yield []


ORDERED = ("initials", "date", "hide", "compile", "link", "standardise", "string", "ignore", "accused")


def changed(data: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    made = copy.deepcopy(data)
    here: Any = made
    for part in path[:-1]:
        here = here[part]
    if value is None:
        del here[path[-1]]
    else:
        here[path[-1]] = value
    return made


CATALOGUE = agencies.load([PACKAGED])
INTAKE = source_fields.load_source_fields([PACKAGED])
TABLES = tables.load([PACKAGED])
WORDS = protection.words_of([PACKAGED])
BELOW = {name: parsed(name) for name in FILES}


def shown(known: Mapping[str, tables.Table], fields: source_fields.Intake) -> dict[Any, Any]:
    """What is plain, masked, encrypted, published: more is tighter; of a mask, what it is."""
    naming = tables.naming_people(known)
    found: dict[Any, Any] = {("encrypted", name): name in naming for name in known}
    for name, table in known.items():
        for column in table.columns:
            found["class", name, column.name] = CLASSES.index(column.personal)
            found["unpublished", name, column.name] = not column.at("compile")
    return found | {("mask", field): mask for field, mask in masking.by_field(known, fields).items()}


BEFORE = shown(TABLES, INTAKE)


def after(name: str, data: dict[str, Any]) -> dict[Any, Any]:
    """What is shown with one file in the place of the packaged one. Raises what its loader raises."""
    path = Path(name)
    if name == "intake.toml":
        told = declarations.build(data, source_fields.IntakeFile, path)
        units = {"case": told.case, "person": told.person, "service": told.service, "return": told.returns}
        return shown(TABLES, source_fields.Intake({unit: {**told.common, **own} for unit, own in units.items()}))
    origin = declarations.build(data if name == "origin.toml" else BELOW["origin.toml"], tables.OriginFile, path)
    changed_ones = [one for one in FILES if one.startswith("tables/")] if name == "origin.toml" else [name]
    known = dict(TABLES)
    for one in changed_ones:
        file = declarations.build(data if one == name else BELOW[one], tables.TableFile, path)
        if one == name:
            known.pop(BELOW[one]["table"])
        known[file.table] = tables._table(file, origin, path)
    return shown(known, INTAKE)


def looser(before: dict[Any, Any], now: dict[Any, Any]) -> list[Any]:
    """Places that show more than before. A column or field that is gone shows nothing; its table stays encrypted."""
    found = []
    for place, was in before.items():
        if place[0] == "mask":
            found += [place] if was is not None and now.get(place, "hide") not in (was, "hide") else []
        elif (place in now and now[place] < was) or (place[0] == "encrypted" and was and place not in now):
            found.append(place)
    return found


PROTECTING_KEYS = {"personal", "mask", "until", "table", "columns"}


def tries(data: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every place of a file with every attack on it; of keys that protect nothing, each kind of value once.

    Type, stage and raw of columns, and the columns themselves, are held by their own test (tests/test_tables.py)."""
    seen: set[Any] = set()
    protecting = PROTECTING_KEYS | (set() if "columns" in data else {"type"})
    for path in leaves(data):
        value: Any = data
        for part in path:
            value = value[part]
        is_entry = len(path) == 2 and isinstance(value, dict) and "columns" not in data
        kind = (str(path[-1]), type(value), len(path))
        if not is_entry and path[-1] not in protecting and kind in seen:
            continue
        seen.add(kind)
        yield from ((path, attack) for attack in attacks(value))


@pytest.mark.parametrize("name", PROTECTING)
def test_no_key_of_a_file_about_columns_and_fields_can_be_loosened(name: str) -> None:
    refused = kept = 0
    for path, attack in tries(BELOW[name]):
        data = changed(BELOW[name], path, attack)
        if list(protection.compared(Path(name), name, BELOW, data, WORDS)):
            refused += 1
            continue
        try:
            now = after(name, data)
        except DeclarationError:
            refused += 1
            continue
        kept += 1
        assert looser(BEFORE, now) == [], (name, path, attack)
    assert refused > 5
    assert kept > 5


@pytest.mark.parametrize("name", [name for name in FILES if name not in PROTECTING])
def test_no_other_file_has_a_say_in_what_is_masked_or_encrypted(name: str) -> None:
    """The functions that decide it read nothing else; analysts.toml is held by its own loader (tests/analysts)."""
    readers = {"tables": tables.load, "intake": source_fields.load_source_fields}
    for load in readers.values():
        source = inspect.getsource(load)
        assert name not in source
        assert name.partition("/")[0] + "/" not in source


@pytest.mark.parametrize("one", [one for one in protection.SETTINGS if "*" not in one.key], ids=lambda one: one.key)
def test_every_limit_of_the_register_is_there_and_cannot_be_raised(tmp_path: Path, one: protection.Setting) -> None:
    names = [name for name in FILES if name == one.file or (one.file == "tables/*.toml" and name.startswith("tables/"))]
    assert names
    for name in names:
        data = parsed(name)
        path = tuple(one.key.split("."))
        value: Any = data
        for part in path:
            value = value.get(part, one.default)
        attack = value * 2 if isinstance(value, int) else ("" if one.tighter("x", "y") else "other")
        if one.default == value and not isinstance(data.get(path[0]), dict):
            continue
        here = copy.deepcopy(data)
        inner: Any = here
        for part in path[:-1]:
            inner = inner[part]
        inner[path[-1]] = attack
        with pytest.raises(DeclarationError, match=path[-1]):
            protection.check([PACKAGED, overlay(tmp_path / name, name, here)])


# Every key that an overlay can set, decided: those of the register protect people or the machine; these do not.
DOES_NOT_PROTECT = {
    "tables.Column": "name type stage required doc values vocabulary pattern min max unit"  # constraints of values
    " field merge of fact",  # what fills a column: it has to be as personal as that is
    "tables.TableFile": "row doc origin key record_key units rows steps facts",
    "tables.Fact": "key moves",
    "tables.OriginFile": "",
    "intake.IntakeField": "vocabulary several earliest role relation range doc",
    "intake.IntakeFile": "common case person service returns",
    "annotate.guide.Words": "sheet sheet_ur suffix title steps heads severity generic whole row missing",
    "report.words.Words": "title urdu legend legend_ur label language months months_shown months_across findings_shown differences_shown age_bands word"
    " section table tier",
    "linkage.spec.LinkageSpec": "version cases mentions persons people incidents review",
    "linkage.spec.Review": "",
    "linkage.engine.declared.ModelSpec": "blocks comparisons vetoes together contradictions caution threshold review"
    " cluster_threshold group fit_from company_weights company_blocks apart one_to_one",
    "protection.File": "personal",
    "protection.PersonalWords": "identifiers people things",  # layers add words, and cannot take any away
}
# Models without a key that protects, and why.
DOES_NOT_PROTECT_AT_ALL = {
    "agencies.": "what a sender's file means: its values land in columns whose class the tables declare",
    "analysts.": "held by its own loader against the layer below: tests/test_analysts_policy.py",
    "annotate.guide.": "words of the marked workbook",
    "exports.": "how counts are called elsewhere; what may leave is held by releases: tests/exports/test_exports.py",
    "releases.": "held by its own loader against the layer below: tests/releases/test_release_declaration.py",
    "intelligence.": "what is found in records and how it is graded; names are written when the command line asks",
    "inbox.": "which names are no sender's file",
    "rulebook.": "which values are wrong; a value is masked by its column, whatever the rule",
    "linkage.": "which records are one; what is shown of them is declared by the tables",
    "lists.": "which columns of a list are compared; its result names people by its purpose",
    "mapping.": "made by the program, not declared",
    "ranking.": "by which charge a case is counted",
    "report.profile.": "counts of coded columns: one that can name somebody is refused, tests/report/test_profile.py",
    "report.words.": "words of the report, which holds counts only",
    "words.": "the sentences around findings: what stands in a cell is masked before it is put into them",
}


def _models() -> Iterator[tuple[str, set[str]]]:
    for module in pkgutil.walk_packages(recordkit.__path__, "recordkit."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    waiting = [declarations.Declared]
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        if one.__module__.startswith("recordkit.") and one is not declarations.Declared:
            yield f"{one.__module__.removeprefix('recordkit.')}.{one.__name__}", set(one.model_fields)
    for one in (source_fields.IntakeField, source_fields.IntakeFile):
        yield f"intake.{one.__name__}", set(one.model_fields)


def test_of_every_key_that_an_overlay_can_set_it_is_decided_whether_it_protects() -> None:
    registered = {one.key.split(".")[-1] for one in protection.SETTINGS}
    undecided = []
    for model, keys in _models():
        if model in DOES_NOT_PROTECT:
            decided = {*DOES_NOT_PROTECT[model].split(), *registered, "columns"}  # registered as columns.*
            undecided += [f"{model}.{key}" for key in keys - decided]
        elif not any(model.startswith(start) for start in DOES_NOT_PROTECT_AT_ALL):
            undecided.append(model)
    assert undecided == []


def test_the_page_on_privacy_lists_every_setting_that_protects() -> None:
    page = (Path(__file__).parents[1] / "docs" / "explanation" / "privacy.md").read_text(encoding="utf-8")
    for one in protection.SETTINGS:
        assert f"| `{one.file}` | `{one.key}` | {one.order} | {one.protects} |" in page


def test_no_declaration_setting_or_variable_feeds_the_limits_of_reading() -> None:
    """They are made in two places, of constants and of the memory of the machine; everything else hands them on."""
    source = Path(recordkit.__file__).parent
    made = {
        path.relative_to(source).as_posix(): path.read_text(encoding="utf-8")
        for path in source.rglob("*.py")
        if re.search(r"\bLimits\(|replace\(\s*limits\b", path.read_text(encoding="utf-8"))
    }
    assert set(made) == {f"readers/{name}.py" for name in ("model", "machine_memory", "opening")}
    for text in made.values():
        assert not re.search(r"declarations|settings|toml|environ|getenv", text)
    options = {word for leaf in app.leaves(app.made()).values() for one in leaf.params for word in (one.name, *one.opts)}
    assert len(options) > 50
    assert not {name for name in options if name.strip("-").replace("-", "_") in LIMITS}
    page = (Path(__file__).parents[1] / "docs" / "explanation" / "privacy.md").read_text(encoding="utf-8")
    assert "`readers.model.Limits`" in page


def test_a_rule_of_an_overlay_shows_no_name_under_the_mask_of_another_column() -> None:
    persons = pl.DataFrame({"name_raw": ["Secret Name"], "sex_raw": ["male"]})
    origin = checks._Origin(TABLES["persons"], "standardise", {})
    for first, shown_value in (("source_rows", None), ("sex", "male")):
        found = persons.select(origin.value([first, "name"]).alias("value"))
        assert found["value"].to_list() == [shown_value]


@pytest.mark.parametrize("suffix", ["/../../elsewhere", "..\\x", "a/b", ""])
def test_the_suffix_of_a_marked_workbook_leads_to_no_other_folder(tmp_path: Path, suffix: str) -> None:
    folder = overlay(tmp_path, "annotate.toml", parsed("annotate.toml") | {"suffix": suffix})
    with pytest.raises(DeclarationError, match="suffix"):
        guide.load([PACKAGED, folder])


def test_an_overlay_may_tighten(tmp_path: Path) -> None:
    data = parsed("tables/persons.toml")
    data["columns"]["district"] |= {"personal": "direct", "mask": "hide"}
    data["columns"]["cnic"]["mask"] = "hide"
    review = parsed("linkage.toml")
    review["review"]["most"] = 10
    folder = overlay(overlay(tmp_path, "tables/persons.toml", data), "linkage.toml", review)
    assert protection.check([PACKAGED, folder]) == ()


def test_a_second_overlay_may_not_loosen_what_the_first_one_tightened(tmp_path: Path) -> None:
    data = parsed("tables/cases.toml")
    data["columns"]["province"] |= {"personal": "indirect"}
    first = overlay(tmp_path / "a", "tables/cases.toml", data)
    second = overlay(tmp_path / "b", "tables/cases.toml", parsed("tables/cases.toml"))
    with pytest.raises(DeclarationError, match=r"columns\.province\.personal"):
        protection.check([PACKAGED, first, second])


@pytest.mark.parametrize(
    "column",
    [
        "mother_name", "fathername", "victim_cnic", "mob_phone", "dob", "home_address", "passport_no", "id_card", "father",
        "date_of_birth", "accused", "nic", "whatsapp_no", "full_name", "phones", "officer_name", "ph_no", "fone", "cel_no",
        "next_of_kin", "whereabouts", "vehicle_no", "plate", "row_text",
    ],
)  # fmt: skip
@pytest.mark.parametrize("told", ["none", None])
def test_a_new_column_that_looks_personal_needs_a_class(tmp_path: Path, column: str, told: str | None) -> None:
    data = parsed("tables/cases.toml")
    entry = {"type": "string", "stage": "standardise", "doc": "new"} | ({"personal": told} if told else {})
    data["columns"][column] = entry
    with pytest.raises(DeclarationError, match=column) as caught:
        ingest.declare([PACKAGED, overlay(tmp_path, "tables/cases.toml", data)])
    assert protection.FLAG in caught.value.fix
    entry |= {"personal": "direct", "mask": "hide"}
    protection.check([PACKAGED, overlay(tmp_path / "classed", "tables/cases.toml", data)])


@pytest.mark.parametrize("column", ["station_name", "beat", "sector", "tonnes", "count_of_things", "file_names"])
def test_a_new_column_that_names_no_person_needs_none(tmp_path: Path, column: str) -> None:
    data = parsed("tables/cases.toml")
    data["columns"][column] = {"type": "string", "stage": "standardise", "personal": "none", "doc": "new"}
    assert protection.check([PACKAGED, overlay(tmp_path, "tables/cases.toml", data)]) == ()


def test_a_new_column_named_as_a_masked_field_does_not_unmask_it(tmp_path: Path) -> None:
    data = parsed("tables/cases.toml")
    data["columns"]["place"] = {"type": "string", "stage": "standardise", "personal": "indirect", "doc": "new"}
    with pytest.raises(DeclarationError, match=r"columns\.place"):
        protection.check([PACKAGED, overlay(tmp_path, "tables/cases.toml", data)])


def test_the_values_of_a_column_that_names_people_are_no_words_that_findings_show() -> None:
    def shown_words(column: str) -> set[str]:
        table = TABLES["persons"]
        moved = table.column(column).model_copy(update={"values": ("zzqaslam",)})
        columns = tuple(moved if one.name == column else one for one in table.columns)
        known = {**TABLES, "persons": replace(table, columns=columns)}
        return set(masking.masks(known, INTAKE, CATALOGUE).words.to_list())

    assert "zzqaslam" not in shown_words("name")
    assert "zzqaslam" in shown_words("role")


@pytest.mark.parametrize("blank", ["", "  ", "\u200b", "\u2060\ufeff", "\u3164", "\u2800 \u115f", "\uffa0\u200b"])
def test_the_notice_of_a_report_cannot_be_made_invisible(tmp_path: Path, blank: str) -> None:
    folder = overlay(tmp_path, "report.toml", parsed("report.toml") | {"standing": blank})
    with pytest.raises(DeclarationError, match="standing"):
        protection.check([PACKAGED, folder])


@pytest.mark.parametrize("key", ["banner", "banner_ur", "standing", "standing_ur"])
def test_the_notice_of_a_report_cannot_be_left_out_in_either_language(tmp_path: Path, key: str) -> None:
    """An overlay's report.toml takes the place of ours: what it leaves out is gone."""
    folder = overlay(tmp_path, "report.toml", {name: one for name, one in parsed("report.toml").items() if name != key})
    with pytest.raises(DeclarationError, match=f"{key} is not there"):
        protection.check([PACKAGED, folder])


@pytest.mark.parametrize("setting", protection.SETTINGS, ids=lambda one: f"{one.file}: {one.key}")
def test_no_order_takes_what_is_left_out_for_tighter_than_what_protects(setting: protection.Setting) -> None:
    strong = {
        "personal": True if setting.file == "intake.toml" else "direct", "mask": "initials", "until": "standardise",
        "raw": True, "*": {"personal": "direct"}, "table": "persons", "type": "people", "standing": "for the office",
        "standing_ur": "for the office", "banner": "internal", "banner_ur": "internal",
    }  # fmt: skip
    before = strong.get(setting.key.rpartition(".")[2], 5)  # the others are limits
    assert setting.tighter(before, before)
    assert not setting.tighter(before, protection.ABSENT)


def test_a_new_field_that_looks_personal_is_masked_by_its_type_or_declared_personal(tmp_path: Path) -> None:
    for at, (entry, right) in enumerate(
        [({"type": "place"}, False), ({"type": "place", "personal": True}, True), ({"type": "people"}, True)]
    ):
        data = parsed("intake.toml")
        data["case"]["mother_name"] = entry
        folder = overlay(tmp_path / str(at), "intake.toml", data)
        assert bool(protection.loosenings([PACKAGED, folder])) is not right


def test_an_overlay_adds_words_of_its_own_and_takes_none_away(tmp_path: Path) -> None:
    folder = overlay(tmp_path, "protection.toml", {"personal": {"identifiers": ["pesel"], "things": ["mother"]}})
    data = parsed("tables/cases.toml")
    for name in ("pesel", "mother_name"):
        data["columns"][name] = {"type": "string", "stage": "standardise", "personal": "none", "doc": "new"}
    found = protection.loosenings([PACKAGED, overlay(folder, "tables/cases.toml", data)])
    assert [one.key for one in found] == ["columns.pesel.personal", "columns.mother_name.personal"]


def test_a_person_may_allow_it_and_is_told_what_became_looser(tmp_path: Path) -> None:
    data = parsed("tables/persons.toml")
    data["columns"]["name"] = {key: value for key, value in data["columns"]["name"].items() if key != "mask"}
    data["columns"]["name"]["personal"] = "none"
    declared = ingest.declare([PACKAGED, overlay(tmp_path, "tables/persons.toml", data)], allow_loosening=True)
    assert [one.key for one in declared.loosened if one.key.endswith("name.personal")] == ["columns.name.personal"]
