"""Files of fixed width: does a file look like one, where do its columns begin, and what could they be?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl

from recordkit import details
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.drafting.sheet_guess import ColumnGuess, of_rows
from recordkit.agencies.drafting.value_shapes import readings
from recordkit.agencies.source import Sheet, SourceFile
from recordkit.source_fields import Intake
from recordkit.text_safety import toml_string

LEAST_WIDTH = 20
ALIKE = 0.8  # share of lines that have the commonest length
SAMPLE = 400
DAY, MONTH, YEAR = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])", r"(?:19|20)\d\d"
DATES = (rf"^{DAY}{MONTH}{YEAR}$", rf"^{YEAR}{MONTH}{DAY}$")
NEARLY = 0.97
Span = tuple[int, int]  # first position and the one behind the last, from 0


def looks_fixed(head: pl.DataFrame) -> bool:
    """One column whose lines are nearly all of one length."""
    if head.width != 2 or head.height < 3:
        return False
    lengths = head.get_column("c1").drop_nulls().str.len_chars()
    top = lengths.mode().sort()[0] if lengths.len() else 0
    return int(top) >= LEAST_WIDTH and int((lengths == top).sum()) >= ALIKE * lengths.len()


def lines(source: SourceFile, sheet: Sheet, catalogue: Catalogue, intake: Intake) -> Iterator[str]:
    """A format with the columns that the gaps and the kinds of characters suggest."""
    every = [line for line in sheet.head(SAMPLE).get_column("c1").to_list() if line]
    commonest = max({len(line) for line in every}, key=lambda n: sum(len(line) == n for line in every))
    whole = [line for line in every if len(line) == commonest]
    spans = _spans(whole, catalogue)
    cells = pl.DataFrame(
        {f"c{at}": [line[a:b].strip() or None for line in whole] for at, (a, b) in enumerate(spans, start=1)},
        schema={f"c{at}": pl.String for at in range(1, len(spans) + 1)},
    )
    frame = cells.select(pl.int_range(1, cells.height + 1, dtype=pl.Int64).alias("row"), pl.all())
    made = of_rows("", frame, catalogue, intake, plain=True)
    yield "[[format]]"
    yield 'id = "lines"'
    yield f"unit = {toml_string(made.unit)}  # ? {details.text('what_a_line_is')}"
    encoding = toml_string(source.encoding or "utf-8")
    yield f'file = {{ kinds = ["delimited"], widths = [{commonest}], encodings = [{encoding}] }}'
    yield "header = { rows = 0 }"
    yield from _trailer(sheet, commonest)
    if made.unit == "person" and not any(one.field == "role" for one in made.columns):
        example = 'constants = { role = "accused" }'
        yield f"# ? {details.text('nothing_says_whose_names', example=example)}"
    yield f"# ? {details.text('columns_by_gaps')}"
    yield "columns = ["
    for at, ((start, end), one) in enumerate(zip(spans, made.columns, strict=True), start=1):
        yield _line(
            at, start, end, one=one, cells=[cell for cell in cells[f"c{at}"].to_list() if cell], catalogue=catalogue
        )
    yield "]"


def _line(at: int, start: int, end: int, *, one: ColumnGuess, cells: Sequence[str], catalogue: Catalogue) -> str:
    shares = readings(cells, catalogue)
    fits = sorted(
        (name for name in shares if shares[name] >= 0.8 and name not in ("filled", "words")),
        key=lambda name: (-shares[name], name),
    )
    reading = details.text("is_text" if cells else "is_blank")
    if fits:
        reading = details.text("reads_as", kinds=", ".join(fits[:4]))
    field = one.field or f"_{at}"
    sure = f"{one.confidence:.2f} " if one.field else ""
    entry = f"field = {toml_string(field)}, start = {start + 1}, length = {end - start}"
    return f"  {{ {entry} }},  # {sure}? {details.text('share_filled', share=f'{one.filled:.0%}')}; {reading}"


def _trailer(sheet: Sheet, width: int) -> Iterator[str]:
    """A short last line; when its number is that of the lines above, it is a trailer."""
    last = next((line for line in reversed(sheet.tail(3).get_column("c1").to_list()) if line), "")
    found = re.search(r"^(\D*?)\s*0*([0-9]+)\s*$", last)
    if not found or len(last.strip()) >= width // 2:
        return
    height = sheet.height
    if height is not None and int(found.group(2)) == height - 1:
        why = details.text("last_line_counts")
        lead = re.escape(found.group(1).strip())
        yield f"rows = {{ trailer = '^{lead}\\s*(?P<count>[0-9]+)' }}  # 0.95 {why}"
    else:
        example = "rows = { trailer = '^T(?P<count>[0-9]+)' }"
        yield f"# ? {details.text('last_line_is_short', example=example)}"


# ------------------------------------------------------------------------------------------ columns


def _spans(lines: Sequence[str], catalogue: Catalogue) -> list[Span]:
    """Columns: cut by gaps and kinds of characters, days cut out of digits, words of one value joined again."""
    starts = [at - 1 for at in boundaries(lines)]
    width = max(len(line) for line in lines)
    spans = list(zip(starts, [*starts[1:], width], strict=True))
    spans = [part for span in spans for part in _with_dates(lines, span)]
    done: list[Span] = []
    for span in spans:
        if done and _one_value(lines, done[-1], span, catalogue):
            done[-1] = (done[-1][0], span[1])
        else:
            done.append(span)
    return done


def boundaries(lines: Sequence[str]) -> list[int]:
    """1-based starts of columns: where text begins behind a gap in all lines, or its kind changes."""
    width = max(len(line) for line in lines)
    padded = [line.ljust(width) for line in lines]
    kinds = [_kind([line[at] for line in padded]) for at in range(width)]
    starts = [1]
    for at in range(1, width):
        before, here = kinds[at - 1], kinds[at]
        if (here != before and here != "space" and (before == "space" or "mixed" not in (before, here))) or (
            here == "letter" and before == "mixed" and _gap_before(padded, at)
        ):
            starts.append(at + 1)
    return starts


def _gap_before(lines: Sequence[str], at: int) -> bool:
    """A column of words of many lengths is padded: most lines have a blank just before the next column."""
    return sum(line[at - 1] == " " for line in lines) >= 0.9 * len(lines)


def _kind(chars: list[str]) -> str:
    """What stands in one position of nearly all lines."""
    count = len(chars)
    if sum(char == " " for char in chars) >= 0.98 * count:
        return "space"
    if sum(char.isdigit() for char in chars) >= 0.95 * count:
        return "digit"
    return "letter" if sum(char.isalpha() for char in chars) >= 0.95 * count else "mixed"


def _with_dates(lines: Sequence[str], span: Span) -> list[Span]:
    """A run of digits with a day, month and year in it is cut before and behind them."""
    start, end = span
    digits = next((at for at in range(start, end) if not _digits(lines, at)), end)
    for at in range(start, digits - 7):
        cells = [line[at : at + 8] for line in lines]
        if digits - start > 8 and any(_share(cells, pattern) >= NEARLY for pattern in DATES):
            parts = [(start, at), (at, at + 8), (at + 8, end)]
            return [
                part
                for a, b in parts
                if b > a
                for part in ([(a, b)] if (a, b) != (at + 8, end) else _with_dates(lines, (a, b)))
            ]
    return [span]


def _digits(lines: Sequence[str], at: int) -> bool:
    return _kind([line[at] if at < len(line) else " " for line in lines]) == "digit"


def _share(cells: Sequence[str], pattern: str) -> float:
    return sum(bool(re.search(pattern, cell)) for cell in cells) / max(1, len(cells))


def _one_value(lines: Sequence[str], left: Span, right: Span, catalogue: Catalogue) -> bool:
    """Two spans with one blank between them that only together read as something: `302 PPC`."""
    if not all(line[right[0] - 1] == " " for line in lines) or any(
        line[left[0] : right[0]].endswith("  ") for line in lines
    ):
        return False
    both = readings([line[left[0] : right[1]].strip() for line in lines], catalogue)
    alone = [readings([line[a:b].strip() for line in lines], catalogue) for a, b in (left, right)]
    special = ("sections", "date", "people")
    return any(both.get(name, 0.0) >= 0.8 > max(one.get(name, 0.0) for one in alone) for name in special)
