"""Submissions that belong together, made into the rows of an edition: field by field, by a rule for each."""

from recordkit.linkage.merging.cases import cases, outvoted, related
from recordkit.linkage.merging.charges import charges
from recordkit.linkage.merging.people import identities, persons
from recordkit.linkage.merging.services import placed_services, services

__all__ = ["cases", "charges", "identities", "outvoted", "persons", "placed_services", "related", "services"]
