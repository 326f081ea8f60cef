"""The house: what stands where, and what must not stand in Python."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from sources import forgotten, tree  # noqa: F401  the trees are forgotten behind the last test

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src" / "recordkit").rglob("*.py"))

# Facts about one country or one sender belong to schemas/. Comments and docstrings may give examples.
NATIONAL = re.compile(
    r"\b(punjab|sindh|balochistan|pakhtunkhwa|islamabad|lahore|karachi|ppc|ptpa|fia|nadra)\b", re.IGNORECASE
)
# Words that stand beside values in the files: they are data, and an overlay adds to them. Of Urdu any letter is one;
# ranges of letters (`\u0600-\u06ff`) and signs are syntax.
WORDS_OF_FILES = re.compile(
    r"[\u0620-\u064a\u066e-\u06d3]|\b(thana|levies|distt|zila|mauza|mouza|moza|tehsil|urf|lakh|crore|zauja|wald|walad"
    r"|dukhtar|qaum|namaloom|maloom|nicop|muqadma|jurm|zer-e-dafa|vide|hijri)\b",
    re.IGNORECASE,
)
CODES = {"levies", "nicop", "hijri", "vide"}  # alone, these are what a column holds or a vocabulary calls a row
LETTERS = {
    "fields/name_keys.py": "the letters of two alphabets that sound alike, and the article between two names",
    "fields/text.py": "one letter of several shapes, and the names of letters",
    "reference.py": "one letter of several shapes",
    "readers/encodings.py": "how often a letter stands in a text",
    "fields/dates.py": "the sign of an era behind a year",
    "fields/date_words.py": "the article of the second name of a month",
}
PER_ROW = re.compile(r"\.(map_elements|map_rows|apply)\(")


def _strings(tree: ast.AST) -> list[tuple[int, str]]:
    """Every string of a module that is no docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr):
            docstrings.add(id(node.body[0].value))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [(node.lineno, node.value) for node in found if id(node) not in docstrings]


def test_no_string_in_the_program_names_a_province_an_agency_or_a_law() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{line} {text[:60]!r}"
        for path in SOURCES
        for line, text in _strings(tree(path))
        if NATIONAL.search(text)
    ]
    assert not named


def test_no_string_in_the_program_holds_a_word_of_the_files_that_it_reads() -> None:
    home = ROOT / "src" / "recordkit"
    named = {
        path.relative_to(home).as_posix(): text[:60]
        for path in SOURCES
        for _, text in _strings(ast.parse(path.read_text(encoding="utf-8")))
        if WORDS_OF_FILES.search(text) and text not in CODES
    }
    assert not {path: text for path, text in named.items() if path not in LETTERS}
    assert not set(LETTERS) - set(named), "no exception any more"


def test_a_word_and_a_letter_of_urdu_are_seen_and_a_range_of_letters_is_none() -> None:
    assert all(WORDS_OF_FILES.search(text) for text in (r"(?:thana|x)", "تھانہ", r"\bاور\b", r"(?i)^levies\s+"))
    assert not any(WORDS_OF_FILES.search(text) for text in (r"[\u0600-\u06ff]{3}", "[,،؛۔؟]", "[0-9۰-۹]", "provided"))


def test_every_module_says_in_one_sentence_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in SOURCES if not ast.get_docstring(tree(path))]
    assert not silent


def test_every_public_function_is_documented() -> None:
    silent = []
    for path in SOURCES:
        for node in tree(path).body:
            if (
                isinstance(node, (ast.FunctionDef, ast.ClassDef))
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                silent.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert not silent


def test_no_module_is_called_helpers_or_utils() -> None:
    assert not [path for path in SOURCES if path.stem in ("helpers", "utils", "util", "common", "misc")]


def test_nothing_in_the_program_walks_over_the_rows_of_records() -> None:
    walked = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if PER_ROW.search(line)
    ]
    assert not walked


def test_the_readme_names_every_command_and_both_of_its_own() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("inspect", "validate", "compile", "report", "diff", "verify", "explain", "dedupe", "agency"):
        assert f"recordkit {command}" in text
    assert "python3 dev.py demo" in text
    assert "python3 dev.py test" in text


# What may stand at the root of the repository: anything else is a leftover, or belongs into a folder.
AT_THE_ROOT = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "benchmarks", "dev.py", "docs",
    "examples", "pyproject.toml", "requirements-dev.lock", "requirements.lock", "sample_data", "schemas", "src", "tests",
    "zensical.toml",
}  # fmt: skip


def test_nothing_stands_at_the_root_of_the_repository_but_what_belongs_there() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("git cannot list the files")
    tracked = {name.partition("/")[0] for name in listed.stdout.split("\0") if name}
    assert tracked <= AT_THE_ROOT, tracked - AT_THE_ROOT


# Whatever makes, replaces or removes a file goes through this module: it follows no link, and what it makes is private.
DISK = "store/disk.py"
EFFECTS = {
    "rmtree", "remove", "unlink", "rmdir", "rename", "renames", "replace", "link", "symlink", "mkdir", "makedirs", "truncate",
    "chmod", "chown", "mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryDirectory", "TemporaryFile", "copyfile", "copy",
    "copy2", "copytree", "move", "mkfifo", "mknod", "removedirs",
}  # fmt: skip
MODULES = {"os", "shutil", "tempfile"}
ON_PATHS = {
    "unlink", "rmdir", "mkdir", "touch", "chmod", "symlink_to", "hardlink_to", "write_text", "write_bytes", "rename",
}  # fmt: skip
# Calls that only look like it, or that have a reason of their own.
ALLOWED = {
    ("cli/output.py", "open"): "standard streams that were closed lead nowhere",
    ("cli/output.py", "os.open"): "the same",
    ("reference_docs.py", "unlink"): "a developer's command: writes the generated pages of the repository",
    ("reference_docs.py", "mkdir"): "the same",
    ("reference_docs.py", "write_text"): "the same",
}


