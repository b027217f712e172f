"""The whole way: from the demo survey to a study on disk, and what must never happen on it."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from miniature import QUICK
from sklearn.metrics import adjusted_rand_score
from written_tables import read_written

from typology.errors import StudyError, TypologyError
from typology.files.seals import SEAL
from typology.study.estimate import fit_typology
from typology.study.inputs import fingerprint
from typology.study.store import swap_in
from typology.study.workflow import fit_study, read_study, run_study
from typology.tables.figures import FIGURES, recompute
from typology.tables.settings import Settings


def quiet(_: str) -> None:
    """No progress."""


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip


def beside(target: Path) -> list[str]:
    """What lies where a study lies, without the empty file that its lock is."""
    return sorted(path.name for path in target.parent.iterdir() if path.name != f".{target.name}.lock")


@pytest.fixture
def small(tmp_path, practice_folder):
    """The practice survey, free to be changed."""
    return Path(shutil.copytree(practice_folder, tmp_path / "raw" / "klein"))


@pytest.fixture
def target(tmp_path, practice_processed):
    """Its study, free to be changed."""
    return Path(shutil.copytree(practice_processed, tmp_path / "processed" / "klein"))


def test_the_demo_gives_four_named_types_near_the_truth(demo_study, demo_folder):
    truth = pd.read_csv(demo_folder / "truth" / "truth.csv", dtype=str, keep_default_na=False).set_index("key")
    assert list(demo_study.typology.type_keys) == [item.key for item in demo_study.content.types]
    assert len(demo_study.tables.assignments) == 412
    assert demo_study.tables.selection["k"].tolist() == list(range(1, demo_study.run["settings"]["max_classes"] + 1))
    known = truth.index[truth["assigned"] != ""]  # the true model assigns nobody without usable goals
    assert len(known) == 400
    found = demo_study.tables.assignments.filter(regex="^p_").idxmax(axis=1).str.removeprefix("p_").loc[known]
    real = truth.loc[known, "type"]
    ours = adjusted_rand_score(real, found)
    oracle = adjusted_rand_score(real, truth.loc[known, "assigned"])
    assert 0.60 <= oracle <= 0.75
    assert ours >= oracle - 0.08
    # the names sit on the right classes, not only on some partition
    assert (real == found).mean() > 0.75


def test_every_respondent_is_in_every_table(demo_study):
    tables = demo_study.tables
    keys = set(tables.municipalities.index)
    assert len(keys) == 412
    for name in ("assignments", "goals", "stand", "wichtig", "pain_points", "consent"):
        assert set(tables.get(name).index) == keys, name
    assert set(tables.municipality_profiles["key"]) == keys
    probabilities = tables.assignments.filter(regex="^p_")
    assert (probabilities.sum(axis=1) - 1).abs().max() <= 4 * 0.5e-6 + 1e-9  # four types, six digits on disk


def test_quality_figures_are_recomputed_from_the_files(demo_processed):
    study = read_study(demo_processed)
    result = recompute(study.tables, study.typology)
    assert set(result["name"]) <= set(FIGURES)
    assert len(result) >= 8
    assert result["equal"].all(), result[~result["equal"]]
    wrong = study.tables.quality.copy()
    wrong["value"] += 0.01 * wrong["value"].abs().clip(lower=1.0)
    assert not recompute(study.tables.having(quality=wrong), study.typology)["equal"].any()


def test_public_folder_holds_only_who_agreed(demo_processed):
    study = read_study(demo_processed)
    consent = study.tables.consent
    hidden = consent.index[~consent["listed"]]
    public = demo_processed / "public"
    assert len(hidden) > 20 and sum(len(key) > 5 for key in hidden) > 20
    assert len(list((public / "tables").glob("*.csv"))) > 15
    assert len(list(public.glob("gemeinde/*.html"))) == len(consent) - len(hidden)
    for path in (public / "tables").glob("*.csv"):
        table = read_written(path)
        for column in ("key", "partner"):
            if column in table:
                assert not set(table[column]) & set(hidden), path.name
    for path in [*public.glob("gemeinde/*"), *public.glob("typ/*"), *public.glob("*.html")]:
        if path.name.startswith("register"):
            continue
        text = path.read_text(encoding="utf-8")
        found = [key for key in hidden if key in text and len(key) > 5]
        assert not found, (path.name, found[:3])


def test_every_respondent_has_a_sheet_and_in_public_who_agreed(practice_processed):
    consent = read_study(practice_processed, only=("consent",)).tables.consent
    listed = consent.index[consent["listed"]]
    assert 0 < len(listed) < len(consent)
    for part, keys in (("internal", consent.index), ("public", listed)):
        found = {path.stem for path in (practice_processed / part / "sheets" / "gemeinde").glob("*.pdf")}
        assert found == set(keys), part
        assert len(list((practice_processed / part / "sheets").rglob("*.pdf"))) == len(keys) + 4 + 1  # types, overview


@pytest.mark.long
def test_same_input_same_bytes(practice_processed, practice_again):
    one, other = hashes(practice_again), hashes(practice_processed)
    one.pop(SEAL), other.pop(SEAL)
    assert one == other and len(one) > 300
    told = [json.loads((folder / SEAL).read_text(encoding="utf-8")) for folder in (practice_again, practice_processed)]
    sources = [seal.pop("source") for seal in told]
    assert sources == ["../../raw/klein", "../raw-klein"], "only the way to the survey differs"
    assert told[0] == told[1]


def test_unchanged_study_is_not_computed_again(small, target):
    before = hashes(target)
    said: list[str] = []
    run_study(small, target, QUICK, progress=said.append)
    assert said == ["Nichts hat sich geändert; die vorhandene Studie gilt."]
    assert hashes(target) == before
    mark = fingerprint(small, QUICK)
    (small / "codebook.yaml").write_text((small / "codebook.yaml").read_text() + "\n# neu\n")
    assert fingerprint(small, QUICK) != mark


def test_truth_is_no_input(small):
    mark = fingerprint(small, "")
    for path in (small / "truth").iterdir():
        path.write_text("changed")
    assert fingerprint(small, "") == mark


def test_a_failed_run_leaves_the_old_study_whole(small, target):
    before = hashes(target)
    (small / "responses.csv").write_bytes(b"\x00\x01\x02 not a table")
    with pytest.raises(TypologyError):
        run_study(small, target, QUICK, progress=quiet)
    assert hashes(target) == before
    assert beside(target) == ["klein"]


def test_swap_in_cleans_up_after_any_interruption(tmp_path):
    target = tmp_path / "study"
    with swap_in(target) as building:
        (building / "a").write_text("one")

    def broken(error: type[BaseException]) -> None:
        with swap_in(target) as building:
            (building / "a").write_text("two")
            raise error

    for error in (KeyboardInterrupt, OSError):
        with pytest.raises(error):
            broken(error)
    assert (target / "a").read_text() == "one"
    assert beside(target) == ["study"]


def test_a_frozen_typology_is_applied_without_a_refit(small, demo_study):
    from typology.survey.survey import read_survey

    applied = fit_study(read_survey(small), frozen=demo_study.typology, progress=quiet)
    assert applied.typology is demo_study.typology
    assert applied.info.model == demo_study.typology.version
    assert set(applied.tables.assignments["type"]) <= {*demo_study.typology.type_keys, ""}


def test_a_missing_study_says_what_to_do(tmp_path):
    with pytest.raises(StudyError, match="typology run nix"):
        read_study(tmp_path / "nix")


def test_run_record_names_inputs_settings_and_no_path(demo_processed):
    text = (demo_processed / "internal" / "run.json").read_text(encoding="utf-8")
    record = json.loads(text)
    assert {"codebook.yaml", "register.csv", "responses.csv"} <= set(record["inputs"])
    assert not any(name.startswith("truth") for name in record["inputs"])
    assert record["settings"]["random_state"] == 0
    assert str(Path.home()) not in text and str(demo_processed) not in text
    assert sum(record["counts"].values()) == 2 * 412  # every type and the total


@pytest.mark.long
def test_another_seed_needs_no_code_change(tmp_path):
    from typology.simulation.survey import simulate_survey
    from typology.survey.survey import read_survey

    simulate_survey(tmp_path / "x", n=300, random_state=11, key="x")
    survey = read_survey(tmp_path / "x")
    typology = fit_typology(survey, Settings(n_init=50, degrees=False))
    assert set(typology.type_keys) == {item.key for item in survey.content.types}


@pytest.mark.long
def test_with_three_goals_there_is_no_short_form_and_all_the_rest(small, monkeypatch):
    from typology.survey.survey import read_survey

    monkeypatch.setattr("typology.study.quality.LEAST_ROWS", 20)
    path = small / "codebook.yaml"
    book = yaml.safe_load(path.read_text(encoding="utf-8"))
    columns = book["goals"]["columns"]
    book["goals"]["columns"] = dict(list(columns.items())[:3])
    book["drop"] = [*book.get("drop", []), *list(columns.values())[3:]]
    path.write_text(yaml.safe_dump(book, allow_unicode=True), encoding="utf-8")
    study = fit_study(
        read_survey(small),
        replace(QUICK, n_classes=2, max_classes=2, n_init=5, resamples=1, replicates=2),
        progress=quiet,
    )
    assert not study.tables.is_made("short_form") and len(study.tables.calibration)
    assert len(study.typology.goals) == 3 and len(study.tables.quality) > 5


@pytest.mark.long
def test_another_catalogue_with_its_own_types_needs_no_code_change(tmp_path):
    from typology.content.catalogue import load_content
    from typology.simulation.survey import simulate_survey

    content = load_content(Path(__file__).parent / "catalogue")
    folder, target = tmp_path / "anders", tmp_path / "processed" / "anders"
    simulate_survey(folder, n=60, random_state=1, content=content)
    few = replace(QUICK, n_classes=3, n_init=10, max_classes=2, resamples=1, replicates=9, margins=())
    run_study(folder, target, few, sheets=False, progress=quiet)
    study = read_study(target)
    assert study.typology.type_keys == ("gruene", "lernorte", "wohnorte")
    assert len(study.typology.goals) == 8
    page = (target / "public" / "typ" / "gruene.html").read_text(encoding="utf-8")
    assert "Die Grünen Orte" in page and "Bedächtig" not in page


@pytest.mark.long
def test_a_foreign_survey_runs_by_its_codebook_alone_and_stays_unnamed(tmp_path, external, monkeypatch):
    from typology.publishing.sheets.render import render_sheet
    from typology.publishing.views.maker import ViewMaker
    from typology.types.certainty import reliability
    from typology.types.short_form import evaluate_short_form

    # one fit to these answers is a long climb, and how exact the figures are is another test's matter
    monkeypatch.setattr(reliability, "__kwdefaults__", reliability.__kwdefaults__ | {"n_fits": 1, "n_init": 1})
    short = {"n_folds": 2, "n_init": 1}
    monkeypatch.setattr(evaluate_short_form, "__kwdefaults__", evaluate_short_form.__kwdefaults__ | short)

    source = external("surveys/chile_2023/bbdd_estudio_indicadores.xlsx")
    folder = tmp_path / "chile_2023"
    folder.mkdir()
    (folder / source.name).symlink_to(source)
    shutil.copy(Path(__file__).parent / "codebooks" / "chile_2023.yaml", folder / "codebook.yaml")
    target = tmp_path / "processed" / "chile_2023"
    few = replace(QUICK, n_init=2, resamples=1, replicates=2, max_classes=2)
    study = run_study(folder, target, few, sheets=False, progress=quiet)
    assert study.info.n == 188
    assert len(study.tables.calibration) and len(study.tables.short_form)
    assert all(key.startswith("gruppe_") for key in study.typology.type_keys)
    assert "enthält die Kennziele der Typen nicht" in study.typology.naming_sentence(study.content)
    assert (
        study.info.weak and "nicht geprüft" in study.info.verdict["de"]
    )  # 2 replicates decide nothing, and it says so
    maker = ViewMaker(study.tables, study.info, study.content)
    view = maker.municipality(study.tables.municipalities.index[0])
    assert any("bleiben deshalb unbenannt" in note["de"] for note in view["notes"]) or view["type"] is None
    assert render_sheet(view, kind="full", content=study.content).startswith(b"%PDF")
    assert render_sheet(maker.types()[0], kind="full", content=study.content).startswith(b"%PDF")
    # nobody consented, so nothing of a municipality is public
    assert not list((target / "public").glob("gemeinde/*.html"))
