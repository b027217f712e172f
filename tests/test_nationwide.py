"""The nationwide world keeps what it promises: proportions, distances, gaps; and its study goes end to end."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook
from scipy.spatial import cKDTree

from typology.commands.verbs import main
from typology.content.catalogue import load_content
from typology.errors import EstimationError
from typology.publishing.site.shared import read_view
from typology.register.official_keys import is_real
from typology.register.register import read_register
from typology.simulation.gaps import REFUSED
from typology.simulation.laender import CLASS_FROM, LAENDER
from typology.simulation.nationwide import FIRST_KEY, nationwide_register, nationwide_respondents
from typology.simulation.place_names import draw_names
from typology.simulation.register import MOST_PLACES
from typology.simulation.survey import FEWEST, MOST, Structure, simulate_survey
from typology.simulation.worlds import UNEQUAL, WORLDS, WorldName
from typology.study.workflow import read_study
from typology.survey.survey import read_survey

PLACES = ("gemeinde", "kreisfrei")
OFFICIAL = "register/AuszugGV4QAktuell_2024.xlsx"
#: Kilometres between two municipalities drawn at random in the official register: 5, 25, 50, 75 and 95 of 100 pairs.
APART = (68, 195, 318, 455, 629)
SIZES = [f"GK{number}" for number in range(1, 8)]


@cache
def register() -> pd.DataFrame:
    return nationwide_register(content=load_content())


@cache
def official(path: Path) -> pd.DataFrame:
    return read_register(path).table


def places_of(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["kind"].isin(PLACES)]


def kilometres(table: pd.DataFrame) -> np.ndarray:
    east = 111.2 * np.cos(np.radians(table["latitude"].to_numpy()))
    return np.stack([(table["longitude"].to_numpy() - 10) * east, table["latitude"].to_numpy() * 111.2], axis=1)


def distances(table: pd.DataFrame) -> np.ndarray:
    """Quantiles of the distance between two municipalities."""
    points = kilometres(table)
    first, second = np.random.default_rng(1).integers(len(points), size=(2, 40_000))
    return np.quantile(np.hypot(*(points[first] - points[second]).T), [0.05, 0.25, 0.5, 0.75, 0.95])


def by_size(table: pd.DataFrame) -> list[int]:
    return table["size_class"].value_counts().reindex(SIZES, fill_value=0).tolist()


# The country ---------------------------------------------------------------------------------------------------------


def test_every_land_has_the_numbers_of_its_model() -> None:
    table = register()
    assert table["land"].unique().tolist() == [str(FIRST_KEY + int(key)) for key in LAENDER] and len(LAENDER) == 16
    assert table["land_name"].nunique() == 16
    for key, facts in LAENDER.items():
        own = table[table["land"] == str(FIRST_KEY + int(key))]
        places = places_of(own)
        assert by_size(places) == list(facts.municipalities), key
        assert by_size(own[own["kind"] == "kreisfrei"]) == list(facts.kreisfrei), key
        kinds = own["kind"].value_counts().reindex(["kreis", "verband", "gemeindefrei"], fill_value=0)
        assert (kinds["kreis"], kinds["gemeindefrei"]) == (facts.kreise, facts.gemeindefrei), key
        assert abs(kinds["verband"] - facts.verbaende) <= max(2, 0.05 * facts.verbaende), key
        assert (places["verband"] != "").sum() == facts.members, key
        people = sum(count * mean for count, mean in zip(facts.municipalities, facts.inhabitants, strict=True))
        assert places["population"].sum() == pytest.approx(people, rel=0.001), key
        assert places["area_km2"].sum() == pytest.approx(facts.area, rel=0.001), key
        assert np.hypot(*(kilometres(places).mean(axis=0) - kilometres(centre_of(facts))[0])) < 25, key
    assert (places_of(table)["population"] < 25_000).mean() == pytest.approx(0.95, abs=0.005)


def centre_of(facts) -> pd.DataFrame:
    return pd.DataFrame([facts.centre], columns=["longitude", "latitude"])


def test_no_key_is_official_and_the_map_has_the_distances_of_the_real_one() -> None:
    table = register()
    assert table.index.is_unique and len(table) > 12_000
    assert not any(map(is_real, table.index)) and not any(map(is_real, table["ars"]))
    assert set(table.index.str.len()) == {5, 8, 9}
    places = places_of(table)
    np.testing.assert_allclose(distances(places), APART, rtol=0.03)
    assert places["longitude"].between(5.5, 15.6).all() and places["latitude"].between(47.0, 55.3).all()
    nearest = cKDTree(kilometres(places)).query(kilometres(places), k=2)[0][:, 1]
    assert 2.5 < np.median(nearest) < 4.5  # 3.0 in the official register


def test_the_numbers_are_those_of_the_official_register(external: Callable[[str], Path]) -> None:
    table = official(external(OFFICIAL))
    assert sorted(table["land"].unique()) == sorted(LAENDER)
    for key, facts in LAENDER.items():
        own = table[table["land"] == key]
        places = places_of(own)
        assert by_size(places) == list(facts.municipalities) and len(CLASS_FROM) == len(SIZES)
        assert by_size(own[own["kind"] == "kreisfrei"]) == list(facts.kreisfrei)
        means = places.groupby("size_class")["population"].mean().reindex(SIZES, fill_value=0)
        np.testing.assert_allclose(means, facts.inhabitants, atol=0.5)
        kinds = own["kind"].value_counts().reindex(["kreis", "verband", "gemeindefrei"], fill_value=0)
        assert kinds.tolist() == [facts.kreise, facts.verbaende, facts.gemeindefrei]
        assert (places["verband"] != "").sum() == facts.members
        assert places["area_km2"].sum() == pytest.approx(facts.area, abs=0.5)
        assert (places["longitude"].mean(), places["latitude"].mean()) == pytest.approx(facts.centre, abs=0.0051)
        away = kilometres(places) - kilometres(places).mean(axis=0)
        np.testing.assert_allclose(away.std(axis=0), facts.spread, rtol=0.15, atol=1)
        labels = own.loc[own["kind"] == "kreis", "kind_label"]
        assert facts.kreis_label == (labels.mode()[0] if len(labels) else "")
    np.testing.assert_allclose(distances(places_of(table)), APART, rtol=0.01)


@pytest.mark.parametrize("n", [100, 160, 1_000, 11_000])
def test_respondents_come_from_everywhere_in_true_proportions(n: int) -> None:
    table = register()
    chosen = nationwide_respondents(table, n, np.random.default_rng(n))
    assert len(chosen) == n and chosen.index.is_unique
    able = table[table["kind"] != "gemeindefrei"]
    places = places_of(chosen)
    assert set(places["land"]) == set(table["land"])
    assert (places["population"] < 25_000).mean() == pytest.approx(0.95, abs=0.01)
    for kinds in (PLACES, ("kreis",), ("verband",)):
        true = able["kind"].isin(kinds).mean()
        assert chosen["kind"].isin(kinds).mean() == pytest.approx(true, abs=1 / n)
    shares = chosen["land"].value_counts(normalize=True) - able["land"].value_counts(normalize=True)
    assert shares.abs().max() < 0.01 + 2 / n
    np.testing.assert_allclose(distances(places), distances(places_of(table)), rtol=0.12 if n < 1000 else 0.04)


@pytest.mark.long
def test_more_respondents_than_the_country_has_bodies_get_a_larger_one() -> None:
    table = nationwide_register(20_000, content=load_content())
    assert table.index.is_unique and not any(map(is_real, table.index))
    chosen = nationwide_respondents(table, 20_000, np.random.default_rng(1))
    assert len(chosen) == 20_000 and chosen.index.is_unique
    assert (places_of(chosen)["population"] < 25_000).mean() == pytest.approx(0.95, abs=0.005)


# The answers ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def survey(nationwide_folder: Path):
    return read_survey(nationwide_folder)


def test_types_are_unequal(nationwide_folder: Path, survey) -> None:
    truth = pd.read_csv(nationwide_folder / "truth" / "truth.csv", dtype=str, keep_default_na=False)
    assert set(truth["key"]) == set(survey.responses.index) and len(truth) == 160
    counts = Counter(truth["type"])
    assert [counts[item.key] for item in load_content().types] == [round(share * 160) for share in UNEQUAL]


def test_exactly_a_third_keeps_its_answers_closed(survey) -> None:
    open_ones = survey.consent["answers"]
    assert (~open_ones).sum() == round(160 / 3)
    listed = survey.consent["listed"]
    assert not (open_ones & ~listed).any()
    assert 20 <= (~listed).sum() <= 30  # half of the closed are not even named


def test_answers_have_gaps(nationwide_folder: Path, survey) -> None:
    content = load_content()
    fields = survey.responses[[f"stand_{field.key}" for field in content.fields]]
    gone = fields.isna().to_numpy()
    whole = gone.all(axis=1)
    assert 0.04 <= whole.mean() <= 0.2
    assert 0.04 <= gone[~whole].mean() <= 0.15
    ticks = (survey.responses.filter(regex="^goal_") == "ja").sum(axis=1)
    assert (ticks == len(content.goals)).sum() == 4 and (ticks == 0).sum() == 4
    rest = survey.responses.loc[:, ~survey.responses.columns.str.match("consent_|mailbox")]
    assert rest.isna().all(axis=1).sum() == 2  # not one answer
    rows = list(csv.reader(io.StringIO((nationwide_folder / "responses.csv").read_text("utf-8-sig")), delimiter=";"))
    assert sum(cell == REFUSED for row in rows for cell in row) > 50
    assert (survey.reasons == "verweigert").to_numpy().sum() > 50


def test_the_source_says_whence_the_proportions_come(nationwide_folder: Path) -> None:
    text = (nationwide_folder / "SOURCE.md").read_text(encoding="utf-8")
    assert "Land 81–96" in text and "Land 90–99" not in text
    assert (
        "Statistisches Bundesamt" in text
        and "31. Dezember 2024" in text
        and "55 %, 25 %, 15 %, 5 %".replace(" %", "\u00a0%") in text
    )
    assert max(map(len, text.splitlines())) <= 120


def test_same_seed_same_bytes(nationwide_folder: Path, tmp_path: Path) -> None:
    again = simulate_survey(tmp_path / nationwide_folder.name, world="nationwide", key="bund")
    files = [path.relative_to(again) for path in again.rglob("*.*")]
    assert len(files) == 5
    assert all((again / path).read_bytes() == (nationwide_folder / path).read_bytes() for path in files)


@pytest.mark.parametrize("n", [29, 20_001])
def test_limits_of_n_are_said(n: int, tmp_path: Path) -> None:
    with pytest.raises(EstimationError, match="30 bis 20000"):
        simulate_survey(tmp_path / "x", n=n, world="nationwide")


@pytest.mark.long
def test_degrees_have_no_types_and_still_lift_their_goals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever leans more to a type ticks its signature goals more often, without a step anywhere."""
    monkeypatch.setitem(WORLDS, "nationwide", replace(WORLDS["nationwide"], register=lambda *_: register()))
    folder = simulate_survey(tmp_path / "stufenlos", world="nationwide", structure="degrees", n=1_000)
    truth = pd.read_csv(folder / "truth" / "truth.csv", dtype={"key": str}, index_col="key")
    content = load_content()
    assert truth.columns.tolist() == [item.key for item in content.types]
    assert truth.mean().abs().max() < 0.15 and (truth.std() - 1).abs().max() < 0.1
    assert "ohne Typen" in (folder / "SOURCE.md").read_text(encoding="utf-8")
    goals = read_survey(folder).responses.filter(regex="^goal_").rename(columns=lambda name: name.removeprefix("goal_"))
    usual = goals[(goals == "ja").sum(axis=1).between(1, 3)] == "ja"
    for item in content.types:
        quarter = pd.qcut(truth[item.key].loc[usual.index], 4, labels=False)
        shares = usual[list(item.signature)].mean(axis=1).groupby(quarter).mean()
        assert shares.is_monotonic_increasing and shares.iloc[-1] > 2 * shares.iloc[0], item.key


