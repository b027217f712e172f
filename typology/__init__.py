"""Vier Typen der digitalen Kommune: from a survey of goals to types, sheets and partners to learn from.

The public names are loaded when they are first used, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_PUBLIC = {
    "load_content": "typology.content.catalogue",
    "read_survey": "typology.survey.survey",
    "check_survey": "typology.survey.survey",
    "read_register": "typology.register.register",
    "simulate_survey": "typology.simulation.survey",
    "goals_matrix": "typology.clustering.goals",
    "goal_question": "typology.clustering.goals",
    "LatentClass": "typology.clustering.latent_class",
    "Clustering": "typology.clustering.clustering",
    "cluster": "typology.clustering.clustering",
    "name_types": "typology.types.naming",
    "Typology": "typology.types.typology",
    "load_typology": "typology.types.typology",
    "profile_types": "typology.types.profiles.profiles",
    "profile_municipalities": "typology.types.profiles.profiles",
    "profile_municipality": "typology.types.profiles.profiles",
    "nearest_neighbours": "typology.matching.similarity",
    "recommend_peers": "typology.matching.peers.peers",
    "form_teams": "typology.matching.teams.teams",
    "Study": "typology.study.record",
    "run_study": "typology.study.workflow",
    "read_study": "typology.study.workflow",
    "TypologyError": "typology.errors",
}
__all__ = ["__version__", *_PUBLIC]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'typology' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
