"""The rules a study publishes by, and what earlier publications mean for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typology.publishing.gate.releases import Memory, Release
from typology.publishing.gate.rules import RULES, Rules
from typology.writing import Said

if TYPE_CHECKING:
    from typology.study.record import Study


def rules_of(study: Study) -> Rules:
    """How much must stand behind what this study publishes."""
    settings = study.run.get("settings", {})
    return Rules(int(settings.get("minimum", RULES.minimum)), int(settings.get("colluding", RULES.colluding)))


def release_sentences(study: Study, releases: list[Release]) -> list[Said]:
    """What earlier releases mean for this one, for whoever runs the study."""
    memory = Memory.of(releases, study.tables, rules_of(study))
    found = []
    if memory.kept is not None:
        n = memory.kept.exposed(study.tables)
        found.append(Said("study.release_kept", n=n, least=rules_of(study).enough))
    elif memory.silent and len(study.tables.instruments):
        found.append(Said("study.release_without_instruments", least=rules_of(study).enough))
    if study.run.get("settings", {}).get("draft"):
        found.append(Said("study.release_draft"))
    return found
