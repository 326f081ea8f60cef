"""Submissions that belong together, made into the rows of an edition: the newest value wins."""

from recordkit.linkage.merging.cases import cases, related
from recordkit.linkage.merging.charges import charges
from recordkit.linkage.merging.identities import identities
from recordkit.linkage.merging.persons import persons
from recordkit.linkage.merging.services import placed_services, services

__all__ = ["cases", "charges", "identities", "persons", "placed_services", "related", "services"]
