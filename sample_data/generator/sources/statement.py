"""Monthly crime statements: what the provinces themselves count, with totals, subtotals, gaps and slips."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from .. import merged
from ..cells import Cell, Item, Raw, Row, Skip
from ..facts import MONTHS, districts, in_force
from ..inbox import Sheet, delimited, xlsx
from ..truth import File, Return
from .common import LONG, SHORT, Context

HEADS = (
    "Murder",
    "Attempt to Murder",
    "Kidnapping/Abduction",
    "Dacoity",
    "Robbery",
    "Burglary",
    "Cattle Theft",
    "Other Theft",
    "Others",
)
SPELT = {
    "Punjab": HEADS,
    "Sindh": (
        "MURDER",
        "Att. to Murder",
        "Kidnapping",
        "Dacocity",
        "Robbery",
        "Burglary",
        "Cattle Theft",
        "Other Theft",
        "Others",
    ),
    "KP": (
        "Murder",
        "Attempted Murder",
        "Kidnapping",
        "Dacoity",
        "Robbery",
        "Burglary",
        "Theft of Cattle",
        "Theft (Others)",
        "Misc",
    ),
    "KP Urdu": ("قتل", "اقدام قتل", "اغوا", "ڈکیتی", "راہزنی", "نقب زنی", "مویشی چوری", "چوری", "متفرق"),
}
Counts = dict[str, list[int | None]]  # district -> nine counts


def build(context: Context) -> None:
    """Eight statements a month."""
    for month in MONTHS:
        rng = context.rng(f"statement {month}")
        _punjab(context, rng, month)
        _heads_as_rows(context, rng, month, "Sindh", ("sindh",))
        _heads_as_rows(context, rng, month, "Balochistan", ("balochistan_police", "balochistan_levies"))
        _kp(context, rng, month)
        _short(context, month, "ICT", "Islamabad Capital Territory", "Islamabad", "islamabad")
        _short(context, month, "Railways", "", "", "railways")
        _gilgit(context, rng, month)
        _kashmir(context, rng, month)


def counted(context: Context, agencies: Sequence[str], month: str) -> Counts:
    """What the forces of a province registered in a month, by district and head."""
    tally: Counter[tuple[str, str]] = Counter()
    names = set()
    for agency in agencies:
        for case in context.world.cases[agency]:
            if case.extra.get("typo") or case.extra.get("tag_only"):
                continue
            names.add(case.station.district)
            if case.month == month:
                day = case.occurred.isoformat()
                best = merged.principal([merged.classify(charge, day) for charge in case.charges])
                if best and best["npb_head"]:
                    tally[case.station.district, best["npb_head"]] += 1
    return {name: [tally[name, head] for head in HEADS] for name in sorted(names)}


class Writer:
    """Gathers the counts of one statement while its lines are made."""

    def __init__(self, context: Context, month: str, province: str) -> None:
        self.context, self.month, self.province = context, month, province
        self.found: list[tuple[Row, str, str, int | None, bool, str, str, str]] = []

    def row(self, cells: dict[str, Cell]) -> Row:
        """A line that holds counts."""
        return Row("return", None, cells)

    def note(
        self,
        row: Row,
        district: str,
        head: str,
        count: int | None,
        raw: Raw,
        words: tuple[str, str],
        total: bool = False,
    ) -> None:
        """One cell of the statement and what it says."""
        total = total or head == "TOTAL"
        self.found.append((row, district, head, count, total, str("" if raw is None else raw), *words))

    def save(
        self,
        name: str,
        data: bytes,
        sheet: str,
        items: list[Item],
        layout: list[tuple[str, str]],
        kind: str,
        form: str,
        codes: tuple[str, ...] = (),
    ) -> File:
        """Write the file and its truth."""
        path = self.context.inbox.put(self.month, name, data)
        file = self.context.truth.file(File(path, "statement", form, kind, period=self.month, codes=codes))
        self.context.truth.sheet(file, sheet, items, layout)
        for row, district, head, count, total, raw, head_raw, district_raw in self.found:
            ref = f"{file.id}|{sheet}|{row.line}"
            self.context.truth.returns.append(
                Return(
                    "statement",
                    self.month,
                    self.province,
                    district,
                    head,
                    count,
                    total,
                    ref,
                    head_raw,
                    district_raw,
                    raw,
                )
            )
        return file


def _written(rng: random.Random, count: int | None) -> Raw:
    if count is None:
        return rng.choice(("", "-"))
    return f"{count:,}" if count >= 1000 else count


def _line(
    writer: Writer,
    rng: random.Random,
    district: str,
    shown: str,
    counts: list[int | None],
    heads: Sequence[str],
    total: int,
    first: dict[str, Cell] | None = None,
) -> Row:
    cells = dict(first or {})
    cells["district"] = Cell(shown)
    row = writer.row(cells)
    for head, word, count in zip(HEADS, heads, counts, strict=True):
        raw = _written(rng, count)
        cells[head] = Cell(raw)
        writer.note(row, district, head, count, raw, (word, shown))
    cells["TOTAL"] = Cell(total)
    writer.note(row, district, "TOTAL", total, total, ("Total", shown))
    return row


def _sum(rows: list[list[int | None]]) -> list[Raw]:
    columns = [sum(n or 0 for n in column) for column in zip(*rows, strict=True)]
    return [*columns, sum(columns)]


def _punjab(context: Context, rng: random.Random, month: str) -> None:
    writer = Writer(context, month, "Punjab")
    counts = counted(context, ("punjab",), month)
    regions: dict[str, list[str]] = {}
    for name in counts:
        regions.setdefault(districts()["Punjab", name]["division"], []).append(name)
    layout = [("Region", "division"), ("District", "district"), *((h, h) for h in HEADS), ("Total", "TOTAL")]
    items: list[Item] = [
        Skip("RK207", ["Punjab Police"]),
        Skip("RK207", [f"Monthly crime statement for {LONG[month]} 2026"]),
        Skip("RK208", [header for header, _ in layout]),
    ]
    for region in sorted(regions):
        for name in regions[region]:
            total = sum(n or 0 for n in counts[name])
            items.append(_line(writer, rng, name, name, counts[name], HEADS, total, {"division": Cell(region)}))
        items.append(Skip("RK211", [f"Total {region} Region", "", *_sum([counts[n] for n in regions[region]])]))
    grand = _sum(list(counts.values()))
    codes: tuple[str, ...] = ()
    if month == "2026-08":  # the grand total that does not add up
        grand[-1] = int(str(grand[-1])) + 2
        codes = ("RK215",)
    items.append(Skip("RK210", ["GRAND TOTAL", "", *grand]))
    data = xlsx([Sheet("Statement", layout, items, letterhead=2)])
    writer.save(
        f"Crime_Statement_Punjab_{month}.xlsx", data, "Statement", items, layout, "xlsx", "statement_punjab", codes
    )


def _heads_as_rows(context: Context, rng: random.Random, month: str, province: str, agencies: tuple[str, ...]) -> None:
    writer = Writer(context, month, province)
    counts = counted(context, agencies, month)
    names = list(counts)
    sindh = province == "Sindh"
    words = SPELT["Sindh"] if sindh else HEADS
    last = "Total" if sindh else "G.Total"
    layout = [("Crime Head" if sindh else "Head of Crime", "head"), *((n, n) for n in names), (last, "TOTAL")]
    title = f"CRIME STATEMENT {province.upper()}"
    items: list[Item] = [
        Skip("RK207", [title, f"{LONG[month].upper()} 2026"])
        if sindh
        else Skip("RK207", [f"{title} - {LONG[month].upper()} 2026"]),
        Skip("RK208", [header for header, _ in layout]),
    ]
    for place, (head, word) in enumerate(zip(HEADS, words, strict=True)):
        cells = {"head": Cell(word)}
        row = writer.row(cells)
        for name in names:
            count = counts[name][place]
            raw = _written(rng, count)
            cells[name] = Cell(raw)
            writer.note(row, name, head, count, raw, (word, name))
        total = sum(counts[n][place] or 0 for n in names)
        cells["TOTAL"] = Cell(total)
        writer.note(row, "", head, total, total, (word, last), True)
        items.append(row)
    items.append(
        Skip(
            "RK210",
            [
                "Total",
                *[sum(n or 0 for n in counts[name]) for name in names],
                sum(n or 0 for name in names for n in counts[name]),
            ],
        )
    )
    if sindh:
        data = delimited(items, layout)
        writer.save(f"Crime_Statement_Sindh_{month}.csv", data, "", items, layout, "delimited", "statement_sindh")
    else:
        data = xlsx([Sheet("Stmt", layout, items, letterhead=1)])
        writer.save(
            f"Crime_Statement_Balochistan_{month}.xlsx", data, "Stmt", items, layout, "xlsx", "statement_balochistan"
        )


def _kp(context: Context, rng: random.Random, month: str) -> None:
    writer = Writer(context, month, "Khyber Pakhtunkhwa")
    counts = counted(context, ("kp",), month)
    urdu = month == "2026-10"
    heads = SPELT["KP Urdu" if urdu else "KP"]
    layout = [
        ("ضلع" if urdu else "District", "district"),
        *zip(heads, HEADS, strict=True),
        ("کل" if urdu else "Total", "TOTAL"),
    ]
    items: list[Item] = [Skip("RK208", [header for header, _ in layout])]
    for name in counts:
        shown = districts()["Khyber Pakhtunkhwa", name]["urdu_name"] if urdu else name
        items.append(_line(writer, rng, name, shown or name, counts[name], heads, sum(n or 0 for n in counts[name])))
    items.append(Skip("RK210", ["Total KP", *_sum(list(counts.values()))]))
    writer.save(
        f"Crime_Statement_KP_{month}.csv", delimited(items, layout, ";"), "", items, layout, "delimited", "statement_kp"
    )


def _short(context: Context, month: str, word: str, province: str, district: str, agency: str) -> None:
    writer = Writer(context, month, province)
    counts = counted(context, (agency,), month)
    summed = [int(str(n)) for n in _sum(list(counts.values()))]
    if word == "ICT" and month == "2026-09":
        summed[8] += 3  # the force counts three that never reached us
    layout = [("Crime Head", "head"), ("Cases", "count")]
    items: list[Item] = [Skip("RK208", [header for header, _ in layout])]
    for head, count in zip(HEADS, summed[:9], strict=True):
        row = writer.row({"head": Cell(head), "count": Cell(count)})
        writer.note(row, district, head, count, count, (head, ""))
        items.append(row)
    items.append(Skip("RK210", ["Total", sum(summed[:9])]))
    writer.save(
        f"Crime_Statement_{word}_{month}.csv",
        delimited(items, layout),
        "",
        items,
        layout,
        "delimited",
        f"statement_{word.lower()}",
    )


def _made_up(rng: random.Random, province: str, silent: float, month: str) -> Counts:
    """Counts of a force that sends nothing else; a silent district is blank, not zero."""
    made: Counts = {}
    for (of, name), row in sorted(districts().items()):
        if of == province and in_force(row, f"{month}-01"):
            quiet = rng.random() < silent
            made[name] = [None if quiet else rng.choice((0, 0, 1, 2, 3, 5, 9)) for _ in HEADS]
    return made


def _gilgit(context: Context, rng: random.Random, month: str) -> None:
    writer = Writer(context, month, "Gilgit-Baltistan")
    counts = _made_up(rng, "Gilgit-Baltistan", 0.2, month)
    layout = [("District", "district"), *((h, h) for h in HEADS), ("Total", "TOTAL")]
    items: list[Item] = [Skip("RK208", [header for header, _ in layout])]
    for name in counts:
        blank = counts[name][0] is None
        row = _line(writer, rng, name, name, counts[name], HEADS, sum(n or 0 for n in counts[name]))
        if blank:  # a district that sent nothing has no total either
            row.cells["TOTAL"] = Cell("")
            last = writer.found.pop()
            writer.found.append((last[0], last[1], last[2], None, True, "", last[6], last[7]))
        items.append(row)
    items.append(Skip("RK210", ["Total", *_sum(list(counts.values()))]))
    codes: tuple[str, ...] = ()
    if month == "2026-10":  # thousands whose zeros were lost
        first = next(
            item for item in items if isinstance(item, Row) and counts[str(item.cells["district"].raw)][0] is not None
        )
        first.cells["Others"] = Cell("1,2")
        at = next(n for n, one in enumerate(writer.found) if one[0] is first and one[2] == "Others")
        one = writer.found[at]
        writer.found[at] = (one[0], one[1], one[2], None, False, "1,2", one[6], one[7])
        codes = ("RK325",)
    writer.save(
        f"Crime_Statement_GB_{month}.csv",
        delimited(items, layout),
        "",
        items,
        layout,
        "delimited",
        "statement_gb",
        codes,
    )


def _kashmir(context: Context, rng: random.Random, month: str) -> None:
    writer = Writer(context, month, "Azad Jammu and Kashmir")
    counts = _made_up(rng, "Azad Jammu and Kashmir", 0.1, month)
    layout = [("Period", "period"), ("District", "district"), ("Crime Head", "head"), ("Cases", "count")]
    items: list[Item] = [Skip("RK208", [header for header, _ in layout])]
    for name in counts:
        for head, count in zip(HEADS, counts[name], strict=True):
            raw = "" if count is None else count
            row = writer.row(
                {"period": Cell(f"{SHORT[month]}-2026"), "district": Cell(name), "head": Cell(head), "count": Cell(raw)}
            )
            writer.note(row, name, head, count, raw, (head, name))
            items.append(row)
    items.append(Skip("RK210", [f"{SHORT[month]}-2026", "", "TOTAL", int(str(_sum(list(counts.values()))[-1]))]))
    data = xlsx([Sheet("AJK", layout, items)])
    writer.save(f"Crime_Statement_AJK_{month}.xlsx", data, "AJK", items, layout, "xlsx", "statement_ajk")
