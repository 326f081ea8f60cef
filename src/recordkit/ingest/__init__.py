"""Takes files from bytes to typed, validated records, and accounts for every row."""


from recordkit.ingest import cross_file, file_errors, source_file
from recordkit.ingest.batch import receive_files
from recordkit.ingest.collector import COUNTS, Sink
from recordkit.ingest.config import Declarations, declare
from recordkit.ingest.quarantine import SCHEMA as QUARANTINE
from recordkit.ingest.quarantine import Tally
from recordkit.ingest.sheet import Keep
from recordkit.ingest.source_file import Received, keep_nothing, receive

__all__ = [
    "COUNTS",
    "QUARANTINE",
    "Declarations",
    "Keep",
    "Received",
    "Sink",
    "Tally",
    "cross_file",
    "declare",
    "file_errors",
    "keep_nothing",
    "receive",
    "receive_files",
    "source_file",
]  # fmt: skip
