"""Everything that is matched from a set of tables: partners, teams, cooperation, trainings, agenda."""

from __future__ import annotations

from typology.content.catalogue import Content
from typology.publishing.records import StudyTables


def match_tables(tables: StudyTables, content: Content, *, m: int = 5, random_state: int = 0) -> StudyTables:
    """Tables with all matches made from the rows that they hold, and from nothing else."""
    from typology.matching.peers import recommend_peers
    from typology.matching.teams import form_teams

    if tables.assignments.empty:
        return tables
    peers = recommend_peers(
        tables.assignments, tables.municipality_profiles, tables.municipalities, tables.consent, m=m
    )
    teams = form_teams(
        tables.assignments,
        tables.municipality_profiles,
        tables.municipalities,
        tables.consent,
        random_state=random_state,
    )
    return tables.having(
        similar=peers.similar,
        complementary=peers.complementary,
        hub=peers.hub,
        teams=teams.teams,
        team_members=teams.members,
    )
