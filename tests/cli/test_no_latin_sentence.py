"""`--lang ur`: no command and no error says a sentence in English; code, paths, names and data stand in Latin letters."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest
from test_decisions_and_ids import OVERLAY, compiled, row, sent

from in_process import run
from recordkit import packaged

MARKS = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069"))
WORDS = r"[A-Za-z]{2,}"
SENTENCE = re.compile(rf"(?<![\w./|-]){WORDS}(?: {WORDS}){{2,}}(?!\w)")  # three words in a row
# What is typed as it stands, and what stands in Latin letters whatever the language.
CODE = re.compile(
    r"TOML نہیں: .*|Catalog Error.*|"  # what tomllib and DuckDB say
    r"recordkit [a-z][^\n؛۔]*|`[^`]*`|'[^']*'|«[^»]*»|\[[A-Z .]+\]|pip install \S+|umask .*|openssl .*|[A-Za-z0-9_.-]*/[A-Za-z0-9_./-]*"
)


def sentences(text: str) -> list[str]:
    return SENTENCE.findall(CODE.sub(" · ", text.translate(MARKS)))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an inbox, a store of two editions, a list, and declarations and settings with slips."""
    folder = tmp_path_factory.mktemp("urdu")
    sent(folder / "inbox", "2026-07", row("123"), row("132"))
    compiled(folder / "inbox")
    sent(folder / "inbox", "2026-08", row("140", "04-08-2026"), row("141", "32-08-2026"))
    root, cases = compiled(folder / "inbox")
    (folder / "case.txt").write_text(cases["case_id"][0])
    (folder / "people.csv").write_text("Name,Father Name,CNIC\nAli Khan,Bashir,35202-1234567-1\nAli Khan,Bashir,\n")
    (folder / "empty.csv").write_text("")
    (folder / "bad.csv").write_text("FIR No,Date,District,Police Station,Sections\n1/2026,32-02-2026,Lahore,Raiwind,302 PPC\n")
    for name, text in {
        "unknown-key/layout.toml": "[header]\nserch_rows = 3\n",
        "no-toml/layout.toml": "[header\n",
        "two-rules/rules.toml": '[rules.RK301]\nname = "Bad Name"\n',
        "csv/reference/districts.csv": "district,district\n",
        "misnamed/rulez.toml": "",
        "looser/tables/persons.toml": (packaged.SCHEMAS / "tables" / "persons.toml").read_text().replace('"direct"', '"none"'),
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "recordkit.toml").write_text("nonsense = 1\n")
    os.chmod(folder / "recordkit.toml", 0o600)
    assert root == folder / "store"
    return folder


# {s}: the overlay that the store was made with; {case}: the id of a case. After |: the exit code.
COMMANDS = [line.split(" | ") for line in """
inspect bad.csv | 0
inspect nothing.csv | 3
validate bad.csv --schemas {s} --exit-zero | 0
validate empty.csv --exit-zero | 3
validate | 2
validate bad.csv --limit many | 2
validate bad.csv --fail-on x | 2
validat bad.csv | 2
validate bad.csv --forma json | 2
validate bad.csv --schemas nowhere | 2
validate bad.csv --schemas unknown-key | 2
validate bad.csv --schemas no-toml | 2
validate bad.csv --schemas two-rules | 2
validate bad.csv --schemas csv | 2
validate bad.csv --schemas misnamed | 2
validate bad.csv --schemas looser | 2
validate bad.csv --agency punjb | 2
validate bad.csv --config recordkit.toml | 2
compile inbox --to store --schemas {s} | 0
compile inbox --to inbox/store --schemas {s} | 2
compile nowhere --to store | 3
compile inbox --to people.csv | 4
diff store | 0
diff store 2020-01-r1 | 2
verify store | 0
verify nowhere | 2
report store --month 2020-01 | 2
report store --month July | 2
trace store {case} | 0
trace store unit=case classification=npb_head | 0
trace store unit=cas classification=npb_head | 2
trace store X1 | 2
find store 'FIR 140/26 Raiwind' | 0
find store 'FIR 999/26 Raiwind' | 2
explain RK304 | 0
explain RK999 | 2
rules --search nosuchword | 2
review store --kind x | 2
review store --decide C1 C2 same | 2
retain store --keep 5 --dry-run | 0
retain store --keep 0 | 2
retain store --rekey | 4
withdraw store nothing.csv --why 'sent twice' | 2
withdraw store example_2026-08.csv --why 'sent twice' | 0
rollback store 2020-01-r1 | 2
pseudonymise store --to copy --schemas {s} | 2
query store 'SELECT nothing FROM nowhere' | 2
query store 'DROP TABLE cases' | 2
dedupe people.csv -o people.parquet | 0
dedupe people.csv -o people.txt | 2
dedupe people.csv | 2
agency draft bad.csv | 0
agency draft empty.csv | 3
agency check bad.csv --schemas {s} | 0
trust --list | 0
trust inbox | 2
""".strip().splitlines()]  # fmt: skip


@pytest.mark.parametrize(("command", "code"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_says_no_sentence_in_latin_letters(place: Path, command: str, code: str) -> None:
    given = shlex.split(command.format(s=OVERLAY, case=(place / "case.txt").read_text()))
    config = [] if "--config" in given else ["--config", str(place / "none.toml")]
    (place / "none.toml").write_text("")
    os.chmod(place / "none.toml", 0o600)
    done = run(*given, *config, "--lang", "ur", cwd=place, env={**os.environ, "HOME": str(place)})
    text = done.stdout + done.stderr
    assert text.strip()
    assert re.search("[\u0600-\u06ff]", text)
    assert sentences(text) == []
    assert done.returncode == int(code), text
