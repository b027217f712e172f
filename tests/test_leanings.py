"""What follows from the verdict "degrees": places on leanings, one rule for what is said, no word of counted types."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from typology.clustering.degrees.comparison import COMPARISON_COLUMNS, Comparison
from typology.clustering.engine.question import GoalQuestion
from typology.clustering.goals import estimation_rows, goal_question, goals_matrix
from typology.commands.show import municipality_text
from typology.commands.study import echo_summary
from typology.commands.verbs import main
from typology.content.catalogue import OF_LEANINGS, OF_NONE, load_content
from typology.errors import StudyError
from typology.matching.bodies import highest_leanings, prepare_bodies
from typology.matching.peers.candidates import Pairs
from typology.publishing.gate.privacy import listed_keys, public_tables
from typology.publishing.gate.releases import FIGURES
from typology.publishing.views.leanings import NEAR
from typology.publishing.views.maker import ViewMaker
from typology.simulation.survey import simulate_survey
from typology.study.export import export_study
from typology.study.record import Study
from typology.study.store import public_study, write_sheets
from typology.study.waves import compare_studies
from typology.study.workflow import read_study, run_study
from typology.survey.survey import read_survey
from typology.tables.contracts.gate import RULES_KNOWN
from typology.tables.contracts.leaning_words import INSTEAD
from typology.tables.package import read_tables
from typology.tables.schema import TABLES, rules_in, tables_in
from typology.tables.settings import Settings
from typology.types.leanings import (
    ABOVE,
    BETWEEN,
    NEAREST,
    find_leanings,
    naming_goals,
    sentence_of,
    standing,
)

LANGUAGES = ("de", "en")
SIDES = ("above", "rather_above", "average", "rather_below", "below")


def speaks_of_types(text: str) -> bool:
    """Whether a sentence or heading does, its placeholders aside."""
    return bool(OF_TYPES.search(re.sub(r"{\w+}", "", text)))


OF_TYPES = re.compile(r"\bTyp(?:en?|s|anteils?)?\b|\b[Tt]ypes?\b")


def comparison(kind: str, n_traits: int) -> Comparison:
    """A verdict beyond doubt: one rival of this kind leads by far."""
    rows = [
        {"model": "classes_1", "kind": "classes", "n_classes": 1, "bic": 9000.0},
        {"model": "classes_4", "kind": "classes", "n_classes": 4, "bic": 8000.0, "cross_validated": -900.0},
        {
            "model": "rival",
            "kind": kind,
            "n_traits": n_traits,
            "bic": 7000.0,
            "lead": -500.0,
            "z": 0.0,
            "replicates": 9,
        },
    ]
    blank = {"n_traits": 0, "n_classes": 0, "n_parameters": 20, "log_likelihood": -2000.0, "replicates": 0}
    found = Comparison.of(pd.DataFrame([blank | row for row in rows]).reindex(columns=list(COMPARISON_COLUMNS)), "pick")
    assert (found.verdict, found.rival) == ("degrees", "rival")
    return found


def graded_answers(n_traits: int, n: int = 400, seed: int = 3) -> tuple[pd.DataFrame, np.ndarray]:
    """Yes/no answers to three goals per trait, and the traits."""
    rng = np.random.default_rng(seed)
    traits = rng.normal(size=(n, n_traits))
    goals = [f"ziel_{trait}_{number}" for trait in range(n_traits) for number in range(3)]
    yes = 2.5 * np.repeat(traits, 3, axis=1) > rng.logistic(size=(n, 3 * n_traits))
    table = pd.DataFrame(np.where(yes, "ja", "nein"), columns=goals, index=pd.Index([f"{i:05d}" for i in range(n)]))
    return table.astype(pd.CategoricalDtype(["nein", "ja"])), traits


# -- the places ----------------------------------------------------------------------------------------------------


def test_places_follow_the_traits_that_made_the_answers():
    goals, traits = graded_answers(3)
    signatures = {name: [f"ziel_{trait}_{n}" for n in range(3)] for trait, name in enumerate("abc")}
    found = find_leanings(goals, goals.index, GoalQuestion("yes_no"), signatures, comparison("signatures", 3))
    assert found.names == ("a", "b", "c")
    for trait, name in enumerate("abc"):
        own = found.places[name].to_numpy()
        assert np.corrcoef(own, traits[:, trait])[0, 1] > 0.75
        off = (own - traits[:, trait]) / found.errors[name].to_numpy()
        assert abs(np.std(off) - 1) < 0.15, "the stated error is the real one"
        # 0 is the mean of the municipalities and 1 their standard deviation
        assert abs(own.mean()) < 0.15
        assert abs(np.mean(own**2 + found.errors[name].to_numpy() ** 2) - 1) < 0.25
    assert np.allclose(found.strongest.sum(axis=1), 1)
    stated = found.strongest.max(axis=1).to_numpy()
    right = found.strongest.to_numpy().argmax(axis=1) == traits.argmax(axis=1)
    assert abs(stated.mean() - right.mean()) < 0.07, "the probability to be the strongest is kept"


def test_the_leaning_called_nearest_is_the_one_that_made_the_answers(tmp_path):
    folder = simulate_survey(tmp_path / "grade", n=412, structure="degrees")
    survey = read_survey(folder)
    goals, content = goals_matrix(survey), survey.content
    signatures = {item.key: item.signature for item in content.types}
    rows = estimation_rows(survey, goals)
    found = find_leanings(goals, rows, goal_question(survey), signatures, comparison("signatures", 4))
    assert found.names == tuple(signatures)
    truth = pd.read_csv(folder / "truth" / "truth.csv", dtype={"key": str}).set_index("key")
    known = found.strongest.dropna()
    stated = [standing(row) for row in known.to_numpy()]
    nearest = [(key, found.names[first]) for key, (status, first, _) in zip(known.index, stated, strict=True)
               if status == "klar"]  # fmt: skip
    strongest = truth[list(found.names)].idxmax(axis=1)
    right = np.mean([strongest[key] == name for key, name in nearest])
    # the figures of docs/pages/method.md: two in three, and of these four in five
    assert 0.63 < len(nearest) / len(known) < 0.71 and 0.77 < right < 0.83


def test_leanings_that_the_catalogue_does_not_know_are_named_by_their_strongest_goals():
    goals, _ = graded_answers(2)
    found = find_leanings(goals, goals.index, GoalQuestion("yes_no"), {}, comparison("traits", 2))
    assert found.names == ("neigung_1", "neigung_2")
    named = naming_goals(found.goals)
    groups = [{goal.rsplit("_", 1)[0] for goal in goals} for goals in named.values()]
    assert groups in ([{"ziel_0"}, {"ziel_1"}], [{"ziel_1"}, {"ziel_0"}]), "simple axes find the goals of each trait"
    content = load_content().of_leanings(named)
    label = content.label("type", "neigung_1", "de")
    assert label.startswith("Schwerpunkt „") and all(goal.replace("_", " ") in label for goal in named["neigung_1"])


def test_one_trait_is_one_ordering():
    goals, traits = graded_answers(1)
    found = find_leanings(goals, goals.index, GoalQuestion("yes_no"), {"a": list(goals)}, comparison("traits", 1))
    assert found.names == ("neigung_1",)
    above = found.strongest["neigung_1"].to_numpy()
    assert above[traits[:, 0] > 1].mean() > 0.85 and above[traits[:, 0] < -1].mean() < 0.15


@pytest.mark.parametrize("kind", ["style", "pairs"])
def test_a_habit_or_doubled_goals_are_no_leanings(kind):
    goals, _ = graded_answers(2, n=60)
    found = find_leanings(goals, goals.index, GoalQuestion("yes_no"), {"a": list(goals)[:3]}, comparison(kind, 1))
    assert found.names == () and found.table().empty and found.goals.empty


def test_goals_that_do_not_hang_together_bear_no_name_of_the_catalogue():
    goals, _ = graded_answers(2)
    crossed = {"a": ["ziel_0_0", "ziel_1_0"], "b": ["ziel_0_1", "ziel_1_1"]}
    found = find_leanings(goals, goals.index, GoalQuestion("yes_no"), crossed, comparison("traits", 2))
    assert found.names == ("neigung_1", "neigung_2")


def test_who_answered_nothing_has_no_place():
    goals, _ = graded_answers(2, n=100)
    goals.iloc[0] = None
    found = find_leanings(goals, goals.index[1:], GoalQuestion("yes_no"), {}, comparison("traits", 2))
    assert found.places.iloc[0].isna().all() and found.places.iloc[1:].notna().all(axis=None)
    assert goals.index[0] not in set(found.table()["key"])


# -- what is said of them ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strongest", "places", "said"),
    [
        ([NEAREST, 1 - NEAREST], {"a": (0.9, 0.6)}, "leaning_nearest"),
        ([NEAREST, 1 - NEAREST], {"a": (0.5, 0.6)}, "leaning_nearest_middle"),
        ([NEAREST - 0.01, 0.3, 0.11], {"a": (0.9, 0.6)}, "leaning_between"),
        ([0.5, BETWEEN - 0.5 - 0.01, 0.21], {"a": (0.1, 0.6), "b": (-0.2, 0.6)}, "leaning_middle"),
        ([0.4, 0.39, 0.21], {"a": (0.9, 0.6), "b": (0.7, 0.6)}, "leaning_several"),
        ([ABOVE], {"a": (0.9, 0.5)}, "leaning_above"),
        ([1 - ABOVE], {"a": (-0.9, 0.5)}, "leaning_below"),
        ([0.5], {"a": (0.0, 0.5)}, "leaning_average"),
        ([], {}, "leaning_none"),
    ],
)
def test_every_sentence_follows_from_the_rule(strongest, places, said):
    status, first, _ = standing(np.array(strongest)) if strongest else ("nicht_zuzuordnen", -1, -1)
    nearest = "abc"[first] if first >= 0 else ""
    assert sentence_of(status, strongest, places, nearest) == said
    # who keeps the answers closed is told no more than the status
    closed = sentence_of(status, [None] * len(strongest), {}, nearest)
    assert closed in {said, "leaning_nearest", "leaning_between_closed", "leaning_middle_closed", "leaning_not_above"}
    content = load_content()
    assert all(
        content.say(name, language, name="X", type="A", second="B") for name in (said, closed) for language in LANGUAGES
    )


def test_every_sentence_on_types_has_one_on_leanings_or_is_never_said_then():
    content = load_content()
    silent = re.compile(
        r"(types|apart|degrees|selection|naming|quality|wave|status|reason|method|figure)_|counterfactual|"
        r"view_reason_spread|view_status_|sheet_(corrected|overview_(naming|stability|score|share))|sheetline_share_percent|summary_sure_|"
        r"site_(shares|share|probabilities|methods|table_(classes|naming|selection|stability|calibration|short_form|wave_flows))|"
        r"js_(status|early|short_text|second|change|probabilities|mode_typology|mode_practice|mode_orientation_real|clarity|no_type|partners)|"
        r"overview_limit_(reconstructed|no_interval)|weighting_|quality"
    )
    without = [
        key
        for key, text in content.sentences.items()
        if any(speaks_of_types(text.of(language)) for language in LANGUAGES)
        and not key.startswith((OF_LEANINGS, OF_NONE, "leaning_"))
        and OF_LEANINGS + key not in content.sentences
        and not silent.match(key)
    ]
    assert without == []
    of_leanings = content.of_leanings({})
    for key in (name.removeprefix(OF_LEANINGS) for name in content.sentences if name.startswith(OF_LEANINGS)):
        assert key in of_leanings.sentences
    speaks = [key for key, text in of_leanings.sentences.items() if key.startswith(("as_leaning", "leaning"))
              and key not in ("as_leaning_structure_weak", "as_leaning_site_check_lead", "leaning_none",
                              "as_leaning_sheet_overview_number")
              and any(speaks_of_types(text.of(language)) for language in LANGUAGES)]  # fmt: skip
    assert speaks == []


def test_headings_of_tables_speak_of_leanings():
    declared = {words for table in TABLES.values() for words in (table.title, table.sheet)} | {
        column.title for table in TABLES.values() for column in table.columns
    }
    assert set(INSTEAD) <= declared | set(RULES_KNOWN.values()), "every heading that is replaced is one"
    spoken = tables_in(load_content().of_leanings({}))
    left_out = {"degrees", "stability_types", "stability_municipalities", "calibration", "short_form"}
    left_out |= {name for name in TABLES if name.startswith("wave_")}  # of leanings no moves are counted
    wrong = [
        (table.name, words.de)
        for table in spoken.values()
        if table.name not in left_out
        for words in (table.title, table.sheet, *(column.title for column in table.columns))
        if words is not None and any(speaks_of_types(words.of(language)) for language in LANGUAGES)
    ]
    assert wrong == []


# -- a whole study -------------------------------------------------------------------------------------------------

# the rival is given, so that nothing hangs on how well classes are estimated
QUICK = Settings(n_init=2, max_classes=2, replicates=2, resamples=2, margins=("size_class",))


#: The rival that is found, with its traits, and whether there is a site: leanings, one ordering, and neither of them.
FOUND = {"leanings": ("signatures", 4, True), "ordering": ("traits", 1, False), "none": ("pairs", 2, True)}


class Studies(dict[str, Path]):
    """Folders of studies, each computed when it is asked for."""

    def __init__(self, make: Callable[[str], Path]) -> None:
        super().__init__()
        self.make = make

    def __missing__(self, name: str) -> Path:
        self[name] = self.make(name)
        return self[name]


@pytest.fixture(scope="session")
def studies(once) -> Studies:
    """Studies of the same 48 answers made by degrees, judged alike but for the rival: leanings, one ordering, none."""
    raw = once("raw-grade", lambda folder: simulate_survey(folder, n=48, key="grade", structure="degrees"))

    def compute(folder: Path, found: Comparison, export: bool) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("typology.clustering.degrees.comparison.compare_degrees", lambda *_, **__: found)
            run_study(raw, folder, QUICK, jobs=1, sheets=False, site=export, progress=lambda _: None)
            if export:
                export_study(read_study(folder), folder / "export")

    def make(name: str) -> Path:
        rival, traits, site = FOUND[name]
        return once(f"grade-{name}", lambda folder: compute(folder, comparison(rival, traits), site))

    return Studies(make)


@pytest.fixture(scope="session")
def leaning_study(studies) -> Study:
    """The one with the leanings of the catalogue."""
    return read_study(studies["leanings"])


def forbidden() -> list[str]:
    """Parts of sentences that only types can be spoken of in: from the sentences that leanings have others for."""
    content = load_content()
    parts = {"Zugeordnete Kommunen", "Municipalities assigned", "Anteil im Modell"}
    for key in (name.removeprefix(OF_LEANINGS) for name in content.sentences if name.startswith(OF_LEANINGS)):
        if key not in content.sentences:
            continue
        for language in LANGUAGES:
            instead = content.sentences[OF_LEANINGS + key].of(language)
            for part in re.split(r"{\w+}", content.sentences[key].of(language)):
                told = part.strip(" .:,()")
                if OF_TYPES.search(told) and len(told) > 8 and told not in instead:
                    parts.add(told)
    labels = {item.label.of(language) for item in content.types for language in LANGUAGES}
    return sorted(parts | {f"{label}:" for label in labels} | {f"{label} (" for label in labels})


SOURCES = ("run.json", "glossary.html", "imprint.html")
"""What names the published study of types as the source, or explains the word."""


def texts_of(folder: Path, *, sheets: bool = True) -> dict[str, str]:
    """What every file of a study says, by its path: pages, tables, plain data, workbooks, agendas, sheets."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix in (".html", ".csv", ".json", ".md") and path.name not in SOURCES:
            found[name] = path.read_text(encoding="utf-8")
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                found[name] = "\n".join(
                    book.read(part).decode() for part in book.namelist() if part.endswith((".xml",))
                )
        elif sheets and path.suffix == ".pdf":
            found[name] = " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())
    return found