def _calls(path: Path) -> list[tuple[int, ast.Call]]:
    return [(node.lineno, node) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]


def _effect(call: ast.Call) -> str | None:
    """The name of a call that changes something on a disk, as far as it can be told from the text."""
    name = call.func
    if isinstance(name, ast.Name):
        mode = call.args[1:2] + [word.value for word in call.keywords if word.arg == "mode"]
        return (
            "open"
            if name.id == "open" and any(set("wax+") & set(ast.unparse(one).strip("'\"")) for one in mode)
            else None
        )
    if not isinstance(name, ast.Attribute):
        return None
    home = ast.unparse(name.value)
    if home in MODULES and name.attr in EFFECTS:
        return f"{home}.{name.attr}"
    if home == "os" and name.attr == "open":
        return "os.open" if re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)|mode", ast.unparse(call)) else None
    if name.attr == "open" and re.search(r"open\(['\"][rbt]*[wax+]", ast.unparse(call)):
        return "open"
    if name.attr in ("rename", "replace"):  # of a frame by names, of a text by texts
        one = len(call.args) == 1 and not call.keywords and not isinstance(call.args[0], (ast.Dict, ast.DictComp))
        return name.attr if one and re.search(r"path|folder|temp|target|output| / ", ast.unparse(call)) else None
    return name.attr if name.attr in ON_PATHS else None


def test_only_one_module_makes_replaces_or_removes_files() -> None:
    home = ROOT / "src" / "recordkit"
    found = [
        (path.relative_to(home).as_posix(), effect, line)
        for path in SOURCES
        if path != home / DISK
        for line, call in _calls(path)
        if (effect := _effect(call)) is not None
    ]
    assert not [(path, effect, line) for path, effect, line in found if (path, effect) not in ALLOWED]


def test_the_module_of_files_is_seen_by_what_looks_for_others() -> None:
    """The test above would see every kind of call that it forbids."""
    seen = {_effect(call) for _, call in _calls(ROOT / "src" / "recordkit" / DISK)}
    assert {
        "shutil.rmtree",
        "os.unlink",
        "os.rename",
        "os.replace",
        "os.mkdir",
        "os.open",
        "os.link",
        "os.symlink",
    } <= seen
    lines = [
        "p.write_text('x')",
        "p.unlink()",
        "open(p, 'w')",
        "p.open('wb')",
        "path.rename(target)",
        "part.replace(output)",
    ]
    assert all(_effect(node) for line in lines for node in ast.walk(ast.parse(line)) if isinstance(node, ast.Call))
    harmless = [
        "frame.rename({'a': 'b'})",
        "text.replace('a', 'b')",
        "open(p)",
        "p.open('rb')",
        "replace(done, inputs=x)",
    ]
    assert not [line for line in harmless if _effect(ast.parse(line).body[0].value)]  # type: ignore[attr-defined]


# Frames that the engine writes itself, by a path in a folder that the module of files has made just before.
ENGINE = {
    "store/parquet.py",
    "store/cache.py",
    "store/spooling.py",
    "cli/deduping.py",
    "deduping.py",
    "findings/spill.py",
}


def test_only_few_modules_let_the_engine_write_frames() -> None:
    home = ROOT / "src" / "recordkit"
    found = {
        path.relative_to(home).as_posix()
        for path in SOURCES
        for _, call in _calls(path)
        if isinstance(call.func, ast.Attribute)
        and re.fullmatch(r"(sink|write)_(parquet|ipc|ipc_stream|csv|ndjson|json|excel|avro|delta)", call.func.attr)
        and (call.args and not isinstance(call.args[0], ast.Constant))
    }
    assert found <= ENGINE


def _stands_for_nothing(node: ast.stmt, lines: list[str]) -> bool:
    """A number with a name at the top of a module, without a comment behind or above it."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return False
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    numbers = [
        one.value for one in values if isinstance(one, ast.Constant) and not isinstance(one.value, (str, bytes, bool))
    ]
    return any(isinstance(one, (int, float)) for one in numbers) and not (
        "  # " in lines[node.lineno - 1] or lines[node.lineno - 2].startswith("#")
    )


@pytest.mark.parametrize("room", ["linkage", "fields"])
def test_every_number_that_decides_says_where_it_comes_from(room: str) -> None:
    bare = []
    for path in [path for path in SOURCES if path.is_relative_to(ROOT / "src" / "recordkit" / room)]:
        text = path.read_text(encoding="utf-8")
        told = [node for node in ast.parse(text).body if _stands_for_nothing(node, text.split("\n"))]
        bare += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in told]
    assert not bare


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(path: Path, modules: set[str]) -> set[str]:
    """The modules of the program that importing this one imports at once."""
    found = set()
    for node in tree(path).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {
                f"{node.module}.{one.name}" if f"{node.module}.{one.name}" in modules else node.module
                for one in node.names
            }
    return (found & modules) - {_module(path)}


def test_no_modules_import_each_other_in_a_circle() -> None:
    paths = {_module(path): path for path in SOURCES}
    left = {name: _imports(path, set(paths)) for name, path in paths.items()}
    while free := [name for name, needs in left.items() if not needs & left.keys()]:
        for name in free:
            del left[name]
    assert not left, "these import each other, or something that does"
