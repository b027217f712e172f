"""Four types of the digital municipality: from a survey of goals to types, sheets and partners to learn from.

The public names stand in four groups, in the order of the work: read and check; find groups, their number and how
stable they are; types, assignment and waves; partners, teams, cooperation and the study as a whole. They are loaded
when they are first used, so that importing this package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from typology.clustering.alternatives import compare_methods
    from typology.clustering.clustering import Clustering, cluster
    from typology.clustering.degrees.comparison import compare_degrees
    from typology.clustering.engine.question import GoalQuestion
    from typology.clustering.goals import estimation_rows, goal_question, goals_matrix
    from typology.clustering.latent_class import LatentClass
    from typology.clustering.selection import select_classes, tick_spread
    from typology.clustering.stability import stability
    from typology.content.catalogue import load_content
    from typology.errors import TypologyError
    from typology.matching.action.agenda import propose_steps
    from typology.matching.action.cooperation import form_cooperation
    from typology.matching.action.courses import plan_courses
    from typology.matching.peers.peers import recommend_peers
    from typology.matching.similarity import nearest_neighbours
    from typology.matching.teams.teams import form_teams
    from typology.publishing import figures
    from typology.register.register import read_register
    from typology.simulation.survey import simulate_survey
    from typology.study.record import Study
    from typology.study.workflow import read_study, run_study
    from typology.survey.survey import Survey, check_survey, read_export, read_survey
    from typology.tables.settings import Settings
    from typology.types.certainty import reliability
    from typology.types.naming import name_types
    from typology.types.profiles.described import compare_types
    from typology.types.profiles.profiles import profile_municipalities, profile_types
    from typology.types.short_form import evaluate_short_form
    from typology.types.typology import Typology, load_typology
    from typology.types.waves import compare_waves
    from typology.writing import set_language

# Name → the module that it is loaded from.
_PUBLIC = {
    # read and check
    "simulate_survey": "typology.simulation.survey",
    "check_survey": "typology.survey.survey",
    "read_survey": "typology.survey.survey",
    "read_export": "typology.survey.survey",
    "Survey": "typology.survey.survey",
    "read_register": "typology.register.register",
    "load_content": "typology.content.catalogue",
    "TypologyError": "typology.errors",
    "set_language": "typology.writing",
    # groups, their number, their stability, other methods
    "goals_matrix": "typology.clustering.goals",
    "estimation_rows": "typology.clustering.goals",
    "goal_question": "typology.clustering.goals",
    "GoalQuestion": "typology.clustering.engine.question",
    "tick_spread": "typology.clustering.selection",
    "cluster": "typology.clustering.clustering",
    "Clustering": "typology.clustering.clustering",
    "LatentClass": "typology.clustering.latent_class",
    "select_classes": "typology.clustering.selection",
    "compare_degrees": "typology.clustering.degrees.comparison",
    "stability": "typology.clustering.stability",
    "compare_methods": "typology.clustering.alternatives",
    # types, assignment, short form, waves
    "name_types": "typology.types.naming",
    "Typology": "typology.types.typology",
    "load_typology": "typology.types.typology",
    "profile_types": "typology.types.profiles.profiles",
    "profile_municipalities": "typology.types.profiles.profiles",
    "compare_types": "typology.types.profiles.described",
    "reliability": "typology.types.certainty",
    "evaluate_short_form": "typology.types.short_form",
    "compare_waves": "typology.types.waves",
    # partners, teams, cooperation, courses, agenda, publishing
    "nearest_neighbours": "typology.matching.similarity",
    "recommend_peers": "typology.matching.peers.peers",
    "form_teams": "typology.matching.teams.teams",
    "form_cooperation": "typology.matching.action.cooperation",
    "plan_courses": "typology.matching.action.courses",
    "propose_steps": "typology.matching.action.agenda",
    "Settings": "typology.tables.settings",
    "Study": "typology.study.record",
    "run_study": "typology.study.workflow",
    "read_study": "typology.study.workflow",
    "figures": "typology.publishing.figures",
}

__all__ = [
    "Clustering",
    "GoalQuestion",
    "LatentClass",
    "Settings",
    "Study",
    "Survey",
    "Typology",
    "TypologyError",
    "__version__",
    "check_survey",
    "cluster",
    "compare_degrees",
    "compare_methods",
    "compare_types",
    "compare_waves",
    "estimation_rows",
    "evaluate_short_form",
    "figures",
    "form_cooperation",
    "form_teams",
    "goal_question",
    "goals_matrix",
    "load_content",
    "load_typology",
    "name_types",
    "nearest_neighbours",
    "plan_courses",
    "profile_municipalities",
    "profile_types",
    "propose_steps",
    "read_export",
    "read_register",
    "read_study",
    "read_survey",
    "recommend_peers",
    "reliability",
    "run_study",
    "select_classes",
    "set_language",
    "simulate_survey",
    "stability",
    "tick_spread",
]

if not TYPE_CHECKING:  # a type checker that saw this would take every misspelt name for a public one

    def __getattr__(name):
        if name not in _PUBLIC:
            raise AttributeError(f"module 'typology' has no attribute {name!r}")
        module = import_module(_PUBLIC[name])
        return module if name == "figures" else getattr(module, name)


def __dir__() -> list[str]:
    return sorted(__all__)