@pytest.mark.long
def test_no_file_of_a_study_speaks_of_types_as_if_they_were_counted(studies, tmp_path):
    words = forbidden()
    assert len(words) > 40
    for name in FOUND:
        folder = studies[name]
        study = read_study(folder)
        keys = list(study.tables.assignments.index[:2])
        write_sheets(study, tmp_path / name / "internal", audience="self", progress=lambda _: None, keys=keys)
        # the verdict itself says that there are no types
        verdicts = study.info.degrees.values()
        texts = texts_of(folder) | texts_of(tmp_path / name)
        texts = {path: re.sub("|".join(map(re.escape, verdicts)), "", text) for path, text in texts.items()}
        kinds = {Path(path).suffix for path in texts}
        assert {".csv", ".json", ".md", ".pdf"} <= kinds and ({".html", ".xlsx"} <= kinds or name == "ordering")
        told = [(path, word) for path, text in texts.items() for word in words if word in text]
        assert told == [], name
        counted = re.compile(r"\d+\s?% (?:sind|are) ")
        assert [path for path, text in texts.items() if counted.search(text)] == []


def test_the_forbidden_words_would_be_found(practice_processed):
    texts = texts_of(practice_processed / "public", sheets=False)
    found = {word for word in forbidden() for text in texts.values() if word in text}
    assert len(found) > 15


