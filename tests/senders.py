"""Small declarations of senders that several tests share, and where a folder of declarations keeps them."""

from __future__ import annotations

from pathlib import Path

# A statement with a column for each head.
WIDE = """
[[format]]
id = "wide"
unit = "return"
columns = [{ field = "district", required = true }]
reshape = { unpivot = { into = ["head"], known = ["heads"] } }
"""
# A list of accused persons, with plain English headers.
PEOPLE = """id = "mine"
name = "Mine"
kind = "police"
[[format]]
id = "list"
unit = "person"
columns = [
  { field = "district", headers = ["District"] }, { field = "police_station", headers = ["Police Station"] },
  { field = "fir_no", headers = ["FIR No"] }, { field = "registered_on", headers = ["Date of FIR"] },
  { field = "sections", headers = ["Under Section"] }, { field = "name", headers = ["Accused Name"] },
  { field = "father_name", headers = ["Father Name"] }, { field = "cnic", headers = ["CNIC"] },
]
constants = { role = "accused" }
"""


def declared(folder: Path, agency: str, text: str) -> Path:
    """`folder` as an overlay in which this agency is declared."""
    place = folder / "agencies"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{agency}.toml").write_text(text, encoding="utf-8")
    return folder


def statements(folder: Path, periods: str) -> Path:
    """An overlay with one sender of wide statements in files zw_*, whose months come from these `periods`."""
    format_ = f'{WIDE}file = {{ names = ["zw_*"] }}\nperiod = {{ sources = {periods} }}\n'
    return declared(folder, "statements_of", f'id = "statements_of"\nname = "Statements"\nkind = "statements"{format_}')
