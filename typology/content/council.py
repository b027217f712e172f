"""What a paper for the council says beside its draft decision: success factors, and customary lines to fill in."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pydantic import Field

from typology.content.agenda import check_valid_for, load_agenda
from typology.content.catalogue import load_content
from typology.content.fitting import fitted, naming
from typology.content.reading import UNFIT, Key, Strict, Text, find_twice, find_unknown, load, remembered
from typology.content.sources import Sourced
from typology.content.valid_for import ValidFor
from typology.errors import ContentError, Findings

FACTORS, PAPER = "success_factors.yaml", "council_paper.yaml"
SHOWN = 2
"""Success factors that one paper prints."""


class SuccessFactor(Sourced):
    """What makes a project succeed. With neither steps nor pain points nor fields it holds for any project."""

    key: Key = Field(description="name in this file")
    text: Text = Field(description="the factor in one sentence")
    steps: tuple[Key, ...] = Field(default=(), description="steps of agenda.yaml for which it is said")
    pain_points: tuple[Key, ...] = Field(default=(), description="pain points for which it is said")
    fields: tuple[Key, ...] = Field(default=(), description="fields of action for which it is said")
    gilt_fuer: ValidFor = Field(default=ValidFor(), description="for whom it is meant; without it for everybody")

    @property
    def general(self) -> bool:
        """Whether it holds for any project."""
        return not (self.steps or self.pain_points or self.fields)


class SuccessFactorsFile(Strict):
    """``success_factors.yaml``."""

    factors: tuple[SuccessFactor, ...] = Field(description="the factors; of those that fit alike the first is printed")

    def fitting(
        self, kind: str, size_class: str, steps: Collection[str], pains: Collection[str], fields: Collection[str]
    ) -> list[SuccessFactor]:
        """The factors for a body, those for its steps first, then for its pain points, its fields, and any project.

        >>> [item.key for item in load_success_factors().fitting("kreis", "LK1", ["eakte"], [], ["daten"])][:2]
        ['erst_organisation', 'vorhandene_stellen']
        """
        meant = [item for item in self.factors if item.gilt_fuer.holds(kind, size_class)]
        ranks = [
            [item for item in meant if set(item.steps) & set(steps)],
            [item for item in meant if set(item.pain_points) & set(pains)],
            [item for item in meant if set(item.fields) & set(fields)],
            [item for item in meant if item.general],
        ]
        return list({item.key: item for rank in ranks for item in rank}.values())


class Line(Strict):
    """A line of the paper."""

    key: Key = Field(description="name in this file")
    title: Text = Field(description="its heading in a word or two")
    text: Text = Field(description="the line, with gaps where only the administration knows")


class CouncilPaperFile(Sourced):
    """``council_paper.yaml``."""

    parts: tuple[Line, ...] = Field(
        description="customary lines of such papers, in the order in which they are printed"
    )


@remembered
def load_success_factors(overlay: Path | None = None) -> SuccessFactorsFile:
    """Read ``success_factors.yaml`` and what the survey's own adds; shipped ones name only what there is.

    Raises
    ------
    ContentError : with every problem of the file at once.
    """
    file, content = load(SuccessFactorsFile, FACTORS, overlay), load_content(overlay)
    known = {
        "steps": [item.key for item in load_agenda(overlay).steps],
        "pain_points": [item.key for item in content.pain_points],
        "fields": [item.key for item in content.fields],
    }
    sizes = {item.key for item in content.size_classes}

    def fit(factor: SuccessFactor) -> SuccessFactor | None:
        left = naming(factor, **known)
        fits = set(factor.gilt_fuer.size_classes) <= sizes
        return left if fits and left.general == factor.general else None

    factors = fitted(file.factors, FACTORS, overlay, fit)
    found = Findings(FACTORS)
    find_twice([item.key for item in file.factors], found, "factors")
    for item in factors:
        for part, keys in known.items():
            find_unknown(getattr(item, part), keys, found, f"{item.key}.{part}")
        check_valid_for(item.gilt_fuer, content, found, f"{item.key}.gilt_fuer")
    found.raise_if_failed(ContentError, UNFIT)
    return file.model_copy(update={"factors": factors})


@remembered
def load_council_paper(overlay: Path | None = None) -> CouncilPaperFile:
    """Read ``council_paper.yaml`` and what the survey's own adds or replaces.

    Raises
    ------
    ContentError : with every problem of the file at once.
    """
    file = load(CouncilPaperFile, PAPER, overlay)
    found = Findings(PAPER)
    find_twice([item.key for item in file.parts], found, "parts")
    found.raise_if_failed(ContentError, UNFIT)
    return file