def test_no_share_stands_anywhere(leaning_study):
    tables = leaning_study.tables
    assert tables.types["share"].isna().all()
    assert "type" not in set(tables.weighted["measure"])
    assert set(tables.quality["name"]) <= {
        "ticks_mean", "ticks_sd", "ticks_expected_sd", "design_effect", "effective_n", "unrepresented",
    }  # fmt: skip
    assert not any(item.named for item in leaning_study.typology.types), "no class bears the name of a type"
    assert not (leaning_study.folder / "public" / "typology.json").exists()


def test_every_municipality_with_answers_has_a_place_on_every_leaning(leaning_study):
    tables = leaning_study.tables
    known = tables.assignments.index[~tables.assignments["reason"].isin(["no_answer", "too_few_answers"])]
    per_key = tables.leanings.groupby("key")["leaning"].agg(list)
    assert set(per_key.index) == set(known) and len(known) > 40
    assert all(names == [mark["key"] for mark in leaning_study._maker.types()] for names in per_key)
    for key in known[:5]:
        seen = leaning_study.view(key)
        rows = tables.leanings[tables.leanings["key"] == key]
        assert [item["place"] for item in seen["leanings"]] == [round(place, 2) for place in rows["place"]]
        assert seen["survey"]["doubted"] == leaning_study.info.degrees and seen["probabilities"] == []