# The study -----------------------------------------------------------------------------------------------------------


def test_the_survey_is_read_without_an_error(survey) -> None:
    assert survey.report.n_errors == 0 and len(survey.responses) == 160
    assert set(survey.municipalities["land_name"]) == set(places_of(register())["land_name"])
    assert set(survey.municipalities["kind"]) == {*PLACES, "kreis", "verband"}


def test_the_study_names_none_without_consent(nationwide_processed: Path, nationwide_study) -> None:
    tables = nationwide_study.tables
    assert len(tables.assignments) == len(tables.municipalities) == 160
    consent = tables.consent
    listed, hidden = set(consent.index[consent["listed"]]), set(consent.index[~consent["listed"]])
    public = nationwide_processed / "public"
    pages = {path.stem for path in (public / "gemeinde").glob("*.html")}
    assert pages == listed
    # The register of the site names every body of the country and nothing that it answered.
    told = [path for path in public.rglob("*") if path.suffix in (".html", ".json", ".csv", ".js")]
    told = [path for path in told if not path.name.startswith(("register", "unlisted"))]
    texts = {path: path.read_text(encoding="utf-8") for path in told}
    assert len(texts) > 300
    assert any(sorted(listed)[0] in text for text in texts.values())
    # The key of a Kreis also says where others lie; that of a municipality stands for nobody else.
    secret = {key for key in hidden if len(key) == 8}
    assert len(secret) > 10
    assert {key for key in secret for text in texts.values() if key in text} == set()
    closed = sorted(listed - set(consent.index[consent["answers"]]))
    assert len(closed) > 20
    views = [read_view(public / "gemeinde" / f"{key}.json") for key in closed]
    assert all(not any(goal.get("own") for goal in view["goals"]) for view in views)


