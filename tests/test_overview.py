"""The overview of a study: numbers as each language writes them, and how many teams there can be."""

from __future__ import annotations

import inspect
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from fixed_numbers import numbers_in

from typology.clustering.engine.prior import PRIOR
from typology.content.catalogue import load_content
from typology.content.questionnaire.build import build_questionnaire
from typology.content.vocabulary import MOST_GOALS
from typology.publishing.site.data import check_data
from typology.publishing.views.maker import ViewMaker
from typology.publishing.views.overview import (
    limit_sentences,
    method_rows,
    method_sentences,
    quality_rows,
    response_style,
    team_bound,
)
from typology.simulation.model import build_model
from typology.simulation.survey import simulate_goals, simulate_survey
from typology.tables.figures import FIGURES
from typology.tables.info import StudyInfo
from typology.tables.settings import Settings
from typology.tables.study_tables import StudyTables
from typology.types.threshold import THRESHOLD

INFO = StudyInfo("x", {}, "2026-06-30", True, "", "", {}, {}, "", 412, "pick", 3, {})


def maker(**tables: pd.DataFrame) -> ViewMaker:
    return ViewMaker(StudyTables(**tables), INFO, load_content())


def test_figures_have_a_comma_in_german_and_a_minus_that_is_one() -> None:
    figures = pd.DataFrame(
        [("log_likelihood", -2326.46, 1), ("naming_margin", -0.001, 2), ("types_supported", 4.0, 0)],
        columns=["name", "value", "digits"],
    ).assign(label="Maß", label_en="Measure", table="classes")
    rows = {row["key"]: row["value"] for row in quality_rows(maker(quality=figures))}
    assert rows["log_likelihood"] == {"de": "\u22122.326,5", "en": "\u22122,326.5"}
    assert rows["naming_margin"] == {"de": "0,00", "en": "0.00"}
    assert rows["types_supported"] == {"de": "4", "en": "4"}


def test_every_figure_of_the_record_says_what_it_means() -> None:
    content = load_content()
    for language in ("de", "en"):
        notes = [content.say(f"quality_{name}", language) for name in FIGURES]
        # one line of the table on the printed overview
        assert all(0 < len(note) <= 80 for note in notes)


#: Number of the method page that stands in no table → what stands around it, and the declared name that decides it;
#: None is the setting of the run.
DECIDED = {
    "threshold": (r"Schwelle ([\d,.]+\d)", r"threshold ([\d,.]+\d)", THRESHOLD),
    "starts": (r"Die beste von ([\d.]+) Lösungen", r"The best of ([\d,]+) solutions", None),
    "prior": (r"im Mittel ([\d,.]+) angenommene", r"includes ([\d,.]+) pseudo-answers", PRIOR),
    "limit": (r"wählen Sie höchstens (\d+)", r"choose at most (\d+)", MOST_GOALS),
}


@pytest.mark.parametrize("number", sorted(DECIDED))
def test_a_number_of_the_method_page_that_stands_in_no_table_is_the_one_that_decided(
    demo_processed: Path, demo_survey: Any, number: str
) -> None:
    """And stands in the published typology, from which everybody can read it."""
    *patterns, named = DECIDED[number]
    public = demo_processed / "public"
    run = json.loads((demo_processed / "internal" / "run.json").read_text(encoding="utf-8"))
    decided = float(named or run["settings"]["n_init"])
    for folder, pattern, lang in ((public, patterns[0], "de"), (public / "en", patterns[1], "en")):
        page = re.sub(r"<[^>]*>", " ", (folder / "method.html").read_text(encoding="utf-8"))
        found = set(re.findall(pattern, page))
        assert found and {value for text in found for value in numbers_in(text, lang)} == {decided}, (lang, found)
    model = json.loads((public / "typology.json").read_text(encoding="utf-8"))
    published = {
        "threshold": model["naming"]["threshold"], "starts": model["provenance"]["n_starts"],
        "prior": model["provenance"]["prior"], "limit": model["question"]["limit"],
    }  # fmt: skip
    assert published[number] == decided
    assert demo_survey.codebook.goals.limit == MOST_GOALS
    assert min(model["naming"]["score"].values()) >= THRESHOLD, "all four are named"


def test_a_run_starts_as_often_as_its_settings_say() -> None:
    typology: Any = SimpleNamespace(
        provenance={"n_rows": 400, "prior": PRIOR, "replicated": 31, "n_starts": Settings().n_init},
        naming=SimpleNamespace(threshold=THRESHOLD),
        types=[1, 2, 3, 4],
        goals=[1] * 13,
        model=SimpleNamespace(form=SimpleNamespace(notes=())),
    )
    said = " ".join(sentence["de"] for sentence in method_sentences(maker(), typology))
    assert "Die beste von 500 Lösungen" in said and Settings().n_init == 500, "as the documentation says"


def test_without_a_survey_one_may_choose_as_many_goals_as_the_published_question_lets() -> None:
    """The orientation, the questionnaire and practice surveys name one limit; a survey's own goes before it."""
    content = load_content()
    assert check_data([], None, content)["limit"] == MOST_GOALS
    asked = build_questionnaire()
    assert {question.limit for question in asked.questions if question.limit} == {MOST_GOALS}
    for call in (simulate_survey, simulate_goals, build_model):
        if "limit" in inspect.signature(call).parameters:
            assert inspect.signature(call).parameters["limit"].default == MOST_GOALS, call.__name__
    own = {"question": {"kind": "pick", "limit": MOST_GOALS + 2}, "goals": [], "types": []}
    assert check_data([], own, content)["limit"] == MOST_GOALS + 2