def test_the_sentence_of_a_page_is_that_of_the_sheet(leaning_study, studies):
    folder = studies["leanings"] / "public" / "gemeinde"
    pages = sorted(folder.glob("*.json"))
    assert len(pages) > 20
    for path in pages:
        page = json.loads(path.read_text(encoding="utf-8"))
        inside = leaning_study.view(page["key"])
        if page["leanings"]:
            assert page["status"]["sentence"] == inside["status"]["sentence"], page["key"]


# -- the gate ------------------------------------------------------------------------------------------------------


def test_the_word_beside_a_place_is_that_of_its_bar(leaning_study):
    """Stronger or weaker: the bar lies on one side; rather: it reaches across; as on average: hardly off the middle."""
    words = {leaning_study.content.say(f"leaning_place_{name}", "de"): name for name in SIDES}
    said = [
        (item["place"], item["error"], words[item["standing"]["de"]])
        for key in leaning_study.tables.assignments.index
        for item in leaning_study.view(key)["leanings"]
    ]
    assert len(said) > 100 and {name for *_, name in said} >= {"above", "average", "rather_below"}
    for place, error, name in said:
        assert (name == "average") == (abs(place) <= NEAR)
        if name != "average":
            assert name.startswith("rather_") == (place - error <= 0 <= place + error)
            assert name.endswith("above") == (place > 0)


