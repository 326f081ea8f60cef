"""The command line as people and cron run it: exit codes, what goes to which stream; real processes where it matters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import in_process
from recordkit.cli import main
from recordkit.cli.app import run as started

COMMANDS = ["inspect", "validate", "dedupe", "compile", "report", "review", "diff", "verify", "explain", "trust", "agency"]


def run(
    *arguments: object, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One recordkit process, nothing of a terminal about it."""
    command = [sys.executable, "-m", "recordkit", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False, stdin=subprocess.DEVNULL
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_contract_explains_itself(command: str) -> None:
    done = in_process.run(command, "--help")
    assert done.returncode == 0
    assert "Usage: recordkit" in done.stdout


@pytest.mark.parametrize("command", [*COMMANDS[:-1], "trace", "agency list", "agency draft", "agency check"])
def test_every_command_takes_the_options_that_are_promised_everywhere(command: str) -> None:
    told = in_process.run(*command.split(), "--help").stdout
    for option in ("--schemas", "--output", "--quiet", "--no-progress"):
        assert option in told, option


def test_help_does_not_load_the_libraries_that_compute() -> None:
    code = "import sys; from recordkit.cli import app; print({'polars', 'pandera', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("tail", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(tail: str) -> None:
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m recordkit agency list {tail}"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["agency list", "--help", "inspect --help", "--version", "explain RK304"])
@pytest.mark.parametrize("tail", [">/dev/full", ">/dev/full 2>/dev/full"])
def test_a_full_disk_under_standard_output_is_told_in_words_and_makes_the_exit_2(command: str, tail: str) -> None:
    code, err = _piped(command, tail)
    assert code == 2
    assert "internal" not in err
    assert "Exception" not in err
    assert "standard output cannot be written: No space left" in err or "2>/dev/full" in tail


@pytest.mark.parametrize(
    ("command", "meant"), [("agency list", 0), ("--help", 0), ("validate {bad} --format jsonl", 3)]
)
def test_a_reader_that_goes_away_changes_no_exit_code(command: str, meant: int, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"%PDF-1.4")
    code, err = _piped(command.format(bad=tmp_path / "bad.csv"), "| true")
    assert (code, "rror" in err) == (meant, False)


def _piped(command: str, tail: str) -> tuple[int, str]:
    """Exit code of recordkit itself and what it said, with its standard output led elsewhere."""
    script = f"(sleep 0.1; exec {sys.executable} -m recordkit {command}) {tail}; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def test_a_file_of_ours_never_takes_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    """Else what is meant for a log would be written into it."""
    code = (
        "import os; from recordkit.cli import output; output.open_closed();"
        f"print(os.open({str(tmp_path / 'x')!r}, os.O_CREAT), file=open({str(tmp_path / 'n')!r}, 'w'))"
    )
    subprocess.run(["bash", "-c", f'{sys.executable} -c "$0" <&- >&- 2>&-', code], check=True)
    assert int((tmp_path / "n").read_text()) > 2


def test_a_misspelt_option_is_a_usage_error_without_a_traceback() -> None:
    done = run("compile", "inbox", "--too", "store")
    assert done.returncode == 2
    assert "--to" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_misspelt_command_is_told_its_neighbour() -> None:
    done = in_process.run("validat", "x.csv")
    assert done.returncode == 2
    assert "validate" in done.stderr


def test_an_engine_that_does_not_exist_is_named(tmp_path: Path) -> None:
    done = in_process.run("compile", str(tmp_path), "--to", str(tmp_path / "store"), "--engine", "spark")
    assert done.returncode == 2
    assert "no engine 'spark'" in done.stderr


def test_a_path_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    done = run("validate", tmp_path / "missing.csv")
    assert done.returncode == 3
    assert "there is nothing at" in done.stderr
    assert "fix:" in done.stderr


def test_an_overlay_that_is_not_there_is_a_declaration_error(tmp_path: Path) -> None:
    done = in_process.run("agency", "list", "--schemas", tmp_path / "nowhere")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_unknown_key_in_an_overlay_names_file_and_nearest_key(tmp_path: Path) -> None:
    folder = tmp_path / "agencies"
    folder.mkdir()
    (folder / "mine.toml").write_text('id = "mine"\nnme = "My agency"\nkind = "police"\n', encoding="utf-8")
    done = in_process.run("agency", "list", "--schemas", tmp_path)
    assert done.returncode == 2
    assert "mine.toml" in done.stderr
    assert "did you mean 'name'" in done.stderr


def test_a_settings_file_presets_options_and_refuses_unknown_ones(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (tmp_path / "recordkit.toml").write_text('format = "jsonl"\n', encoding="utf-8")
    good = run("agency", "list", cwd=below)
    assert good.returncode == 0
    assert good.stdout.startswith('{"agency"')
    (tmp_path / "recordkit.toml").write_text('fromat = "jsonl"\n', encoding="utf-8")
    bad = in_process.run("agency", "list", cwd=below)
    assert bad.returncode == 2
    assert "format" in bad.stderr


@pytest.mark.parametrize(
    "text", ["schemas = 5", "schemas = [1]", "to = 5", "to = ['a']", "compile = 3", "to = inf", "a = " + "[" * 5000]
)
def test_a_settings_file_with_values_of_the_wrong_kind_is_a_usage_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "recordkit.toml").write_text(text, encoding="utf-8")
    done = in_process.run("agency", "list", cwd=tmp_path)
    assert done.returncode == 2
    assert "recordkit.toml" in done.stderr


def test_a_settings_file_that_somebody_else_may_have_written_is_not_obeyed(tmp_path: Path) -> None:
    file, below = tmp_path / "recordkit.toml", tmp_path / "a"
    below.mkdir()

    def refused(why: str) -> None:
        done = in_process.run("agency", "list", cwd=below)
        assert done.returncode == 2
        assert why in done.stderr

    file.write_text('format = "jsonl"\n')
    file.chmod(0o664)
    refused("can be written by others")
    file.write_bytes(b"#" * (2 << 20))
    file.chmod(0o644)
    refused("too large")
    file.rename(tmp_path / "other.toml")
    file.symlink_to("other.toml")
    refused("is a link")
    file.unlink()
    os.mkfifo(file)
    refused("not a plain file")
    file.unlink()
    file.mkdir()
    refused("not a plain file")


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can give a file away")
def test_a_settings_file_of_another_user_is_not_obeyed(tmp_path: Path) -> None:
    file = tmp_path / "recordkit.toml"
    file.write_text('format = "jsonl"\n')
    file.chmod(0o644)
    os.chown(file, 4242, 4242)
    done = in_process.run("agency", "list", cwd=tmp_path)
    assert done.returncode == 2
    assert "belongs to somebody else" in done.stderr


def test_it_runs_with_an_empty_environment_as_cron_gives_it() -> None:
    done = run("agency", "list", env={"PATH": "/usr/bin:/bin", "PYTHONPATH": os.environ.get("PYTHONPATH", "")})
    assert done.returncode == 0


def test_data_goes_to_standard_output_as_text_in_a_pipe_and_a_file_too_and_as_json_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert started(["agency", "list"]) == 0
    text = capsys.readouterr().out
    assert text.split()[:2] == ["agency", "name"]
    assert started(["agency", "list", "-o", str(tmp_path / "list.txt")]) == 0
    assert (tmp_path / "list.txt").read_text(encoding="utf-8").split() == text.split()
    assert started(["agency", "list", "--format", "json"]) == 0
    assert {row["agency"] for row in json.loads(capsys.readouterr().out)} >= {"punjab", "fia", "cro", "shelter"}


def test_a_rule_explains_itself_by_code_and_by_name() -> None:
    by_code = run("explain", "RK304", "--format", "text")
    by_name = in_process.run("explain", "cnic-malformed", "--format", "text")
    assert by_code.returncode == by_name.returncode == 0
    assert by_code.stdout == by_name.stdout
    assert "Fix:" in by_code.stdout


def test_an_unknown_rule_is_told_the_nearest_one() -> None:
    done = in_process.run("explain", "cnic-malformd")
    assert done.returncode == 2
    assert "RK304" in done.stderr or "cnic-malformed" in done.stderr


def test_one_who_interrupts_while_it_is_loading_sees_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Loading(ModuleType):
        def __getattr__(self, name: str) -> object:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "recordkit.cli.app", Loading("recordkit.cli.app"))
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 130
    assert capsys.readouterr().err == "stopped: nothing was published\n"
