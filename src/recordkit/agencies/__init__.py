"""Agencies: how each sender's files look, and which declared format fits a sheet."""

from recordkit.agencies.catalogue import Catalogue, load
from recordkit.agencies.choosing import Choice, SheetMatch, choose
from recordkit.agencies.declaration import Agency, Column, Format

__all__ = ["Agency", "Catalogue", "Choice", "Column", "Format", "SheetMatch", "choose", "load"]