def test_places_of_closed_answers_are_not_published(leaning_study):
    tables = leaning_study.tables
    public = public_tables(tables)
    open_ = listed_keys(tables.consent, "answers")
    closed = listed_keys(tables.consent).difference(open_)
    assert len(closed) > 3 and len(open_) > 3
    assert set(public.leanings["key"]) <= set(open_) and len(public.leanings)
    for column in ("place", "error"):
        assert np.allclose(public.leanings[column], public.leanings[column].round(1))
    shown = public_study(leaning_study)
    for key in closed:
        seen = shown.view(key)
        assert seen["leanings"] == [] and seen["second_type"] is None
        stated = json.dumps(seen["status"], ensure_ascii=False)
        assert not re.search(r"\d", stated.replace(seen["name_long"], ""))
    # nothing else may tell a place: two with the same status and nearest leaning look alike
    rows = public.assignments.loc[closed].drop(columns=["type", "status"])
    assert (rows.isna() | rows.eq("")).all(axis=None)


# -- partners and teams --------------------------------------------------------------------------------------------


def test_likeness_is_nearness_of_the_places(leaning_study):
    tables = leaning_study.tables
    bodies = prepare_bodies(
        tables.assignments, tables.municipality_profiles, tables.municipalities, tables.consent, tables.leanings
    )
    pairs = Pairs(bodies, np.arange(bodies.n), np.arange(bodies.n), grid=True)
    likeness = pairs.part("type", "similar")
    places = tables.leanings.pivot(index="key", columns="leaning", values="place").reindex(bodies.keys)
    values = places.to_numpy()
    apart = np.sqrt(((values[:, None] - values[None, :]) ** 2).sum(axis=2))
    known = ~np.isnan(apart)
    order = np.argsort(apart[known])
    assert (np.diff(likeness[known][order]) <= 1e-3).all(), "the nearer, the more alike"
    usual = np.sqrt(np.mean(apart[known] ** 2))
    assert abs(bodies.typical_distance - usual) < 1e-6
    assert np.allclose(pairs.differ[known], apart[known] > usual)
    assert (likeness[~known] == 0).all()


