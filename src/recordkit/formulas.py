"""The texts that a spreadsheet would run when it opens them: every CSV and workbook of ours keeps them text."""

from __future__ import annotations

# With the line feed and the wide signs of East Asian keyboards, which some spreadsheets take for the plain ones.
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
PATTERN = r"^([=+\-@\t\r\n\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}])"  # as polars spells it
