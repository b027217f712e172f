"""What the publisher of a site says about it: addresses, imprint, privacy, glossary, easy language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from typology.content.reading import Key, Strict, Text, is_open, load
from typology.content.sources import Cited, Sourced

#: The file of the site's own texts, of which one that is open is left out of the pages.
WEBSITE = "website.yaml"


class Section(Strict):
    """A heading and its paragraphs."""

    heading: Text = Field(description="heading")
    paragraphs: tuple[Text, ...] = Field(description="paragraphs")


Address = Annotated[str, Field(pattern=r"^(https?://\S+)?$")]
Place = Annotated[str, Field(pattern=r"^https?://\S+$")]
Theme = Literal["AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "INTR", "JUST", "REGI", "SOCI", "TECH", "TRAN"]
Level = Literal["", "international", "european", "federal", "state", "administrativeDistrict", "municipality"]


class OpenData(Strict):
    """What data catalogues (DCAT-AP.de) ask of the public tables; what stays empty is not said."""

    publisher: str = Field(default="", description="name of the body that publishes the tables")
    homepage: Address = Field(default="", description="its website")
    contact: str = Field(default="", description="functional mailbox for questions on the tables")
    contributor_id: Address = Field(default="", description="address that GovData has given to the publisher")
    keywords: tuple[str, ...] = Field(default=(), description="words under which a catalogue finds the tables")
    themes: tuple[Theme, ...] = Field(default=(), description="themes of the European data portal")
    level: Level = Field(default="", description="administrative level that publishes")
    spatial: tuple[Place, ...] = Field(
        default=(), description="area, for example http://dcat-ap.de/def/politicalGeocoding/stateKey/03"
    )

    def stated(self) -> OpenData:
        """The same without the texts that are still to be filled in."""
        texts = {name: "" for name in ("publisher", "contact") if is_open(getattr(self, name))}
        return self.model_copy(update={**texts, "keywords": tuple(word for word in self.keywords if not is_open(word))})


class SiteConfig(Strict):
    """Everything on the site that only its publisher can know.

    A text that contains ``[bitte eintragen …]`` or ``[please fill in …]`` is a placeholder; the
    pages leave it out, say so in its place, and call themselves a preview until nothing is open.
    """

    title: Text = Field(description="title of the site")
    subtitle: Text = Field(description="line below the title")
    publisher: Text = Field(description="who publishes the site")
    address: Address = Field(default="", description="address under which the site will stand, for search engines")
    feedback: str = Field(description="mailbox for remarks")
    accessibility_date: str = Field(description="date of the statement on accessibility")
    accessibility: tuple[Section, ...] = Field(description="statement on accessibility")
    enforcement: tuple[Section, ...] = Field(
        default=(), description="procedure if a report on accessibility is not answered"
    )
    imprint: tuple[Section, ...] = Field(description="imprint")
    privacy: tuple[Section, ...] = Field(description="privacy statement")
    open_data: OpenData = Field(default=OpenData(), description="what data catalogues ask of the public tables")

    def unfilled(self) -> tuple[str, ...]:
        """The places that still hold a placeholder, as dotted paths.

        >>> "feedback" in load_site_config().unfilled()
        True
        """
        found: list[str] = []
        for name, value in self.model_dump().items():
            _collect(value, name, found)
        return tuple(found)

    @property
    def n_unfilled(self) -> int:
        """How many statements are open; one that is open in two languages counts once."""
        return len({re.sub(r"\.(?:de|en|more\.\w+)$", "", place) for place in self.unfilled()})


class Term(Strict):
    """One word of the glossary. ``only``: it is explained only where the answers speak for types, or for leanings."""

    key: Key = Field(description="name in other files and in tables; small letters, digits, underscore")
    term: Text = Field(description="the word")
    meaning: Text = Field(description="what it means")
    leanings: Text | None = Field(default=None, description="what it means where the answers speak for leanings")
    only: Literal["", "types", "leanings"] = Field(default="", description="where it is explained; empty is everywhere")
    quelle: Cited = Field(default=Cited(""), description="keys of sources.yaml, if there is a source")


class GlossaryFile(Sourced):
    """``glossary.yaml``. Its ``herkunft`` is that of the terms without a source of their own."""

    terms: tuple[Term, ...] = Field(description="the words, in the order in which they are shown")


class Exonym(Strict):
    """A place or Land with its English name."""

    english: Annotated[str, Field(min_length=1)] = Field(description="name in English")
    german: Annotated[str, Field(min_length=1)] = Field(description="name in the register")


class ExonymsFile(Sourced):
    """``exonyms.yaml``."""

    names: tuple[Exonym, ...] = Field(description="the names that the search of the site knows")


class EasyLanguage(Strict):
    """The site in easy language: short sections, one sentence per line."""

    herkunft: str = Field(description="who wrote and checked the text")
    sections: tuple[Section, ...] = Field(description="sections, one sentence per line")


def load_site_config(overlay: Path | None = None) -> SiteConfig:
    """Read ``website.yaml`` of the survey's content folder, else the shipped one with placeholders.

    Raises
    ------
    ContentError : the file is wrong; every wrong place is listed.
    """
    return load(SiteConfig, WEBSITE, overlay)


def load_glossary(overlay: Path | None = None, *, leanings: bool = False) -> tuple[Term, ...]:
    """Read ``glossary.yaml``: the terms in the order of the file, as they are explained beside types or leanings.

    >>> {"typ", "schwerpunkt"} & {item.key for item in load_glossary(leanings=True)}
    {'schwerpunkt'}
    """
    left_out = "types" if leanings else "leanings"
    terms = (item for item in load(GlossaryFile, "glossary.yaml", overlay).terms if item.only != left_out)
    return tuple(
        item.model_copy(update={"meaning": item.leanings}) if leanings and item.leanings else item for item in terms
    )


def load_exonyms(overlay: Path | None = None) -> dict[str, str]:
    """Read ``exonyms.yaml``: English name → name in the register.

    >>> load_exonyms()["Munich"]
    'München'
    """
    return {name.english: name.german for name in load(ExonymsFile, "exonyms.yaml", overlay).names}


def load_easy_language(overlay: Path | None = None, *, leanings: bool = False) -> EasyLanguage:
    """Read ``leichte_sprache.yaml``, or ``leichte_sprache_schwerpunkte.yaml`` where the site speaks of leanings."""
    name = "leichte_sprache_schwerpunkte.yaml" if leanings else "leichte_sprache.yaml"
    return load(EasyLanguage, name, overlay)


def _collect(value: object, path: str, found: list[str]) -> None:
    if isinstance(value, str):
        if is_open(value):
            found.append(path)
    elif isinstance(value, dict):
        for name, part in value.items():
            _collect(part, f"{path}.{name}", found)
    elif isinstance(value, (tuple, list)):
        for number, part in enumerate(value):
            _collect(part, f"{path}.{number}", found)