def test_a_team_holds_one_that_stands_highest_on_each_leaning(leaning_study):
    tables = leaning_study.tables
    assert len(tables.teams)
    places = tables.leanings.pivot(index="key", columns="leaning", values="place")
    for _, team in tables.team_members.groupby("team"):
        assert set(team["type"]) == set(places.columns)
        assert list(places.loc[team["key"]].idxmax(axis=1)) == list(team["type"])


def test_a_reason_that_names_a_leaning_is_true_of_both(leaning_study):
    tables = leaning_study.tables
    clear = tables.assignments["type"].where(tables.assignments["status"] == "klar", "")
    lists = pd.concat([tables.similar, tables.complementary])
    told = 0
    for row in lists.itertuples():
        for reason in (row.topic, row.likeness, row.difference):
            kind, _, leaning = str(reason).partition(":")
            if kind in ("like_type", "topic_same_type"):
                assert clear[row.key] == clear[row.partner] == leaning
            elif kind in ("diff_type", "topic_type"):
                assert clear[row.partner] == leaning
                assert kind == "topic_type" or clear[row.key] != leaning
            else:
                continue
            told += 1
    assert told > 5


def test_highest_leanings_need_no_places():
    bodies: Any = type("Bodies", (), {"places": None})()
    assert highest_leanings(bodies) is bodies


# -- other words for other rivals, and none for types --------------------------------------------------------------


@pytest.mark.long
def test_one_ordering_and_none_at_all_say_what_they_are(studies):
    ordering, none = read_study(studies["ordering"]), read_study(studies["none"])
    said = {ordering.view(key)["status"]["sentence"]["de"].split(":")[0] for key in ordering.tables.leanings["key"]}
    assert any("über der Mitte" in text for text in said) and any("unter der Mitte" in text for text in said)
    pages = (studies["none"] / "public" / "index.html").read_text("utf-8")
    assert "Ziele der digitalen Kommune" in pages and "Schwerpunkte sagen" not in pages
    key = none.tables.assignments.index[none.tables.assignments["answered"] > 0][0]
    assert "weder Typen noch Schwerpunkte" in none.view(key)["status"]["sentence"]["de"]
    assert none.info.degrees["de"].endswith("Deshalb sind hier weder Typen noch Schwerpunkte zu nennen.")
    assert none.info.degrees["en"].endswith("So there are neither types nor leanings to be named here.")
    assert ordering.info.degrees["en"].endswith("in that order, but not divided into types.")
    assert not list((studies["none"] / "public" / "typ").glob("*.html")) and none.tables.teams.empty
    assert len(none.tables.similar) and len(none.tables.complementary)


@pytest.mark.long
@pytest.mark.parametrize("name", ["leanings", "ordering", "none"])
def test_the_command_line_speaks_of_leanings(studies, name, capsys):
    study = read_study(studies[name])
    echo_summary(study, studies[name])
    shown = capsys.readouterr().out + municipality_text(study.view(study.tables.assignments.index[0])) + repr(study)
    told = shown.replace(study.info.degrees["de"], "")
    assert not [word for word in forbidden() if word in told]
    assert "Schwerpunkt" in shown and "%" not in shown.split("Stark im Vergleich")[0].split("Designeffekt")[0]


def test_nobody_moves_between_types_that_there_are_not(leaning_study):
    with pytest.raises(StudyError, match="keine Typen, zwischen denen jemand wechseln"):
        compare_studies(leaning_study, leaning_study)


def test_under_types_nothing_is_said_of_leanings(practice_processed):
    study = read_study(practice_processed)
    assert study.content.leanings is None and not study.tables.is_made("leanings")
    view = study.view(study.tables.assignments.index[0])
    assert "leanings" not in view and "doubted" not in view["survey"] and "heading" not in view
    assert "Schwerpunkte der digitalen Kommune" not in (practice_processed / "public" / "index.html").read_text("utf-8")


