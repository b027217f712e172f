"""The instruments whose spread the type sheets show: which answer means that a municipality has one."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from typology.content.reading import UNFIT, Key, Strict, Text, find_twice, load, remembered
from typology.content.sources import Sourced
from typology.errors import ContentError, Findings
from typology.writing import Said

FILE = "instruments.yaml"


class Instrument(Strict):
    """One item of the block ``structure``. ``level``: this answer means yes; ``without``: every other one does."""

    key: Key = Field(description="question of the block structure")
    label: Text = Field(description="printed name")
    level: str = Field(default="", description="the answer that means yes")
    without: str = Field(default="", description="the answer that means no; every other one means yes")

    @model_validator(mode="after")
    def _one_rule(self) -> Instrument:
        if bool(self.level) == bool(self.without):
            raise ValueError(Said("content.level_or_without"))
        return self


class InstrumentsFile(Sourced):
    """``instruments.yaml``."""

    instruments: tuple[Instrument, ...] = Field(description="the instruments, in the order in which they are printed")


@remembered
def load_instruments(overlay: Path | None = None) -> InstrumentsFile:
    """Read ``instruments.yaml``, the survey's own if it has one.

    Raises
    ------
    ContentError : with every problem of the file at once.
    """
    file = load(InstrumentsFile, FILE, overlay)
    found = Findings(FILE)
    find_twice([item.key for item in file.instruments], found)
    found.raise_if_failed(ContentError, UNFIT)
    return file
