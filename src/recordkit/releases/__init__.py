"""Data that can be shared: public tables and microdata of an edition in which nobody can be found, approved by name and
kept in a ledger.

What may leave is declared in release.toml: a class for every column, the tables, the microdata, the least counts.
`declaration` reads it. Tables: `population` and `cells` count, `suppression` chooses what stays unpublished,
`feasibility` checks that by its own way. Microdata: `records` gathers, `generalising` puts into classes of k,
`withholding` takes out what these would tell, `microdata` checks that as a stranger would, `risk` measures. `drafts`
makes either, `publishing` writes it, `history` keeps what was released, `checking` looks at it again later.
"""

from __future__ import annotations

from recordkit.releases import package
from recordkit.releases.checking import Checked, check
from recordkit.releases.declaration import File, Policy, load
from recordkit.releases.drafts import MICRODATA, draft, draft_microdata
from recordkit.releases.publishing import Draft, publish

__all__ = [
    "MICRODATA", "Checked", "Draft", "File", "Policy", "check", "draft", "draft_microdata", "load", "package",
    "publish",
]  # fmt: skip
