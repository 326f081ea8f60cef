"""Lists of people or cases from anywhere, made ready to be deduplicated: no store, and no sender needed."""

from __future__ import annotations