@pytest.mark.long
def test_of_few_changes_a_study_of_leanings_keeps_its_figures_verdict_and_words(studies, tmp_path):
    """Two gave other answers, and the answers now speak for types: public stays of leanings, without those two."""
    before = read_study(studies["leanings"])
    consent = before.tables.consent
    closed, open_ = consent.index[consent["listed"] & ~consent["answers"]], before.tables.goals.index.intersection(
        consent.index[consent["listed"] & consent["answers"]])  # fmt: skip
    changed, donor = [closed[0], open_[0]], open_[-1]
    raw, target = tmp_path / "grade", tmp_path / "study"
    shutil.copytree(studies["leanings"].parent / "raw-grade", raw)
    shutil.copytree(studies["leanings"], target)
    answers = pd.read_csv(raw / "responses.csv", sep=None, engine="python", dtype=str, keep_default_na=False)
    ticks = [name for name in answers if name.startswith("Z1[")]
    given = answers.loc[answers["G01Q01"] == donor, ticks].iloc[0]
    for key in changed:
        assert (answers.loc[answers["G01Q01"] == key, ticks] != given).any(axis=None), "they do answer otherwise"
        answers.loc[answers["G01Q01"] == key, ticks] = given.to_numpy()
    answers.to_csv(raw / "responses.csv", index=False)
    now = run_study(raw, target, replace(QUICK, degrees=False), jobs=1, sheets=False, site=False, replace=True,
                    progress=lambda _: None)  # fmt: skip
    assert not now.info.leans

    old, new = (read_tables(folder / "public", public=True) for folder in (studies["leanings"], target))
    for name in FIGURES:
        pd.testing.assert_frame_equal(new.get(name), old.get(name), obj=name)
    assert set(new.assignments.index) == set(old.assignments.index)
    same = old.assignments.index.drop(changed)
    pd.testing.assert_frame_equal(new.assignments.loc[same], old.assignments.loc[same])
    mine = new.assignments.loc[changed]
    assert (mine[["type", "second_type"]] == "").all(axis=None) and mine.filter(like="p_").isna().all(axis=None)
    assert mine["status"].tolist() == ["nicht_zuzuordnen"] * 2 and mine["reason"].tolist() == ["newer"] * 2
    kept = old.leanings[~old.leanings["key"].isin(changed)].reset_index(drop=True)
    assert 0 < len(kept) < len(old.leanings)
    pd.testing.assert_frame_equal(new.leanings, kept)
    assert not (target / "public" / "typology.json").exists(), "a model that the answers did not speak for"

    first, shown = public_study(before), public_study(read_study(target))
    assert shown.info.leans and shown.info.judged == before.info.judged and shown.info.model == first.info.model
    assert "n_rows" not in shown.typology.provenance, "the model behind the figures is the published one"
    assert shown.content.say("site_type", "de") == "Schwerpunkt"
    for view in ViewMaker(shown.tables, shown.info, shown.content, "public").municipalities(changed):
        assert "neuer als die veröffentlichten Zahlen" in view["status"]["sentence"]["de"]
        assert view["leanings"] == []


@pytest.mark.long
def test_the_gate_and_the_glossary_speak_of_leanings_and_not_of_how_sure_a_type_is(studies, tmp_path):
    for content, n in ((load_content(), 1), (load_content().of_leanings({}), 0)):
        rules = rules_in(content).values()
        assert sum(any(speaks_of_types(words.of(one)) for one in LANGUAGES) for words in rules) == n
    for folder in (studies["leanings"], studies["none"]):
        page = (folder / "public" / "glossary.html").read_text(encoding="utf-8")
        assert 'id="d_team"' in page and 'id="bic"' in page
        assert not re.search(r'id="(klar|mischtyp|nicht_zuzuordnen)"|aller Typen', page)
    shutil.copytree(studies["leanings"] / "internal", tmp_path / "processed" / "grade" / "internal")
    said = CliRunner().invoke(main, ["gate", "grade", "--data", str(tmp_path)])
    assert said.exit_code == 0, said.output
    titles = [line for line in said.output.splitlines() if line and not line.startswith(" ")]
    assert len(titles) > 5 and not [line for line in titles if speaks_of_types(line)]
