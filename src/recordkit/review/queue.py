"""Which pairs are asked about: the grey ones of an edition, those people disagree on, a second look, a sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import details, stable_ids, store
from recordkit.findings import Masks
from recordkit.linkage import human_decisions
from recordkit.linkage.edges import LINKS
from recordkit.review import pair_view
from recordkit.store import Edition

PAIR = ["kind", "left_id", "right_id"]


@dataclass(frozen=True)
class Choice:
    """Which of the pairs: of a kind, about a head, a province, an agency; worth at least so many figures."""

    kind: str | None = None
    head: str | None = None
    province: str | None = None
    agency: str | None = None
    worth: int = 0


@dataclass(frozen=True)
class Pairs:
    """pairs: LINKS columns, worth (figures that the answer may move), head, province, agency; in a sample also
    share and said. sides: by kind, what is known of every ref. masks: how it is hidden when it is shown."""

    edition: str
    pairs: pl.DataFrame
    sides: Mapping[str, pl.DataFrame]
    decisions: pl.DataFrame
    masks: Masks | None = None

    def to_dicts(self) -> list[dict[str, Any]]:
        """Every pair as one record for a screen, a file or a pipe; its sides hold only what is known, and `equal`
        names the fields on which they agree (`differ`: do not), whatever masks hide."""
        answers = _answers(self.decisions)
        known = {kind: {row["ref"]: row for row in frame.to_dicts()} for kind, frame in self.sides.items()}
        shown = known if self.masks is None else self._masked(self.masks)
        out = []
        for row in self.pairs.to_dicts():
            fields = pair_view.FIELDS[row["kind"]]
            one, other = (known[row["kind"]][row[f"{side}_id"]] for side in ("left", "right"))
            both = [name for name in fields if one[name] is not None and other[name] is not None]
            row["equal"] = [name for name in both if one[name] == other[name]]
            row["differ"] = [name for name in both if one[name] != other[name]]
            for side in ("left", "right"):
                values = shown[row["kind"]][row[f"{side}_id"]]
                row[side] = {name: values[name] for name in fields if values[name] is not None}
            out.append(row | {"answers": answers.get((row["kind"], row["left_id"], row["right_id"]), [])})
        return out

    def _masked(self, masks: Masks) -> dict[str, dict[str, dict[str, Any]]]:
        hidden = {kind: pair_view.masked(frame, pair_view.FIELDS[kind], masks) for kind, frame in self.sides.items()}
        return {kind: {row["ref"]: row for row in frame.to_dicts()} for kind, frame in hidden.items()}


def opened(root: Path, edition_id: str | None = None) -> tuple[Edition, pl.DataFrame]:
    """The edition and all decisions of the ledger, as a DECISIONS frame with `seq`."""
    edition = store.understood(store.open_edition(root, edition_id))
    if "review" not in edition.tables:
        raise store.StoreError(
            details.text("no_review_queue", edition=edition.id), details.text("compile_with_this_version")
        )
    return edition, human_decisions.from_entries(store.ledger.decisions(root)[0])


def queue(edition: Edition, decisions: pl.DataFrame, choice: Choice, masks: Masks | None) -> Pairs:
    """The undecided pairs, those first whose answer is likeliest to change something. masks: None shows values."""
    ready = _chosen(edition, edition.scan("review").collect(), choice)
    about = ready.select("left_id", "right_id", "joined", "cluster", pl.col("worth").cast(pl.Float64).clip(1.0))
    asked = human_decisions.queue(ready.drop("worth", "joined", "cluster"), decisions, about).drop("priority")
    return _pairs(edition, asked.with_columns(pl.col("worth").cast(pl.Int64)), decisions, masks)


def second(edition: Edition, decisions: pl.DataFrame, who: str, choice: Choice, masks: Masks | None) -> Pairs:
    """Pairs that others have answered and `who` has not: for a second opinion, their answers not shown."""
    every = human_decisions.ordered(decisions)
    mine = every.filter(pl.col("decided_by") == who).select(PAIR)
    others = every.filter(pl.col("decided_by") != who).select(PAIR).unique().sort(PAIR)
    chosen = _chosen(edition, _as_links(edition, others.join(mine, on=PAIR, how="anti")), choice)
    return _pairs(edition, _by_worth(chosen), decisions.clear(), masks)


def disagreeing(edition: Edition, decisions: pl.DataFrame, choice: Choice, masks: Masks | None) -> Pairs:
    """Pairs on which the last words of two people differ."""
    links = _as_links(edition, human_decisions.disagreements(decisions).select(PAIR))
    return _pairs(edition, _by_worth(_chosen(edition, links, choice)), decisions, masks)


def drawn(edition: Edition, size: int, seed: int, masks: Masks | None) -> Pairs:
    """A random sample of judged pairs for labelling, joined or not, in random order: the same for the same edition
    and seed. `said`: the linker joined the two; `share`: how many pairs each stands for."""
    joined = edition.scan("links").filter(pl.col("kind") != "related").collect()
    every = pl.concat([joined, edition.scan("review").collect()]).unique("link_id", keep="first", maintain_order=True)
    sampled = human_decisions.sample(every, size, seed)
    marked = sampled.with_columns(said=pl.col("link_id").is_in(joined["link_id"].implode()))
    order = stable_ids.hash_text(pl.select(pl.lit(f"order {seed}:") + marked["link_id"]).to_series())
    shuffled = marked.with_columns(pl.Series("order", order)).sort("order").drop("order", "band")
    ready = _chosen(edition, shuffled, Choice()).drop("joined", "cluster")
    return _pairs(edition, ready, human_decisions.from_entries([]), masks)


def _as_links(edition: Edition, pairs: pl.DataFrame) -> pl.DataFrame:
    """Pairs of the ledger as rows of `links`, with what the linker says of them where it says something."""
    judged = pl.concat([edition.scan("links"), edition.scan("review")]).collect().unique("link_id", keep="first")
    low, high = pl.min_horizontal("left_id", "right_id"), pl.max_horizontal("left_id", "right_id")
    links = judged.with_columns(low=low, high=high).drop("left_id", "right_id", "link_id")
    rows = pairs.join(links, left_on=PAIR, right_on=["kind", "low", "high"], how="left", maintain_order="left")
    ids = stable_ids.link_ids(rows["kind"], rows["left_id"], rows["right_id"])
    return rows.with_columns(
        ids, pl.col("reasons").fill_null(pl.lit([], dtype=pl.List(pl.String))), pl.col("decision").fill_null("human")
    ).select(list(LINKS))  # fmt: skip


def _by_worth(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.drop("joined", "cluster").sort("worth", "link_id", descending=[True, False])


def _chosen(edition: Edition, links: pl.DataFrame, choice: Choice) -> pl.DataFrame:
    """`links` with worth, head, province and agency (of either side), joined (both sides are one now) and cluster (the
    case or person of the side with more figures), those chosen only. A pair of which a side is no longer in the edition
    is left out."""
    parts = []
    for kind in pair_view.FIELDS:
        mine = links.filter(pl.col("kind") == kind)
        refs = pl.concat([mine["left_id"], mine["right_id"]]).unique()
        about = figures_affected(edition, kind, refs)
        both = mine.join(about, left_on="left_id", right_on="ref", maintain_order="left")
        parts.append(both.join(about, left_on="right_id", right_on="ref", suffix="_right", maintain_order="left"))
    larger = pl.when(pl.col("figures") >= pl.col("figures_right")).then("group").otherwise("group_right")
    pairs = pl.concat(parts).with_columns(
        worth=pl.min_horizontal("figures", "figures_right"), joined=pl.col("group") == pl.col("group_right"),
        cluster=larger.fill_null(pl.coalesce("group", "group_right")),
    )  # fmt: skip
    fits = [
        pl.any_horizontal([(pl.col(one) == wanted).fill_null(False) for one in (name, f"{name}_right")])
        for name in ("head", "province", "agency")
        if (wanted := getattr(choice, name)) is not None
    ]
    fits += [pl.col("kind") == choice.kind] if choice.kind else []
    chosen = pairs.filter(pl.col("worth") >= choice.worth, *fits)
    return chosen.drop("figures", "group", "^.*_right$")


def _pairs(edition: Edition, pairs: pl.DataFrame, decisions: pl.DataFrame, masks: Masks | None) -> Pairs:
    shown = {}
    for kind, of in (("person", pair_view.people), ("case", pair_view.cases)):
        mine = pairs.filter(pl.col("kind") == kind)
        shown[kind] = of(edition, pl.concat([mine["left_id"], mine["right_id"]]))
    return Pairs(edition.id, pairs, shown, decisions, masks)


def _answers(decisions: pl.DataFrame) -> dict[tuple[str, str, str], list[dict[str, str]]]:
    """Every answer that stands in the ledger, oldest first, under both orders of its pair."""
    by_pair: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for kind, left, right, verdict, who, at, _ in decisions.sort("seq").rows():
        for pair in {(kind, left, right), (kind, right, left)}:
            by_pair.setdefault(pair, []).append({"who": who, "verdict": verdict, "at": at})
    return by_pair


ABOUT = {
    "ref": pl.String, "group": pl.String, "figures": pl.Int64, "head": pl.String, "province": pl.String,
    "agency": pl.String,
}  # fmt: skip


def figures_affected(edition: Edition, kind: str, refs: pl.Series) -> pl.DataFrame:
    """ABOUT, one row per ref; `group`: the case or person that it is in. Figures of a case: the case, its charges,
    victims and accused, each counted once (an enquiry: 0).
    Person: the mentions that stand under one identity. A pair is worth its smaller side."""
    return _people(edition, refs) if kind == "person" else _cases(edition, refs)


def _cases(edition: Edition, refs: pl.Series) -> pl.DataFrame:
    wanted = pl.LazyFrame({"ref": refs}, schema={"ref": pl.String})
    about = pl.col("case_id", "stage", "records", "province", "agency")
    exploded = edition.scan("cases").select(about, head="npb_head").explode("records").rename({"records": "ref"})
    found = exploded.join(wanted, on="ref", how="semi")
    ids = found.select("case_id").unique()
    charges = edition.scan("charges").join(ids, on="case_id", how="semi").group_by("case_id").agg(charges=pl.len())
    counted = pl.col("role").is_in(["accused", "victim"])
    people = edition.scan("persons").filter(counted).join(ids, on="case_id", how="semi").group_by("case_id")
    whole = found.join(charges, on="case_id", how="left").join(people.agg(people=pl.len()), on="case_id", how="left")
    figures = 1 + pl.col("charges").fill_null(0) + pl.col("people").fill_null(0)
    counted_as = pl.when(pl.col("stage") == "case").then(figures).otherwise(0)
    return _conform(whole.with_columns(group="case_id", figures=counted_as))


def _people(edition: Edition, refs: pl.Series) -> pl.DataFrame:
    wanted = pl.LazyFrame({"ref": refs}, schema={"ref": pl.String})
    persons = edition.scan("persons").select("person_id", "case_id", "mention_refs")
    found = persons.explode("mention_refs").rename({"mention_refs": "ref"}).join(wanted, on="ref", how="semi")
    known = edition.scan("identities").select("person_id", figures="mentions")
    cases = edition.scan("cases").select("case_id", "province", "agency", head="npb_head")
    described = found.join(known, on="person_id", how="left").join(cases, on="case_id", how="left")
    return _conform(described.with_columns(group="person_id"))


def _conform(rows: pl.LazyFrame) -> pl.DataFrame:
    conformed = rows.select(pl.col(name).cast(dtype) for name, dtype in ABOUT.items())
    return conformed.collect(engine="streaming").unique("ref", keep="any").sort("ref")
