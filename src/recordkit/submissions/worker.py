"""A process that standardises files for another one: what comes of them goes into the cache of the store.

    python -m recordkit.submissions.worker CACHE MEMORY LOOSENING SCHEMAS [SCHEMAS ...]

It reads one line of JSON for each file, and answers each with one line. It says nothing of a file: what is not in the
cache afterwards is read by the process that asked, which has the words and the rights for whatever is wrong.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path

from recordkit import store
from recordkit.errors import RecordkitError
from recordkit.ingest import declare
from recordkit.readers import machine_memory
from recordkit.submissions.inputs import Wanted, schemas_sha256
from recordkit.submissions.shelf import Shelf

DONE = "done\n"


def main(arguments: list[str]) -> None:
    """Answer until the one who asks is gone."""
    cache, memory, loosening, *folders = arguments
    dirs = [Path(one) for one in folders]
    declared = declare(dirs, allow_loosening=loosening == "yes")
    # The sum is made here: should a declaration change while the processes start, nobody looks for what is made by it.
    key = store.encryption.find_key(store.encryption.STORE)
    shelf = Shelf(declared, store.Cache(Path(cache), key), schemas_sha256(dirs))
    with machine_memory.limited(memory or None):
        for line in sys.stdin:
            item = json.loads(line)
            with suppress(RecordkitError, OSError):  # the one who asks will meet it, and say it
                shelf.entry(Wanted(item["sha256"], item["name"], item["received"], Path(item["path"])))
            sys.stdout.write(DONE)
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
