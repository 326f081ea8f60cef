"""Where results go: data on standard output, talk on standard error; text unless another form was asked for."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from recordkit import details, text_safety
from recordkit.cli import terminal
from recordkit.errors import RecordkitError

if TYPE_CHECKING:
    from recordkit.words import Language, Texts, Words

FORMATS = ("text", "json", "jsonl", "csv")
LONGEST_NAME = 24  # signs of a name in the first column that a table does not break


def chosen(given: str | None, allowed: tuple[str, ...] = FORMATS) -> str:
    """The format asked for; text without, in a pipe and in a file too."""
    if given is None:
        return "text"
    if given not in allowed:
        import typer  # here: --version must not wait for it

        what = details.text("not_one_of", given=given, names=", ".join(allowed))
        raise typer.BadParameter(what, param_hint="--format")
    return given


def write(text: str, output: Path | None, language: Language = "en") -> None:
    """Write a result to the file asked for, or to standard output; Urdu from right to left."""
    if not text.endswith("\n"):
        text += "\n"
    if output is None:
        _print(text, language)
        return
    with result(output) as file:
        file.write(_turned(text_safety.plain(text), language).encode())


def tell(texts: Sequence[str], output: Path | None) -> None:
    """Write a result of words, a line for each text, in the language of the run."""
    write("\n".join(map(_translated, texts)), output, _SPOKEN.language)


def heads(names: Sequence[str]) -> list[str]:
    """Names of columns over a table of words: as they are, or their Urdu."""
    return [texts().field(name) for name in names] if _SPOKEN.language == "ur" else list(names)


def language() -> Language:
    """The language of the run."""
    return _SPOKEN.language


def _shown(text: str) -> str:
    """Nothing that a sender wrote steers the terminal, or the program at the end of the pipe."""
    return text_safety.coloured(text) if sys.stdout.isatty() else text_safety.plain(text)


def _turned(text: str, language: Language) -> str:
    return text_safety.right_to_left(text) if language == "ur" else text


def _print(text: str, language: Language = "en") -> None:
    """On standard output, to its end."""
    sys.stdout.write(_turned(_shown(text), language))
    sys.stdout.flush()


class _Said(io.TextIOWrapper):
    """Standard output. A reader that has gone is no error of ours: what is left leads nowhere, and the run ends with
    the exit code that it has; a full disk is told in words, whoever wrote."""

    def write(self, text: str, /) -> int:
        with self._failing():
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        with self._failing():
            super().flush()

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            silence(self)
        except OSError as error:
            silence(self)
            raise RecordkitError(
                details.text("output_not_written", reason=error.strerror), details.text("or_give_file")
            ) from error


def guard() -> None:
    """Put that in the place of standard output, for what the libraries write (--help) as for what we write."""
    old = sys.stdout
    if isinstance(old, io.TextIOWrapper):
        named, by_line = old.encoding, old.line_buffering
        sys.stdout = _Said(old.detach(), encoding=named, errors="backslashreplace", line_buffering=by_line)


def silence(stream: TextIO) -> None:
    """Let a stream that failed lead nowhere: else the interpreter complains about it at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def open_closed() -> None:
    """Put nothing in the place of standard streams that are closed, so that no file of ours takes their numbers."""
    for number, mode in ((0, os.O_RDONLY), (1, os.O_WRONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # the lowest free number
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  for the whole run
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def write_pieces(pieces: Iterable[str], output: Path | None) -> None:
    """Write a long result piece by piece; a file appears under its name when it is whole."""
    if output is None:
        for text in pieces:
            _print(text)
        return
    with result(output) as file:
        for text in pieces:
            file.write(text.encode())


@contextmanager
def result(output: Path) -> Iterator[BinaryIO]:
    """The file that a user names for a result: for its owner alone, there when it is whole, never through a link."""
    from recordkit.store import workspace  # here: --help must not wait for polars
    from recordkit.store.errors import writes_result

    with writes_result(output), workspace.result(output) as file:
        try:
            yield file
        except Exception as error:
            _require_room(file, error)
            raise


def _require_room(file: BinaryIO, error: Exception) -> None:
    """A library may hide that the disk is full (polars: "transport error"): another write of the lost file tells."""
    if isinstance(error, (RecordkitError, OSError)) or not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return
    try:
        file.write(bytes(1 << 20))
        file.flush()
    except OSError as full:
        raise full from error


@dataclass
class _Spoken:
    """The language that a run was asked for, and its declarations' own words once they are read."""

    language: Language = "en"
    words: Words | None = None


_SPOKEN = _Spoken()


def speak(language: str, words: Words | None = None) -> None:
    """From here on this run says everything in this language; `words`: of the declarations that it reads."""
    _SPOKEN.language = "ur" if language == "ur" else "en"
    _SPOKEN.words = words


def texts() -> Texts:
    """What this run says, in its language."""
    from recordkit import words  # here: --help must not wait for polars

    return words.Texts(_SPOKEN.words or words.english().words, _SPOKEN.language)


def say(text: str, quiet: bool = False) -> None:
    """Talk, on standard error, in the language of the run: what the program says in English is in words.toml."""
    if quiet:
        return
    if _SPOKEN.language != "en" or _SPOKEN.words is not None:
        text = _translated(text)
    try:
        sys.stderr.write(_turned(text_safety.plain(text), _SPOKEN.language) + "\n")
        sys.stderr.flush()
    except OSError:  # a full disk or a closed log does not change how a run ends
        silence(sys.stderr)


def _translated(text: str) -> str:
    """A text in the language of the run; as it is where the words cannot be read, which may be what it says."""
    try:
        return texts().translated(text)
    except RecordkitError:
        return text


def as_json(value: Any) -> str:
    """Stable JSON for people and programs."""
    return text_safety.json_text(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def rows(records: list[dict[str, Any]], form: str) -> str:
    """A list of records as json, jsonl or csv; in csv a list is joined and no cell can be a formula."""
    if form == "json":
        return as_json(records)
    if form == "jsonl":
        return "\n".join(text_safety.json_text(json.dumps(one, ensure_ascii=False, default=str)) for one in records)
    import polars as pl

    flat = [{name: _inert(value) for name, value in record.items()} for record in records]
    return pl.DataFrame(flat, infer_schema_length=None).write_csv() if flat else ""


def _inert(value: Any) -> Any:
    """A cell that a spreadsheet takes as it is."""
    if isinstance(value, (list, tuple, dict)):
        value = ";".join(str(part) for part in value)
    return text_safety.cell(value) if isinstance(value, str) else value


def table(title: str, columns: list[str], cells: list[list[Any]]) -> str:
    """A plain table for a terminal of the width that there is."""
    from rich.table import Table
    from rich.text import Text

    def text(value: Any) -> Text:  # never rich's markup: a name may hold brackets
        return Text("" if value is None else text_safety.plain(str(value)))

    head = text(title) if title else None
    shown = Table(title=head, title_justify="left", header_style="bold", box=None, pad_edge=False)
    names = [str(row[0]) for row in cells]
    for at, column in enumerate(columns):
        whole = min(max(map(len, [column, *names])), LONGEST_NAME) if at == 0 else None
        shown.add_column(text(column), overflow="fold", min_width=whole)
    for row in cells:
        shown.add_row(*map(text, row))
    return rendered(shown)


def rendered(*things: Any) -> str:
    """rich things as text: with colour on a terminal, without anywhere else."""
    from rich.console import Console

    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    console = Console(force_terminal=colour, width=terminal.width(), highlight=False)
    with console.capture() as captured:
        for thing in things:
            console.print(thing)
    return captured.get()


@contextmanager
def progress(total: int, what: str, wanted: bool) -> Iterator[Any]:
    """A callable that advances a bar by one file; the bar is shown on a terminal only."""
    if not (wanted and sys.stderr.isatty()):
        yield lambda _name: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    # Left alone, rich would take what is printed meanwhile for markup, and show it in the place of the bar.
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task("", total=total)
        yield lambda name: bar.update(task, advance=1, description=text_safety.plain(name))
