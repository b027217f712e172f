"""Small surveys that every attack is tried on: fitted once, with consents drawn anew."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from miniature import few_columns

from typology.clustering.goals import goals_matrix
from typology.publishing.gate.privacy import listed_keys, public_tables
from typology.publishing.gate.public_model import public_typology
from typology.publishing.gate.releases import Memory
from typology.publishing.gate.rules import RULES, Rules
from typology.simulation.survey import simulate_survey
from typology.study.describe import describe_all
from typology.study.estimate import fit_typology
from typology.survey.survey import Survey, read_survey
from typology.tables.figures import quality_table
from typology.tables.settings import Settings
from typology.tables.study_tables import StudyTables
from typology.types.profiles.pain_points import pain_shares
from typology.types.typology import Typology

Case = tuple[int, int]  # size and seed of a survey
OFF = Rules(minimum=0, colluding=0)
PURPOSES = ("listed", "answers", "partner", "contact")


@cache
def fitted(base: Case) -> tuple[Survey, Typology]:
    """A practice survey with a few columns of every kind, and its typology."""
    n, seed = base
    with tempfile.TemporaryDirectory() as name:
        simulate_survey(Path(name) / "klein", n=n, random_state=seed, key="klein")
        survey = few_columns(read_survey(Path(name) / "klein"))
    return survey, fit_typology(survey, Settings(n_init=20, degrees=False))


def described(survey: Survey, typology: Typology) -> StudyTables:
    """All tables that the gate reads."""
    tables = describe_all(survey, typology, goals_matrix(survey))
    tables = tables.having(pain_shares=pain_shares(tables.pain_points, tables.assignments, tables.municipalities))
    return tables.having(quality=quality_table(tables, typology))


@cache
def whole(base: Case) -> StudyTables:
    """The tables of that survey; none but that of the consents depends on these."""
    return described(*fitted(base))


@cache
def study_of(base: Case, share: float, seed: int) -> StudyTables:
    """The answers of that survey with other consents."""
    consent = whole(base).consent.copy()
    rng = np.random.default_rng(seed + len(consent))
    for purpose in PURPOSES:
        consent[purpose] = rng.random(len(consent)) < (share if purpose == "listed" else (0.7, 0.97)[seed % 2])
    return whole(base).having(consent=consent)


def published(
    tables: StudyTables, typology: Typology, rules: Rules = RULES, memory: Memory | None = None
) -> tuple[StudyTables, Typology]:
    """What of it is public: tables and model."""
    public = public_tables(tables, rules=rules, memory=memory)
    if memory is not None and memory.kept is not None:
        return public, memory.kept.typology
    open_ = listed_keys(tables.consent, "answers")
    return public, public_typology(typology, tables, public, open_, rules=rules)
