"""The optional block on projects: read, asked, simulated, and told only of those who opened their answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from typology.content.agenda import load_agenda
from typology.content.questionnaire.build import build_questionnaire
from typology.content.questionnaire.codebook import About, codebook_text
from typology.content.vocabulary import ProjectState
from typology.errors import CodebookError
from typology.matching.action.projects import add_projects, experience, items_of
from typology.publishing.gate.privacy import public_tables
from typology.study.match import match_actions
from typology.survey.codebook import read_codebook

KEYS = [f"9010{number}001" for number in range(7)]


@pytest.fixture
def case() -> tuple[pd.DataFrame, ...]:
    """A seeker and six others: near, nearer but closed, no partner, far, a hundred times as large, at work."""
    index = pd.Index(KEYS, name="key")
    municipalities = pd.DataFrame(
        {"kind": "gemeinde", "kreis": "90101", "verband": "", "population": [5e3, 5e3, 5e3, 5e3, 5e3, 5e5, 4e3],
         "longitude": [9.0, 9.2, 9.1, 9.1, 14.0, 9.1, 9.3], "latitude": 50.0}, index=index,
    )  # fmt: skip
    consent = pd.DataFrame(
        {
            "partner": [False, True, True, False, True, True, True],
            "answers": [False, True, False, True, True, True, True],
        },
        index=index,
    )
    projects = pd.DataFrame({"eakte": ["geplant", *["abgeschlossen"] * 5, "laeuft"]}, index=index)
    agenda = pd.DataFrame({"key": [KEYS[0]], "step": ["eakte"], "done": [""], "running": [""]})
    return agenda, projects, municipalities, consent


def test_who_has_finished_it_is_named_only_near_alike_and_with_open_answers(case):
    found = add_projects(*case).iloc[0]
    assert (found["done"], found["running"]) == (KEYS[1], KEYS[6])
    agenda, projects, municipalities, consent = case
    opened = consent.assign(answers=True, partner=True)
    both = add_projects(agenda, projects, municipalities, opened).iloc[0]
    assert both["done"] == f"{KEYS[2]};{KEYS[3]}"  # the nearest two, now that they are open
    closed = add_projects(agenda, projects, municipalities, consent.assign(answers=False)).iloc[0]
    assert (closed["done"], closed["running"]) == ("", "")


def test_experience_lists_the_open_ones_with_their_state(case):
    _, projects, _, consent = case
    rows = experience(projects, consent)
    assert rows.values.tolist() == [
        ["eakte", key, "abgeschlossen"] for key in (KEYS[1], KEYS[4], KEYS[5])
    ] + [["eakte", KEYS[6], "laeuft"]]  # fmt: skip
    assert experience(pd.DataFrame(), consent).empty


def test_an_instrument_counts_for_the_step_that_introduces_it(case):
    agenda, projects, municipalities, consent = case
    assert "eid" in items_of(load_agenda().step("servicekonto"))
    found = add_projects(
        agenda.assign(step="servicekonto"), projects.rename(columns={"eakte": "eid"}), municipalities, consent
    )
    assert found["done"].tolist() == [KEYS[1]]


def test_in_the_nationwide_world_nobody_with_closed_answers_is_ever_named_in_public(nationwide_study):
    tables = nationwide_study.tables
    assert set(np.unique(tables.projects.astype(str))) == {*ProjectState, ""}
    public = match_actions(public_tables(tables), nationwide_study.content)
    closed = tables.consent.index[~(tables.consent["listed"] & tables.consent["answers"])]
    assert len(closed) > 20 and not tables.projects.loc[closed].eq("").all(axis=None)
    named = set(public.agenda[["done", "running"]].stack().str.split(";").explode()) - {""}
    assert len(named) > 10 and not named & set(closed)
    assert not set(public.projects.index) & set(closed)
    inside = set(tables.agenda[["done", "running"]].stack().str.split(";").explode()) - {""}
    agreed = tables.consent.index[tables.consent["partner"] & tables.consent["answers"]]
    assert inside and inside <= set(agreed)


def test_who_finished_a_project_is_not_told_to_begin_it(nationwide_study):
    tables = nationwide_study.tables
    rows = tables.agenda[tables.agenda["step"].isin(tables.projects.columns)]
    states = [tables.projects.at[key, step] for key, step in zip(rows["key"], rows["step"], strict=True)]
    assert len(states) > 50 and not set(states) & {"laeuft", "abgeschlossen"}
    planned = rows["trigger"].str.contains("project:.*=geplant")
    assert planned.any() and planned.tolist() == [state == "geplant" for state in states]


def test_every_form_asks_for_projects_and_its_codebook_reads_them(tmp_path):
    asked = build_questionnaire()
    question = asked.question("V1")
    assert [part.key for part in question.items] == [step.key for step in load_agenda().projects()]
    assert [part.key for part in asked.question("P1").items][:3] == ["geld", "personal", "fachwissen"]
    for tool in ("limesurvey", "xlsform"):
        path = tmp_path / "codebook.yaml"
        about = About(date="2026-06-30", source="wir")
        path.write_text(codebook_text(asked, tool, about).replace("TODO", "x"), encoding="utf-8")
        block = next(block for block in read_codebook(path).blocks if block.role == "project")
        assert list(block.codes.values()) == list(ProjectState) and len(block.columns) == len(question.items)


def test_an_answer_that_is_no_state_of_a_project_is_refused(tmp_path, demo_folder):
    text = (demo_folder / "codebook.yaml").read_text(encoding="utf-8").replace("A3: abgeschlossen", "A3: fertig")
    (tmp_path / "codebook.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CodebookError, match="fertig"):
        read_codebook(tmp_path / "codebook.yaml")