def test_a_page_without_a_type_counts_nobody_of_one(nationwide_processed: Path) -> None:
    folder = nationwide_processed / "public" / "gemeinde"
    views = {path.stem: read_view(path) for path in folder.glob("*.json")}
    without = [key for key, view in views.items() if view["type"] is None]
    pages = {key: (folder / f"{key}.html").read_text(encoding="utf-8") for key in views}
    assert 0 < len(without) < len(views)
    # With a type the dash says that its number is not published.
    assert [key for key in without if "(– Kommunen)" in pages[key]] == []
    asked = {key for key in without if views[key]["goals"]}
    assert asked == {key for key in without if "neben dem Anteil aller, der das Ziel gewählt hat" in pages[key]}


def test_sheets_of_all_kinds_of_bodies_are_set(nationwide_study, tmp_path: Path) -> None:
    import pypdf

    from typology.study.store import write_sheets

    tables = nationwide_study.tables
    about = tables.municipalities
    silent = tables.assignments.index[tables.assignments["reason"] == "no_answer"]
    ticked = tables.flags.loc[tables.flags["flag"] == "ticks_everything", "key"]
    keys = [about.index[about["kind"] == kind][0] for kind in ("kreis", "verband", "kreisfrei", "gemeinde")]
    keys = sorted({*keys, *silent[:1], *ticked[:1]})
    paths = write_sheets(nationwide_study, tmp_path, audience="self", progress=str, keys=keys)
    assert len(paths) == len(keys) == 6
    for path in paths:
        text = pypdf.PdfReader(path).pages[0].extract_text()
        assert about.loc[path.stem, "base_name"].split()[-1] in text and "synthetisch" in text


