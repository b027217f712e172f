"""Types or degrees, and how many: what a study says of both, and that it never says one against the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from miniature import QUICK

from typology.__main__ import main
from typology.clustering.degrees.comparison import COMPARISON_COLUMNS, Comparison
from typology.clustering.selection import Verdict
from typology.commands.show import municipality_text
from typology.commands.study import echo_summary
from typology.content.catalogue import load_content
from typology.publishing.site.pages import Pages
from typology.publishing.views.maker import ViewMaker
from typology.publishing.views.overview import overview_view
from typology.study.export import workbook_sheets
from typology.study.record import Study
from typology.study.store import public_study, write_site
from typology.study.verdicts import say_verdicts
from typology.study.workflow import fit_study, read_study
from typology.survey.survey import read_survey
from typology.tables.figures import quality_table
from typology.tables.info import StudyInfo

NUMBER = "Für 4 Typen sprechen"  # how the sentence on the number of types begins where the criteria agree
CONSEQUENCE = "Die Namen der Typen stehen deshalb nur für Schwerpunkte, denen eine Kommune mehr oder weniger ähnelt."


def models(**changes: dict[str, Any]) -> pd.DataFrame:
    """One class, four classes and two rivals, both rejected; ``changes`` by model."""
    rows = {
        "classes_1": {"kind": "classes", "n_classes": 1, "bic": 4300.0},
        "classes_4": {"kind": "classes", "n_classes": 4, "bic": 4000.0, "cross_validated": -1914.0},
        "traits_1": {"kind": "traits", "n_traits": 1, "bic": 4150.0, "lead": 75.0},
        "traits_3": {"kind": "traits", "n_traits": 3, "bic": 3995.0, "lead": -2.5, "z": 4.5, "replicates": 5,
                     "cross_validated": -1919.0, "cross_validated_error": 4.6},
        "ordered_3": {"kind": "ordered", "n_traits": 1, "bic": 3900.0, "lead": -50.0},
    }  # fmt: skip
    for model, values in changes.items():
        rows[model] |= values
    blank = {"n_traits": 0, "n_classes": 0, "n_parameters": 20, "log_likelihood": -2000.0, "replicates": 0}
    return pd.DataFrame([{"model": name} | blank | row for name, row in rows.items()]).reindex(
        columns=list(COMPARISON_COLUMNS)
    )


@pytest.mark.parametrize(
    ("changes", "verdict", "reason", "rival"),
    [
        ({}, "types", "every_rival_rejected", "traits_3"),
        ({"traits_3": {"cross_validated": -1909.3}}, "undecided", "cross_validation_disagrees", "traits_3"),
        ({"traits_3": {"cross_validated": -1909.5}}, "types", "every_rival_rejected", "traits_3"),
        ({"traits_3": {"bic": 3964.0}}, "undecided", "bic_disagrees", "traits_3"),
        ({"traits_3": {"bic": 3966.0}}, "types", "every_rival_rejected", "traits_3"),
        ({"traits_3": {"z": 2.0}, "classes_4": {"z": -2.4}}, "undecided", "both_possible", "traits_3"),
        ({"traits_3": {"z": 2.0}, "classes_4": {"z": -2.6}}, "degrees", "classes_rejected", "traits_3"),
        ({"traits_3": {"z": 2.0, "bic": 3964.0}}, "degrees", "bic_clear", "traits_3"),
        (
            {"traits_3": {"z": 2.0}, "traits_1": {"kind": "signatures", "n_traits": 4, "z": 3.0, "bic": 3899.0}},
            "degrees",
            "bic_clear",
            "traits_3",
        ),
        (
            {"traits_3": {"z": 2.0}, "traits_1": {"kind": "signatures", "n_traits": 4, "z": 3.0, "bic": 3901.0}},
            "undecided",
            "both_possible",
            "traits_3",
        ),
        (
            {"traits_3": {"z": 2.0}, "traits_1": {"kind": "pairs", "n_traits": 2, "z": 3.0, "bic": 3899.0}},
            "undecided",
            "both_possible",
            "traits_3",
        ),
        ({"traits_3": {"z": -2.6}}, "undecided", "neither_fits", "traits_3"),
        ({"traits_1": {"z": 1.0, "bic": 3989.0}}, "degrees", "bic_clear", "traits_1"),
        ({"classes_1": {"bic": 3999.0}}, "undecided", "one_class", "traits_3"),
        ({"classes_1": {"bic": 3999.0}, "traits_3": {"bic": 3963.0}}, "degrees", "bic_clear", "traits_3"),
    ],
)
def test_the_verdict_follows_from_the_table_alone(changes, verdict, reason, rival):
    found = Comparison.of(models(**changes), "pick")
    assert (found.verdict, found.reason, found.rival) == (verdict, reason, rival)


LED = {"kind": "signatures", "n_traits": 4, "z": 3.0}


@pytest.mark.parametrize(
    ("leanings", "verdict", "named_so"),
    [(3926.0, "undecided", False), (3924.0, "undecided", True), (3899.0, "degrees", False)],
)
def test_names_are_those_of_leanings_where_these_lead_and_nothing_is_told(leanings, verdict, named_so):
    table = models(traits_3={"z": 1.0}, traits_1={**LED, "bic": leanings})
    found = Comparison.of(table, "pick")
    assert (found.verdict, found.names_are_leanings) == (verdict, named_so)


def test_classes_without_a_rival_are_too_few():
    table = models()
    found = Comparison.of(table[table["kind"].isin(["classes", "ordered"])], "pick")
    assert (found.verdict, found.reason, found.n_classes, found.rival) == ("undecided", "too_few", 4, "")


TYPES, DEGREES = models(), models(traits_3={"z": 1.0, "bic": 3900.0})
UNDECIDED, LOOSE = models(traits_3={"z": 1.0}), models(classes_1={"bic": 3999.0})
AGREE, FIVE = Verdict("selection_agree", 4, 4, 4, 4, 0.005, 4), Verdict("selection_agree", 5, 5, 5, 5, 0.005, 5)
ONE, UNTESTED = Verdict("selection_one", 1, 1, 1, 1, 0.5, 4), Verdict("selection_undecided", 1, 4, 4, 1, 0.1, 4)


@pytest.mark.parametrize(
    ("table", "selected", "degrees", "number"),
    [
        (TYPES, AGREE, "Die Antworten sprechen für 4 Typen:", NUMBER),
        (TYPES, FIVE, "Die Antworten sprechen für Typen:", "Für 5 Typen sprechen"),
        (TYPES, UNTESTED, "Die Antworten sprechen für Typen:", "Die Zahl der Typen ist nicht geprüft"),
        (TYPES, ONE, "", "Keine Evidenz für mehr als einen Typ"),
        (TYPES, None, "Die Antworten sprechen für 4 Typen:", ""),
        (DEGREES, AGREE, "Die Antworten sprechen für Abstufungen und nicht für Typen: Die Unterschiede", ""),
        (DEGREES, ONE, "Die Antworten sprechen für Abstufungen und nicht für Typen: Die Unterschiede", ""),
        (UNDECIDED, AGREE, "Mit diesen Antworten lässt sich nicht unterscheiden", NUMBER),
        (UNDECIDED, ONE, "Mit diesen Antworten lässt sich nicht unterscheiden", "Keine Evidenz"),
        (LOOSE, ONE, "Die Antworten hängen zu wenig zusammen", "Keine Evidenz"),
        (LOOSE, AGREE, "Mit diesen Antworten lässt sich nicht unterscheiden", NUMBER),
        (None, AGREE, "", NUMBER),
        (None, None, "", ""),
    ],
)
def test_the_two_sentences_never_contradict_each_other(table, selected, degrees, number):
    compared = None if table is None else Comparison.of(table, "pick")
    said = say_verdicts(compared, selected, load_content())
    for found, wanted in zip(said, (degrees, number), strict=True):
        assert found["de"].startswith(wanted) and bool(found["de"]) == bool(found["en"]) == bool(wanted)
    assert said.degrees["de"].endswith(CONSEQUENCE) == (table is DEGREES)


def judged(study: Study, table: pd.DataFrame) -> Study:
    """A study that was held against these models."""
    compared = Comparison.of(table, "pick")
    tables = study.tables.having(degrees=table)
    said = say_verdicts(compared, AGREE, study.content)
    info = replace(study.info, types_or_degrees=compared.verdict, degrees=said.degrees, verdict=said.number)
    return replace(study, info=info, tables=tables.having(quality=quality_table(tables, study.typology)))


def everything_said(study: Study, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """What people read that names a verdict: console, overview, first page and method page, workbook."""
    shown = public_study(study)
    folder.mkdir()
    write = Pages.write

    def write_two(pages: Pages, path: str, *given: Any, **how: Any) -> None:
        if path in ("index.html", "method.html"):
            write(pages, path, *given, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Pages, "write", write_two)
        write_site(shown, None, folder)
    maker = ViewMaker(study.tables, study.info, study.content)
    capsys.readouterr()
    echo_summary(study, folder)
    sheets = {sheet.name: sheet for sheet in workbook_sheets(shown.tables, shown.info, study.content, public=True)}
    return {
        "run": capsys.readouterr().out,
        "show": municipality_text(study.view(str(study.tables.municipalities.index[0]))),
        "overview": overview_view(maker, study.typology)["verdict"]["de"],
        "first": (folder / "index.html").read_text(encoding="utf-8"),
        "method": (folder / "method.html").read_text(encoding="utf-8"),
        "quality": "\n".join(sheets["Güte"].notes),
        "selection": "\n".join(sheets["Zahl der Typen"].notes),
    }  # fmt: skip


# the first page and a municipality say only whether there are types
NO_NUMBER = {"show", "first"}


@pytest.mark.parametrize(("table", "wanted"), [(TYPES, "types"), (DEGREES, "degrees")])
def test_every_place_says_the_same(practice_processed, tmp_path, capsys, table, wanted):
    study = judged(read_study(practice_processed), table)
    assert study.info.types_or_degrees == wanted
    said = everything_said(study, tmp_path / "public", capsys)
    assert {place for place, text in said.items() if study.info.degrees["de"] not in text} == set()
    numbered = set() if wanted == "degrees" else set(said) - NO_NUMBER
    assert {place for place, text in said.items() if NUMBER in text} == numbered
    figures = set(study.tables.quality["name"])
    assert ({"types_supported", "types_p_value"} <= figures) == (wanted != "degrees")
    assert bool({"types_supported", "types_p_value"} & figures) == (wanted != "degrees")


def test_where_nothing_was_compared_only_the_number_is_said(practice_processed, tmp_path, capsys):
    study = read_study(practice_processed)
    assert (study.info.types_or_degrees, study.info.degrees, study.tables.is_made("degrees")) == (
        "", {"de": "", "en": ""}, False,
    )  # fmt: skip
    assert study.info.judged == study.info.verdict
    said = everything_said(study, tmp_path / "public", capsys)
    assert {place for place, text in said.items() if study.info.verdict["de"] in text} == set(said) - NO_NUMBER


@pytest.mark.long
def test_a_survey_made_by_degrees_says_so_and_names_no_number(stepless):
    study = read_study(stepless / "processed" / "stufen")
    assert study.info.types_or_degrees == "degrees" == Comparison.of(study.tables.degrees, "pick").verdict
    assert study.info.verdict == {"de": "", "en": ""}
    assert not list((stepless / "processed" / "stufen" / "public").rglob("degrees.csv"))
    shown = {}
    for part, edition in (("internal", study), ("public", public_study(study))):
        sheets = workbook_sheets(edition.tables, edition.info, study.content, public=part == "public")
        shown[part] = {sheet.name: sheet.notes for sheet in sheets}
        said = overview_view(ViewMaker(edition.tables, edition.info, study.content), edition.typology)["verdict"]
        assert said == study.info.degrees and said["de"].startswith("Die Antworten sprechen")
    verdict = study.info.degrees["de"]
    for part, sheet in (("internal", "Typen oder Abstufungen"), ("public", "Güte"), ("public", "Nächster Schwerpunkt")):
        assert verdict in shown[part][sheet]
    assert "Typen oder Abstufungen" not in shown["public"]


@pytest.mark.long
@pytest.mark.parametrize(("word", "code"), [("degrees", 0), ("types", 1), ("", 1)])
def test_verify_draws_the_verdict_again_from_the_table(stepless, monkeypatch, word, code):
    record = StudyInfo.from_json
    monkeypatch.setattr(
        StudyInfo, "from_json", classmethod(lambda _, data: replace(record(data), types_or_degrees=word))
    )
    result = CliRunner().invoke(main, ["verify", "stufen", "--data", str(stepless)])
    assert result.exit_code == code
    assert f"types_or_degrees{' ' * 18} {word or '–'} / degrees" in result.output


def test_of_a_frozen_typology_nothing_is_said(practice_folder, practice_processed):
    frozen = read_study(practice_processed, only=()).typology
    study = fit_study(
        read_survey(practice_folder), replace(QUICK, degrees=True), frozen=frozen, progress=lambda _: None
    )
    assert not study.tables.is_made("degrees")
    assert study.info.judged == {"de": "", "en": ""} and study.info.types_or_degrees == ""


@pytest.mark.long
def test_replicates_drawn_by_two_workers_are_those_of_one():
    from joblib import parallel_config

    from typology.clustering.degrees.comparison import compare_degrees
    from typology.clustering.engine.question import GoalQuestion
    from typology.simulation.survey import simulate_goals

    goals = simulate_goals(60, kind="pick", target=0.97, random_state=3).goals.iloc[:, :6]
    tables = []
    for jobs in (1, 2):
        with parallel_config(backend="threading", n_jobs=jobs):  # test_spread.py asks processes
            tables.append(compare_degrees(goals, question=GoalQuestion("pick", 3)).table)
    assert tables[0]["replicates"].sum() > 0 and np.isfinite(tables[0]["z"]).any()
    pd.testing.assert_frame_equal(*tables, check_exact=True)
