"""The words of the report are data: they can be replaced, and a slip in them is named."""

import made
import pytest

from recordkit import declarations, report
from recordkit.errors import DeclarationError
from recordkit.report import words

PACKAGED = (declarations.PACKAGED / "report.toml").read_text(encoding="utf-8")


def overlay(folder, text):
    (folder / "report.toml").write_text(text, encoding="utf-8")
    return declarations.folders([folder])


def test_an_overlay_replaces_the_words(tmp_path):
    text = PACKAGED.replace('title = "National case records: summary"', 'title = "Provincial summary"')
    assert words.load(overlay(tmp_path, text)).title == "Provincial summary"


def test_a_slip_in_the_words_names_the_file_and_the_nearest_key(tmp_path):
    text = PACKAGED.replace("findings_shown", "findings_show")
    with pytest.raises(DeclarationError, match=r"report\.toml.*findings_show.*did you mean 'findings_shown'"):
        words.load(overlay(tmp_path, text))


def test_every_section_and_table_that_has_words_is_shown_and_every_one_shown_has_words():
    class Compared:
        a, causes = "before", ()
        tables = made.pl.DataFrame(schema={"table": str, "added": int, "removed": int, "changed": int})
        inputs = made.pl.DataFrame(schema=dict.fromkeys(["sha256", "name", "agency", "period", "change"], str))
        steps = made.pl.DataFrame(
            schema={**dict.fromkeys(["period", "province", "district", "code", "reason"], str), "step": int, "cases": int}
        )
        counts = made.pl.DataFrame(
            schema={
                **dict.fromkeys(["period", "agency", "province", "district", "unit", "classification", "code"], str),
                **dict.fromkeys(["before", "after", "change"], int),
                "reasons": made.pl.List(made.pl.String),
            }
        )

    figures = report.figures(made.edition(40), changes=Compared(), known=made.knowledge())
    said = words.load()
    assert {section.key for section in figures.sections} == set(said.section)
    titles = {table.title for table in figures.tables}
    for key, table in said.table.items():
        assert key.startswith("tier_") or table.title in titles
