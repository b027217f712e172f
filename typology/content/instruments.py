"""The instruments whose spread the type sheets show: which answer means that a municipality has one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from typology.content.reading import Key, Strict, Text, find_file, read_yaml, validate
from typology.errors import ContentError, Problem

FILE = "instruments.yaml"


class Instrument(Strict):
    """One item of the block ``structure``. ``level``: this answer means yes; ``without``: every other one does."""

    key: Key
    label: Text
    level: str = ""
    without: str = ""

    @model_validator(mode="after")
    def _one_rule(self) -> Instrument:
        if bool(self.level) == bool(self.without):
            raise ValueError("genau eines von level und without angeben")
        return self


class InstrumentsFile(Strict):
    """``instruments.yaml``."""

    quelle: Annotated[str, Field(min_length=1)]
    instruments: tuple[Instrument, ...]


@lru_cache(maxsize=8)
def load_instruments(overlay: Path | None = None) -> InstrumentsFile:
    """Read ``instruments.yaml``, the survey's own if it has one.

    Raises
    ------
    ContentError : with every problem of the file at once.
    """
    file = validate(InstrumentsFile, read_yaml(find_file(FILE, overlay)), FILE)
    keys = [item.key for item in file.instruments]
    problems = [
        Problem("fehler", "inhalt", "Schlüssel steht doppelt", file=FILE, column=key)
        for key in sorted({key for key in keys if keys.count(key) > 1})
    ]
    if problems:
        raise ContentError(f"{FILE}: {len(problems)} Angabe(n) sind nicht zulässig.", problems)
    return file
