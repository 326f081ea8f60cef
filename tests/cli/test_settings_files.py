"""What a settings file may preset, by where it lies and who allowed it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import in_process
from recordkit.cli import app, settings

ROWS = "District,Police Station,FIR No,Date,Offence\nKasur,City,12/26,01.07.2026,379 PPC\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's home without any configuration."""
    return _made(tmp_path / "home")


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    """A folder as a clerk's archive leaves it: a file of rows, with a settings file beside it."""
    folder = _made(tmp_path / "sent")
    (folder / "rows.csv").write_text(ROWS, encoding="utf-8")
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def run(home: Path, cwd: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    return in_process.run(*arguments, cwd=cwd, env=_environment(home, more))


def _process(home: Path, cwd: Path, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "recordkit", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env=_environment(home, more), capture_output=True, text=True, timeout=300, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def _environment(home: Path, more: Mapping[str, str]) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "PYTHONPATH": os.environ.get("PYTHONPATH", ""), **more}


def _settings(folder: Path, text: str) -> Path:
    file = folder / "recordkit.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o644)
    return file


def test_a_file_in_a_data_folder_overwrites_nothing_and_sends_no_workbook_elsewhere(home: Path, sent: Path) -> None:
    victim = sent.parent / "diary.txt"
    victim.write_text("mine", encoding="utf-8")
    _settings(sent, 'output = "../diary.txt"\n[validate]\nannotate = "../elsewhere"\nfail-on = "never"\n')
    done = run(home, sent, "validate", "rows.csv", "--format", "json")
    assert victim.read_text(encoding="utf-8") == "mine"
    assert not (sent.parent / "elsewhere").exists()
    assert done.stdout.startswith(("{", "["))
    assert f"{sent / 'recordkit.toml'} is not trusted: annotate, fail-on, output ignored" in done.stderr
    assert f"recordkit trust {sent}" in done.stderr


def test_a_file_in_a_data_folder_brings_no_declarations_of_its_own(home: Path, sent: Path) -> None:
    agencies = sent / "mine" / "agencies"
    agencies.mkdir(parents=True)
    (agencies / "x.toml").write_text("no toml", encoding="utf-8")
    _settings(sent, 'schemas = ["mine"]\n')
    done = run(home, sent, "agency", "list")
    assert done.returncode == 0
    assert "schemas ignored" in done.stderr
    assert run(home, sent, "agency", "list", "--schemas", "mine").returncode == 2


def test_a_harmless_preset_of_a_data_folder_applies_and_is_announced(home: Path, sent: Path) -> None:
    file = _settings(sent, 'format = "jsonl"\nquiet = true\n')
    done = run(home, sent, "agency", "list")
    assert done.stdout.startswith('{"agency"')
    assert f"{file} presets format, quiet" in done.stderr


def test_trust_holds_until_the_file_changes_and_can_be_taken_back(home: Path, sent: Path) -> None:
    _settings(sent, 'output = "out.json"\n')
    assert run(home, sent, "trust", ".").returncode == 0
    done = run(home, sent, "agency", "list")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
    assert (sent / "out.json").exists()
    listed = home / ".config" / "recordkit" / "trusted.json"
    assert listed.stat().st_mode & 0o777 == 0o600
    assert f"{sent}: trusted" in run(home, sent.parent, "trust", "--list", "--format", "text").stdout

    (sent / "out.json").unlink()
    _settings(sent, 'output = "./out.json"\n')
    assert "not trusted: output ignored" in run(home, sent, "agency", "list").stderr
    assert not (sent / "out.json").exists()
    assert "changed since" in run(home, sent, "trust", "--list", "--format", "text").stdout

    assert run(home, sent, "trust", sent).returncode == 0
    assert run(home, sent, "trust", "--remove", sent).returncode == 0
    assert "output ignored" in run(home, sent, "agency", "list").stderr
    assert run(home, sent, "trust", "--remove", sent).returncode == 2


def test_a_copy_of_a_trusted_file_in_another_folder_is_not_trusted(home: Path, sent: Path) -> None:
    _settings(sent, 'output = "out.json"\n')
    assert _process(home, sent, "trust", ".").returncode == 0
    other = _made(sent.parent / "other")
    _settings(other, 'output = "out.json"\n')
    assert "output ignored" in run(home, other, "agency", "list").stderr


def test_trust_needs_a_settings_file_and_one_folder(home: Path, tmp_path: Path) -> None:
    assert "has no recordkit.toml" in run(home, tmp_path, "trust", tmp_path).stderr
    assert run(home, tmp_path, "trust").returncode == 2
    assert run(home, tmp_path, "trust", tmp_path, "--list").returncode == 2


def test_a_list_of_trusted_folders_that_others_can_write_is_not_believed(home: Path, sent: Path) -> None:
    _settings(sent, 'output = "out.json"\n')
    run(home, sent, "trust", ".")
    (home / ".config" / "recordkit" / "trusted.json").chmod(0o666)
    done = run(home, sent, "agency", "list")
    assert done.returncode == 2
    assert "may have been written by somebody else" in done.stderr
    assert not (sent / "out.json").exists()


def test_the_users_own_file_is_obeyed_everywhere_and_a_nearer_one_goes_before_it(home: Path, sent: Path) -> None:
    config = home / "xdg" / "recordkit"
    config.mkdir(parents=True)
    _settings(config, 'format = "csv"\noutput = "own.txt"\n')
    env = {"XDG_CONFIG_HOME": str(home / "xdg")}
    done = _process(home, sent, "agency", "list", **env)
    assert (done.stdout, done.stderr) == ("", "")
    assert (config / "own.txt").read_text(encoding="utf-8").startswith("agency,")
    _settings(sent, 'format = "jsonl"\n')
    run(home, sent, "agency", "list", **env)
    assert (config / "own.txt").read_text(encoding="utf-8").startswith('{"agency"')


def test_a_file_named_on_the_command_line_is_obeyed_and_no_other(home: Path, sent: Path) -> None:
    elsewhere = _made(sent.parent / "elsewhere")
    file = _settings(elsewhere, 'output = "out.json"\nformat = "json"\n')
    _settings(sent, 'format = "csv"\n')
    for given in (["--config", file], [f"--config={file}"]):
        done = run(home, sent, "agency", "list", *given)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert (elsewhere / "out.json").read_text(encoding="utf-8").startswith("[")
        (elsewhere / "out.json").unlink()
    gone = run(home, sent, "agency", "list", "--config", elsewhere / "absent.toml")
    assert gone.returncode == 2
    assert "absent.toml" in gone.stderr


@pytest.mark.parametrize("key", sorted(settings.COMMAND_LINE_ONLY - {"allow-loosening"}))
def test_what_a_person_decides_each_time_is_no_preset(home: Path, sent: Path, key: str) -> None:
    _settings(sent, f"{key} = true\n")
    done = run(home, sent, "validate", "rows.csv")
    assert done.returncode == 2
    assert "command line only" in done.stderr


def test_every_path_of_every_command_is_relative_to_the_file(tmp_path: Path) -> None:
    known = app.commands(app.made())
    paths = {
        (command, key)
        for command, options in known.items()
        for key, param in options.items()
        if "Path" in str(param.type_descriptor.annotation) and key not in settings.COMMAND_LINE_ONLY
    }
    assert {("report", "html"), ("report", "xlsx"), ("validate", "annotate"), ("compile", "to")} <= paths
    for command, key in sorted(paths):
        param = known[command][key]
        value = ["a/b"] if param.multiple or param.nargs != 1 else "a/b"
        table = f'"{command}"' if " " in command else command
        text = f"[{table}]\n{key} = {json.dumps(value)}\n"
        (found,) = settings.presets(tmp_path / "recordkit.toml", text, known)[command].values()
        assert found == ([str(tmp_path / "a/b")] if isinstance(value, list) else str(tmp_path / "a/b")), (command, key)


def test_only_what_changes_the_look_of_a_result_is_harmless() -> None:
    assert {"format", "lang", "quiet", "no-progress"} == settings.HARMLESS


def test_a_table_of_a_group_is_spelt_with_a_dot_or_in_quotation_marks(home: Path, tmp_path: Path) -> None:
    for table in ("agency.list", '"agency list"'):
        _settings(tmp_path, f'[{table}]\nformat = "jsonl"\n')
        assert run(home, tmp_path, "agency", "list").stdout.startswith('{"agency"')
