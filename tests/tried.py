"""How many examples a law is tried on: few with every change, always the same ones; many by night, others each time."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

MANY = os.environ.get("RECORDKIT_EXAMPLES") == "many"  # by night: ten times as many as a test asks for
FEWEST = 3


def examples(most: int, **more: Any) -> settings:
    """Settings for a law that is worth `most` examples: a fifth of them with every change."""
    count = 10 * most if MANY else max(min(most, FEWEST), most // 5)
    # No deadline: a busy machine is no failure.
    return settings(max_examples=count, deadline=None, derandomize=not MANY, **more)
