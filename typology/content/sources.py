"""The register of sources, and how the entries of all other files name them: ``quelle: KEY`` or ``"KEY, Art. 2"``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, ValidationInfo, model_validator
from pydantic_core import CoreSchema, core_schema

from typology.content.reading import (
    UNFIT,
    Key,
    Strict,
    Text,
    find_twice,
    load,
    remembered,
)
from typology.errors import ContentError, Findings, nearest
from typology.writing import Said, in_language

FILE = "sources.yaml"
BETWEEN = "; "
"""Between the sources of one entry."""


class Source(Strict):
    """One source. Of second hand is what is known only from reports on it; ``via`` says whose."""

    key: Key = Field(description="name in other files; small letters, digits, underscore")
    publisher: Annotated[str, Field(min_length=1)] = Field(description="who published it")
    title: Annotated[str, Field(min_length=1)] = Field(description="its title, or what it is about")
    year: str = Field(default="", description="year, where it is known")
    hand: Literal["erste", "zweite"] = Field(description="erste: read where it was published; zweite: after reports")
    via: str = Field(default="", description="of second hand: who reports on it, where that is known")
    extent: Text | None = Field(default=None, description="how much of it was read, or from whose view it is written")
    address: str = Field(default="", description="where it was found")
    used_for: Text = Field(description="what it is used for")

    @model_validator(mode="after")
    def _reported(self) -> Source:
        if self.via and self.hand == "erste":
            raise ValueError(Said("content.via_of_first_hand"))
        return self

    def printed(self) -> str:
        """The source as a reader sees it, in any language: titles are German, and pages mark them so.

        >>> load_sources()["fokus_efa"].printed()
        'Fraunhofer FOKUS für govdigital, Studie zur Nachnutzung von EfA-Leistungen (nach Kommune21)'
        """
        parts = [self.publisher, self.title, *([self.year] if self.year not in self.title else [])]
        text = ", ".join(parts)
        return in_language(Said("content.source_reported", text=text, via=self.via), "de") if self.via else text


class SourcesFile(Strict):
    """``sources.yaml``."""

    sources: tuple[Source, ...] = Field(description="the sources that entries of all files may name")


class Cited(str):
    """What an entry says of its sources: as they are printed, with their ``keys`` in the register.

    A file says keys, each with a place if wanted: ``"kommzg_by, Art. 2; stmi_by"``.
    """

    keys: tuple[str, ...] = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(_cited, core_schema.str_schema())


@remembered
def load_sources(overlay: Path | None = None) -> dict[str, Source]:
    """Read ``sources.yaml`` and what the survey's own adds, by key.

    Raises
    ------
    ContentError : with every problem of the file at once.

    Examples
    --------
    >>> load_sources()["kgst_pb"].printed()
    'KGSt, Happy Birthday, KGSt-Prozessbibliothek, 2017'
    """
    file = load(SourcesFile, FILE, overlay)
    found = Findings(FILE)
    find_twice([item.key for item in file.sources], found, "sources")
    found.raise_if_failed(ContentError, UNFIT)
    return {item.key: item for item in file.sources}


def named_in(quelle: str) -> list[tuple[str, str]]:
    """Key and place of every source that an entry names.

    >>> named_in("kommzg_by, Art. 2; stmi_by")
    [('kommzg_by', 'Art. 2'), ('stmi_by', '')]
    """
    parts = (part.strip().partition(",") for part in quelle.split(BETWEEN.strip()) if part.strip())
    return [(key.strip(), place.strip()) for key, _, place in parts]


def _cited(quelle: str, info: ValidationInfo) -> Cited:
    """The sources that an entry of a file names; outside of a file a text stands as it is written."""
    if not quelle or not info.context:
        return quelle if isinstance(quelle, Cited) else Cited(quelle)
    known = info.context.get("sources")
    if known is None:  # once for a file
        known = info.context["sources"] = load_sources(info.context["overlay"])
    named = named_in(quelle)
    for key, _ in named:
        if key not in known:
            near = nearest(key, list(known), 1)
            message = "content.unknown_source_near" if near else "content.unknown_source"
            raise ValueError(Said(message, name=key, file=FILE, near=", ".join(near)))

    found = Cited(BETWEEN.join(", ".join(filter(None, (known[key].printed(), place))) for key, place in named))
    found.keys = tuple(key for key, _ in named)
    return found


class Sourced(Strict):
    """Something that says where it comes from: a source, or that we wrote it."""

    quelle: Cited = Field(default=Cited(""), description="keys of sources.yaml, each with a place if wanted")
    herkunft: Literal["", "rekonstruiert", "redaktionell"] = Field(
        default="",
        description="origin of a text without a source: rekonstruiert (from reports) or redaktionell (our own)",
    )

    @model_validator(mode="after")
    def _has_source(self) -> Sourced:
        if not self.quelle and not self.herkunft:
            raise ValueError(Said("content.no_source"))
        return self
