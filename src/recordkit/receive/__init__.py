"""Takes files from bytes to typed, validated records, and accounts for every row."""

from recordkit.receive import failing, linked, returned
from recordkit.receive.collected import COUNTS, Sink
from recordkit.receive.declared import Declarations, declare
from recordkit.receive.quarantine import SCHEMA as QUARANTINE
from recordkit.receive.received import Received, nothing, receive
from recordkit.receive.several import several
from recordkit.receive.sheet import Keep
from recordkit.receive.tally import Tally

__all__ = [
    "COUNTS", "QUARANTINE", "Declarations", "Keep", "Received", "Sink", "Tally", "declare", "failing", "linked",
    "nothing", "receive", "returned", "several",
]  # fmt: skip
