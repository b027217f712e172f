"""Readers that misbehave, for the child process of ``test_child.py``; they import nothing that takes time."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from typology.errors import FileFormatError


def echo(raw: bytes, file: str, **options: Any) -> Iterator[Any]:
    """What arrives."""
    yield file
    yield options
    yield list(raw)
    yield ["Köln", "\ud800", "a\nb\r\x85\u2028", 1.5, float("inf"), None]


def modules(raw: bytes, file: str, of: str) -> Iterator[Any]:
    """What is loaded once the reader of a format is."""
    from typology.files.labelled import labels_and_columns
    from typology.files.spreadsheet import text_of_sheet

    with tempfile.TemporaryDirectory() as folder:
        list(text_of_sheet(raw, file, folder, "") if of == "xlsx" else labels_and_columns(raw, file, of))
    yield sorted(sys.modules)


def environment(raw: bytes, file: str) -> Iterator[Any]:
    yield os.getpid(), os.getcwd(), sys.path


def refuse(raw: bytes, file: str) -> Iterator[Any]:
    yield "begun"
    raise FileFormatError(f"{file}: „ä“")


def fail(raw: bytes, file: str) -> Iterator[Any]:
    yield "begun"
    raise ValueError("two\nlines")


def run_in_circles(raw: bytes, file: str) -> Iterator[Any]:
    yield "begun"
    while True:
        pass


def wait_for_nothing(raw: bytes, file: str) -> Iterator[Any]:
    yield "begun"
    os.read(os.pipe()[0], 1)


def abort(raw: bytes, file: str) -> Iterator[Any]:
    yield "begun"
    os.abort()


def leave(raw: bytes, file: str) -> Iterator[Any]:
    """End as if all were well, before the end."""
    yield "begun"
    sys.stdout.flush()
    os._exit(0)


def eat(raw: bytes, file: str) -> Iterator[Any]:
    yield "begun"
    held = []
    while True:
        held.append(bytes(50_000_000))


def chatter(raw: bytes, file: str) -> Iterator[Any]:
    """Print to both outputs, from Python and past it."""
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        os.write(number, b"[1, 2\n\xff" * 20_000)
        print('"end"', file=stream, flush=True)
    yield "said"