def test_a_land_of_one_city_is_not_named_twice(nationwide_study) -> None:
    """Berlin lies in Berlin: nobody needs to read it."""
    from typology.publishing.sheets.text import sheet_data
    from typology.publishing.views.maker import ViewMaker

    about = nationwide_study.tables.municipalities
    city = about.index[about["base_name"] == about["land_name"]]
    assert {"82001000", "91001000"} <= set(city)
    maker = ViewMaker(nationwide_study.tables, nationwide_study.info, nationwide_study.content, "self")
    for key in city:
        assert (maker.partners.card(key)["kreis_name"], maker.partners.card(key)["land_name"]) == ("", "")
        facts = sheet_data(maker.municipality(key), "short", "de", nationwide_study.content)["facts"]
        assert "Kreisfreie Stadt" in facts and about.loc[key, "base_name"] not in facts


@pytest.mark.long
def test_the_workbook_to_publish_names_none_without_consent(nationwide_study, tmp_path: Path) -> None:
    from typology.study.export import export_study

    export_study(nationwide_study, tmp_path)
    consent = nationwide_study.tables.consent
    cells = {}
    for part in ("internal", "public"):
        book = CalamineWorkbook.from_path(str(tmp_path / part / f"bund-{part}.xlsx"))
        rows = [row for sheet in book.sheet_names for row in book.get_sheet_by_name(sheet).to_python()]
        cells[part] = {str(cell) for row in rows for cell in row}
    assert set(consent.index) <= cells["internal"]
    assert set(consent.index) & cells["public"] == set(consent.index[consent["listed"]])


@pytest.mark.long
def test_a_study_of_answers_without_types_goes_end_to_end(stepless: Path) -> None:
    tables = read_study(stepless / "processed" / "stufen").tables
    assert len(tables.assignments) == 300 and tables.municipalities["land"].nunique() == 16
    assert len(tables.similar) > 500 and len(tables.complementary) > 500 and len(tables.agenda) > 500


def test_there_are_names_for_the_largest_register() -> None:
    names = draw_names(MOST_PLACES, np.random.default_rng(0))
    assert len(set(names)) == len(names) == MOST_PLACES


# The same with official keys -----------------------------------------------------------------------------------------


def test_the_same_world_with_official_keys(
    external: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same generator on the official register: every respondent is found there, and partners are as far apart."""
    table = official(external(OFFICIAL))
    world = replace(WORLDS["nationwide"], register=lambda n, content, random_state: table)
    monkeypatch.setitem(WORLDS, "nationwide", world)
    survey = read_survey(simulate_survey(tmp_path / "amtlich", world="nationwide"))
    assert survey.report.n_errors == 0 and len(survey.responses) == 160
    assert all(map(is_real, survey.responses.index))
    assert set(survey.municipalities["land"]) == set(LAENDER)
    assert (places_of(survey.municipalities)["population"] < 25_000).mean() == pytest.approx(0.95, abs=0.01)
    np.testing.assert_allclose(distances(places_of(survey.municipalities)), APART, rtol=0.12)


def test_the_command_offers_what_the_simulator_can() -> None:
    options = {option.name: option.type for option in main.get_command(None, "simulate").params}
    assert (options["n"].min, options["n"].max) == (FEWEST, MOST)
    assert list(options["world"].choices) == list(WORLDS) == list(get_args(WorldName))
    assert list(options["structure"].choices) == list(get_args(Structure))
