"""Everything that is matched from a set of tables: partners, teams, cooperation, trainings, agenda."""

from __future__ import annotations

import pandas as pd

from typology.content.catalogue import Content
from typology.content.vocabulary import Capacity
from typology.matching.bodies import prepare_bodies, types_with_members
from typology.matching.record import full_of, record_rows, unmet_wishes
from typology.matching.wishes import Wishes
from typology.tables.study_tables import StudyTables


def match_tables(
    tables: StudyTables, content: Content, *, m: int = 5, random_state: int = 0, wishes: Wishes | None = None
) -> StudyTables:
    """Tables with all matches made from the rows that they hold, and from nothing else."""
    from typology.matching.peers.peers import peers_among
    from typology.matching.teams.teams import teams_among

    if tables.assignments.empty:
        return tables
    wishes = with_answers(wishes, tables)
    leanings = tables.leanings if tables.is_made("leanings") else None
    bodies = prepare_bodies(
        tables.assignments,
        tables.municipality_profiles,
        tables.municipalities,
        tables.consent,
        leanings,
        wishes.full,
    )
    peers = peers_among(bodies, m=m, wishes=wishes)
    types = types_with_members(tables.types, tables.assignments) if leanings is None else None
    teams = teams_among(bodies, wishes=wishes, random_state=random_state, types=types)
    tables = tables.having(
        similar=peers.similar,
        complementary=peers.complementary,
        hub=peers.hub,
        teams=teams.teams,
        team_members=teams.members,
        uncapped=peers.uncapped,
        missing_partners=peers.missing,
        without_team=teams.without,
        team_bounds=teams.bounds,
        unmet_wishes=unmet_wishes(peers.unmet, teams.unmet),
        matching_record=record_rows({"peers": peers.record, "teams": teams.record}),
    )
    return match_actions(tables, content, wishes)


def with_answers(wishes: Wishes | None, tables: StudyTables) -> Wishes:
    """The wishes with what the survey says of who takes no further requests; a wish goes before an answer."""
    said = tables.capacity.get("partner", pd.Series(dtype=object))
    return (wishes or Wishes()).after(said.index[said == Capacity.FULL])


def contradicted(tables: StudyTables) -> list[str]:
    """Keys of those whose wish on requests says something else than their answer, so that the wish holds."""
    said = tables.capacity.get("partner", pd.Series(dtype=object))
    agreed = tables.consent["partner"].astype(bool)
    said = said[said.ne("") & agreed.reindex(said.index, fill_value=False)]
    closed = said.index.isin(full_of(tables.matching_record))
    return sorted(str(key) for key in said.index[(said == Capacity.FULL).to_numpy() != closed])


def match_actions(tables: StudyTables, content: Content, wishes: Wishes | None = None) -> StudyTables:
    """Tables with pain point shares, cooperation, gaps, trainings, courses and agenda from the rows that they hold."""
    from typology.content.agenda import load_agenda
    from typology.content.trainings import load_job_families, load_trainings
    from typology.matching.action.agenda import highest_levels, propose_steps
    from typology.matching.action.agenda_partners import add_partners
    from typology.matching.action.competences import competence_gaps
    from typology.matching.action.cooperation import form_cooperation
    from typology.matching.action.courses import plan_courses
    from typology.matching.action.projects import add_projects
    from typology.matching.action.trainings import match_trainings
    from typology.types.profiles.pain_points import pain_shares

    folder, wishes = content.folder, with_answers(wishes, tables)
    cooperation = form_cooperation(
        tables.pain_points, tables.municipalities, tables.consent, limits=wishes.limits, full=wishes.full
    )
    gaps = competence_gaps(tables.competences, load_job_families(folder))
    trainings = match_trainings(gaps, load_trainings(folder))
    courses = plan_courses(
        trainings, tables.municipalities, tables.consent, load_trainings(folder), limits=wishes.limits
    )
    steps = propose_steps(
        tables.goals,
        tables.stand,
        tables.wichtig,
        tables.pain_points,
        tables.structure,
        gaps,
        load_agenda(folder),
        content,
        municipalities=tables.municipalities,
        projects=tables.projects if tables.is_made("projects") else None,
        highest=highest_levels(tables.type_profiles),
    )
    pairs = [table[["key", "partner"]] for table in (tables.complementary, tables.similar) if len(table)]
    agenda = add_partners(
        steps,
        tables.stand,
        tables.pain_points,
        tables.municipalities,
        tables.consent,
        groups=cooperation.members,
        learning=pd.concat(pairs, ignore_index=True) if pairs else None,
        wishes=wishes,
    )
    agenda = add_projects(
        agenda, tables.projects, tables.municipalities, tables.consent, load_agenda(folder), wishes=wishes
    )
    shares = tables.pain_shares
    if shares.empty and not tables.pain_points.empty:
        shares = pain_shares(tables.pain_points, tables.assignments, tables.municipalities)
    return tables.having(
        pain_shares=shares,
        cooperation=cooperation.groups,
        cooperation_members=cooperation.members,
        competence_gaps=gaps,
        trainings=trainings,
        courses=courses.courses,
        agenda=agenda,
    )
