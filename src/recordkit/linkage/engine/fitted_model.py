"""A fitted model: for every comparison the shares m (of matches) and u (of others) at every level."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from recordkit.linkage.engine.dependence_tree import Nested
from recordkit.linkage.engine.model_spec import ModelSpec

Shares = npt.NDArray[np.float64]
# By judgement: odds of a thousand million to one.
MOST = 30.0  # bits: no level weighs more than this, for or against


@dataclass(frozen=True)
class Model:
    """m and u: by comparison, one share per declared level and one for else. prior: log2 odds of a random pair.

    company: weights of the levels of collective evidence (missing, none, one, more in common), when it was fitted.
    scale: what a bit of every comparison counts, and together: what a bit of agreements that often come together
    takes away, both as calibrated; the declared ones when empty. kin: shares of pairs of two people of one household
    (u where a comparison is not `shared`; empty when none is), and kin_prior the log2 odds of a random pair for it.
    nested: shared comparisons of which one implies the other by chance.
    """

    spec: ModelSpec
    m: tuple[Shares, ...]
    u: tuple[Shares, ...]
    prior: float = -20.0
    company: tuple[float, ...] = ()
    scale: tuple[float, ...] = ()
    together: tuple[float, ...] = ()
    kin: tuple[Shares, ...] = ()
    kin_prior: float = -math.inf
    nested: tuple[Nested, ...] = ()

    @property
    def scales(self) -> tuple[float, ...]:
        """What a bit of every comparison counts: 1 until calibrated."""
        return self.scale or (1.0,) * len(self.spec.comparisons)

    @property
    def chances(self) -> tuple[float, ...]:
        """What a bit of every set of `together` takes away."""
        return self.together or tuple(one.weight for one in self.spec.together)

    def weights(self, place: int) -> npt.NDArray[np.float32]:
        """Match weight in bits by level code: 0 for missing, then the levels, then else. Declared ones are as they are
        shown, to two places, so that those who add them up get the sum."""
        found = np.log2(self.m[place]) - np.log2(self.u[place])
        found = found.round(2) if self.spec.comparisons[place].u else found
        clipped = np.clip(found, -MOST, MOST) * self.scales[place]
        for at, level in enumerate(self.spec.comparisons[place].levels):
            clipped[at] = 0.0 if level.neutral else clipped[at]
            clipped[at] = clipped[at] if level.most is None else min(clipped[at], level.most)
        return np.concatenate([[0.0], clipped]).astype(np.float32)

    def household_weights(self, place: int) -> npt.NDArray[np.float32]:
        """Bits by level code by which a level speaks for one household and against strangers."""
        found = np.clip(np.log2(self.kin[place]) - np.log2(self.u[place]), -MOST, MOST)
        for at, level in enumerate(self.spec.comparisons[place].levels):
            found[at] = 0.0 if level.neutral else found[at]
        return np.concatenate([[0.0], found]).astype(np.float32)

    def level_names(self, place: int) -> list[str]:
        """Names by level code."""
        return self.spec.comparisons[place].level_names

    def with_prior(self, prior: float) -> Model:
        """The same model with another prior."""
        return replace(self, prior=prior)

    def as_data(self) -> dict[str, Any]:
        """JSON-able: levels, m, u and match weights in the words that Splink uses."""
        comparisons = []
        for place, one in enumerate(self.spec.comparisons):
            weights = self.weights(place)[1:]
            levels = [
                {"level": name, "m_probability": float(m), "u_probability": float(u), "match_weight": float(w)}
                for name, m, u, w in zip(
                    self.level_names(place)[1:], self.m[place], self.u[place], weights, strict=True
                )
            ]
            comparisons.append({"comparison": one.name, "column": one.column, "levels": levels})
        return {
            "version": 1, "prior_match_weight": self.prior, "company": list(self.company),
            "scale": list(self.scales), "together": list(self.chances), "kin": self._kin_as_data(),
            "nested": [float(part) for one in self.nested for part in (one.first, one.second, one.bits)],
            "comparisons": comparisons,
        }  # fmt: skip

    def _kin_as_data(self) -> list[float]:
        """The prior, then the shares of every comparison and level; empty where households are not spoken of."""
        return [self.kin_prior, *(float(share) for shares in self.kin for share in shares)] if self.kin else []

    @classmethod
    def from_data(cls, data: Mapping[str, Any], spec: ModelSpec) -> Model:
        """A model saved by `as_data`, for the same declaration."""
        levels = {one["comparison"]: one["levels"] for one in data["comparisons"]}
        shares = [
            [np.array([level[name] for level in levels[one.name]]) for one in spec.comparisons]
            for name in ("m_probability", "u_probability")
        ]
        kin_prior, *flat = data.get("kin") or [-math.inf]
        ends = np.cumsum([len(one) for one in shares[0]])
        return cls(
            spec, tuple(shares[0]), tuple(shares[1]), data["prior_match_weight"], tuple(data["company"]),
            tuple(data.get("scale", ())), tuple(data.get("together", ())),
            tuple(np.split(np.array(flat), ends[:-1])) if flat else (), kin_prior, _nested(data.get("nested", ())),
        )  # fmt: skip


def declared(spec: ModelSpec) -> Model | None:
    """The model of a declaration that has all its weights; None where they are fitted."""
    if spec.prior is None:
        return None
    m, u = (tuple(np.array(getattr(one, name)) for one in spec.comparisons) for name in "mu")
    return Model(spec, m, u, spec.prior)


def _nested(flat: Sequence[float]) -> tuple[Nested, ...]:
    parts = zip(flat[::3], flat[1::3], flat[2::3], strict=True)
    return tuple(Nested(int(first), int(second), bits) for first, second, bits in parts)
