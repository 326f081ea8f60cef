"""Data that can be shared: public tables of an edition in which nobody can be told, approved by name and kept in a
ledger.

What may leave is declared in release.toml: a class for every column, the tables, the least counts. `declaration`
reads it, `population` and `cells` count, `suppression` chooses what stays unpublished, `feasibility` checks that by
its own way, `history` keeps what was released, `publishing` writes it, `checking` looks at it again later.
"""

from __future__ import annotations

from recordkit.releases.checking import Checked, check
from recordkit.releases.declaration import File, Policy, load
from recordkit.releases.publishing import Draft, draft, publish

__all__ = ["Checked", "Draft", "File", "Policy", "check", "draft", "load", "publish"]
