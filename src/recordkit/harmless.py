"""What strangers wrote, made safe to be shown: nothing in it steers a terminal or breaks out of a log."""

from __future__ import annotations

import re

# Control characters (a tab and a line feed are none here), and marks that turn the direction of text around.
UNSAFE = "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
_UNSAFE = re.compile(UNSAFE)
_OR_COLOUR = re.compile("(\u001b\\[[0-9;]*m)|" + UNSAFE)


def plain(text: str) -> str:
    """The text with a mark in the place of everything unsafe."""
    return _UNSAFE.sub("\ufffd", text)


def coloured(text: str) -> str:
    """`plain`, but for our own colours."""
    return _OR_COLOUR.sub(lambda found: found.group(1) or "\ufffd", text)


def escaped(json: str) -> str:
    """JSON that says the same without an unsafe character in it."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found.group()):04x}", json)
