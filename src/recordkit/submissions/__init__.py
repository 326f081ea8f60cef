"""The standardised records of every input of an edition: from the cache where they are there, else read now."""

from recordkit.submissions.gathering import Records, gather
from recordkit.submissions.inputs import Wanted, schemas_sha256, wanted

__all__ = ["Records", "Wanted", "gather", "schemas_sha256", "wanted"]