def test_thresholds_in_sentences_are_written_in_their_language() -> None:
    typology: Any = SimpleNamespace(
        provenance={"n_rows": 400, "prior": 2.5, "replicated": 31, "n_starts": 500},
        naming=SimpleNamespace(threshold=0.3249),
        types=[1, 2, 3, 4],
        goals=[1] * 13,
        model=SimpleNamespace(form=SimpleNamespace(notes=())),
    )
    said = method_sentences(maker(), typology)
    german, english = (" ".join(sentence[lang] for sentence in said) for lang in ("de", "en"))
    assert "Schwelle 0,32" in german and "2,5 angenommene Antworten" in german and "0.32" not in german
    assert "threshold 0.32" in english and "2.5 pseudo-answers" in english
    assert "entscheidet nicht über ihren Typ" not in german
    typology.model.form.notes = ("given_ticks",)
    assert "entscheidet nicht über ihren Typ" in method_sentences(maker(), typology)[1]["de"]
    typology.model.form.notes = ()
    typology.provenance["prior"] = 8.0
    assert "8 angenommene Antworten" in method_sentences(maker(), typology)[4]["de"]
    assert "nur, welche es sind" not in german
    typology.model.form.notes = ("given_ticks",)
    assert "nur, welche es sind" in method_sentences(maker(), typology)[1]["de"]


def test_the_bound_of_the_teams_is_said_for_every_pool() -> None:
    bounds = pd.DataFrame(
        [("gemeinden", 160, "bedaechtige", 34, 34, 136), ("kreise", 24, "optimierer", 3, 3, 12)],
        columns=["pool", "members", "rarest_type", "n_rarest", "teams", "served"],
    )
    said = team_bound(maker(team_bounds=bounds))
    assert said is not None
    assert "höchstens 136 der 160" in said["de"] and "höchstens 12 der 24" in said["de"]
    assert "at most 136 of the 160" in said["en"]
    assert team_bound(maker()) is None


def test_the_response_style_says_what_the_selection_found(demo_study, demo_survey) -> None:
    from typology.clustering.goals import estimation_rows, goal_question, goals_matrix
    from typology.clustering.selection import tick_spread

    goals = goals_matrix(demo_survey)
    used = goals.loc[estimation_rows(demo_survey, goals)]
    found = tick_spread(used, goal_question(demo_survey))
    figures = demo_study.tables.quality.set_index("name")["value"]
    assert {name: figures[f"ticks_{name}"] for name in found} == pytest.approx(found, abs=1e-6)
    said = response_style(demo_study.tables, demo_study.info, demo_study.content)
    assert said is not None
    assert "Im Mittel sind 2,86 Ziele gewählt" in said["de"] and "begrenzt die Zahl auf 3" in said["de"]
    # ratings tick nothing, so there is nothing to say
    without = demo_study.tables.having(quality=demo_study.tables.quality.query("name != 'ticks_mean'"))
    assert response_style(without, demo_study.info, demo_study.content) is None


def test_the_response_style_stands_before_the_types(demo_processed: Path) -> None:
    page = (demo_processed / "public" / "method.html").read_text(encoding="utf-8")
    heading = page.index("Wie viele Ziele gewählt werden")
    assert heading < page.index('id="shares"') < page.index('id="statistics"') < page.index("Dieses Modell")
    assert "Designeffekt beträgt 1,22" in page and "gewichtet" in page


def test_the_method_page_has_every_method_beside_the_others(demo_study, demo_processed: Path) -> None:
    rows = method_rows(ViewMaker(demo_study.tables, demo_study.info, demo_study.content))
    table = demo_study.tables.methods.set_index("method")
    assert [row["key"] for row in rows] == list(table.index) and len(rows) == 5
    assert all(row["values"][row["key"]] == 1 for row in rows)
    assert rows[0]["values"]["ward"] == pytest.approx(table.at["ward", "latent_class"], abs=1e-4)
    page = (demo_processed / "public" / "method.html").read_text(encoding="utf-8")
    section = page[page.index('id="methods"') : page.index("</section>", page.index('id="methods"'))]
    cells = re.findall(r'<td class="num"[^>]*>([^<]*)</td>', section)
    assert len(cells) == 5 * 6 and cells.count("1,00") == 5
    assert cells[5] == f"{table.at['latent_class', 'stability']:.2f}".replace(".", ",")
    assert method_rows(maker()) == []


def test_profiles_are_said_to_be_of_those_assigned() -> None:
    profiles = pd.DataFrame(
        {"type": ["x", "x"], "measure": ["goal", "stand"], "item": ["effizienz", "daten"], "level": ["ja", ""]}
    )
    info, content = replace(INFO, sample={"de": "keine", "en": "none"}), load_content()
    said, goals_only = (
        [sentence["de"] for sentence in limit_sentences(ViewMaker(StudyTables(type_profiles=part), info, content))]
        for part in (profiles, profiles[:1])
    )
    assert any("unterscheiden sich die Typen in Wirklichkeit eher stärker" in sentence for sentence in said)
    assert len(goals_only) == len(said) - 1
