"""Whatever the bytes: no crash, no hang, no row lost, no row twice; each input is read or refused by name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fuzzing import check, seeds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tried import examples

TEXTS = ["text", "bom", "utf-16", "cp1256", "fixed"]
PACKED = ["gzip", "zip"]
MARKUP = ["html", "xml"]
BOOKS = ["xlsx", "xls", "ods"]
RELAXED = [HealthCheck.too_slow, HealthCheck.data_too_large]
FRAGMENTS = st.sampled_from(
    [b'"', b'""', b",", b";", b"\t", b"|", b"\n", b"\r", b"\r\n", b"\0", b"\x1a", b"\xff", b"\xfe\xff", b"\xd8\x00",
     b"<", b">", b"</table>", b"<table>", b"&#0;", b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"x" * 300, b',"' * 50]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, names: list[str]) -> bytes:
    """A seed, changed in a few places, perhaps cut off."""
    data = bytearray(seeds()[draw(st.sampled_from(names))])
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        how = draw(st.sampled_from(["flip", "insert", "remove", "repeat"]))
        if how == "flip" and data:
            data[at] ^= draw(st.integers(1, 255))
        elif how == "insert":
            data[at:at] = draw(st.one_of(FRAGMENTS, st.binary(max_size=8)))
        elif how == "remove":
            del data[at : at + draw(st.integers(1, 40))]
        else:
            data[at:at] = data[at : at + 60] * draw(st.integers(1, 5))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


@examples(150, suppress_health_check=RELAXED)
@given(damaged(TEXTS))
def test_damaged_texts(data):
    check(data)


@examples(60, suppress_health_check=RELAXED)
@given(damaged(PACKED))
def test_damaged_archives(data):
    check(data)


@examples(10, suppress_health_check=RELAXED)
@given(damaged(BOOKS + MARKUP))
def test_damaged_workbooks(data):
    check(data, "x.xls")


@pytest.mark.slow
@settings(deadline=None, max_examples=400, suppress_health_check=RELAXED)
@given(damaged(BOOKS + MARKUP))
def test_many_damaged_workbooks(data):
    check(data, "x.xls")


@pytest.mark.slow
@pytest.mark.parametrize("target", ["text", "fixed", "archive", "markup", "facts", "books", "fields"])
def test_atheris(target, tmp_path):
    pytest.importorskip("atheris")
    harness, *named = ["atheris_fields.py"] if target == "fields" else ["atheris_readers.py", target]
    limits = ["-max_total_time=120", "-rss_limit_mb=2048", "-timeout=60", "-max_len=4096"]
    command = [sys.executable, Path(__file__).with_name(harness), *named, *limits, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
