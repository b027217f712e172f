"""Simulated surveys: the generating model is exact, the export is genuine, the register is invented."""

from __future__ import annotations

import csv
import io
import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from typology.content.catalogue import load_content
from typology.errors import EstimationError, RegisterError, StudyError
from typology.register.register import read_register
from typology.simulation import place_names
from typology.simulation.answers import COMPONENTS, field_affinity, simulate_answers
from typology.simulation.model import KINDS, build_model
from typology.simulation.register import simulate_register
from typology.simulation.survey import (
    REALISTIC_ARI,
    draw_goals,
    oracle_ari,
    simulate_goals,
    simulate_survey,
    true_assignment,
)
from typology.survey.codebook import read_codebook
from typology.survey.survey import read_survey

TYPES = {"links": ("a", "b"), "mitte": ("c",), "rechts": ("d", "e")}
GOALS = ("a", "b", "c", "d", "e", "f")
FILES = ("responses.csv", "codebook.yaml", "register.csv", "SOURCE.md", "truth/truth.csv")


# The generating model -----------------------------------------------------------------------------------------------


def test_chance_of_a_chosen_set_is_its_share_of_all_sets_of_that_size() -> None:
    """By enumeration: P(set | type, 2 ticks) = exp(sum of weights) / sum over all pairs."""
    model = build_model(TYPES, GOALS, limit=2, strength=1.7)
    pairs = list(combinations(range(len(GOALS)), 2))
    codes = np.zeros((len(pairs), len(GOALS)), dtype=np.int8)
    for row, pair in enumerate(pairs):
        codes[row, list(pair)] = 1
    odds = np.array([[np.exp(weights[list(pair)].sum()) for weights in model.weights] for pair in pairs])
    by_hand = odds / odds.sum(axis=0)
    np.testing.assert_allclose(np.exp(model.log_likelihood(codes)), by_hand, rtol=1e-10)
    joint = by_hand * model.shares
    np.testing.assert_allclose(model.posterior(codes), joint / joint.sum(axis=1, keepdims=True), rtol=1e-10)


def test_drawn_sets_have_the_frequencies_of_the_model() -> None:
    model = build_model(TYPES, GOALS, limit=2, strength=1.2)
    codes, types = model.draw(60_000, np.random.default_rng(1))
    two = codes.sum(axis=1) == 2
    for number in range(len(TYPES)):
        rows = codes[two & (types == number)]
        patterns, count = np.unique(rows, axis=0, return_counts=True)
        expected = np.exp(model.log_likelihood(patterns)[:, number])
        assert np.abs(count / len(rows) - expected).max() < 0.01
    assert np.abs(np.bincount(types) / len(types) - model.shares).max() < 0.01


@pytest.mark.parametrize("kind", ["yes_no", "rating"])
def test_single_answers_have_the_frequencies_of_the_model(kind: str) -> None:
    model = build_model(TYPES, GOALS, kind=kind, strength=1.0)
    codes, types = model.draw(40_000, np.random.default_rng(2))
    assert len(model.answers) == (2 if kind == "yes_no" else 3)
    for level in range(len(model.answers)):
        alone = np.full((1, len(GOALS)), -1, dtype=np.int8)
        for goal in range(len(GOALS)):
            one = alone.copy()
            one[0, goal] = level
            expected = np.exp(model.log_likelihood(one))[0]
            observed = [(codes[types == number, goal] == level).mean() for number in range(len(TYPES))]
            np.testing.assert_allclose(observed, expected, atol=0.02)


@pytest.mark.parametrize("kind", KINDS)
def test_posterior_is_calibrated(kind: str) -> None:
    """Of all rows given a type with probability about p, a share of about p belongs to it."""
    drawn = simulate_goals(20_000, types=TYPES, goals=GOALS, kind=kind, strength=1.5, random_state=3)
    stated = drawn.posterior.max(axis=1)
    right = true_assignment(drawn) == drawn.truth
    for low, high in ((0.4, 0.6), (0.6, 0.8), (0.8, 1.01)):
        part = (stated >= low) & (stated < high)
        if part.sum() > 500:
            assert abs(right[part].mean() - stated[part].mean()) < 0.03


@pytest.mark.parametrize("kind", KINDS)
def test_without_structure_the_answers_say_nothing_about_the_type(kind: str) -> None:
    drawn = simulate_goals(300, kind=kind, strength=0.0, random_state=4)
    np.testing.assert_allclose(drawn.posterior, np.tile(drawn.model.shares, (300, 1)))
    assert drawn.goals.notna().all(axis=None)


def test_goals_have_the_form_of_their_question() -> None:
    pick = simulate_goals(500, kind="pick", limit=3, strength=2.0)
    ticks = (pick.goals == "ja").sum(axis=1)
    assert ticks.between(1, 3).all() and (ticks == 3).mean() > 0.8
    assert (pick.kind, pick.limit) == ("pick", 3)
    assert list(pick.goals["effizienz"].cat.categories) == ["nein", "ja"]
    free = simulate_goals(500, kind="free", strength=0.0)
    assert (free.goals == "ja").sum(axis=1).std() > 2 and free.limit is None
    rating = simulate_goals(50, kind="rating", strength=1.0)
    assert list(rating.goals["effizienz"].cat.categories) == ["niedrig", "mittel", "hoch"]
    assert rating.goals["effizienz"].cat.ordered


def test_missing_answers_leave_whole_lists_or_single_cells() -> None:
    pick = simulate_goals(2000, kind="pick", strength=2.0, missing=0.1)
    gone = pick.goals.isna()
    assert (gone.any(axis=1) == gone.all(axis=1)).all() and 0.07 < gone.all(axis=1).mean() < 0.13
    np.testing.assert_allclose(
        pick.posterior[gone.all(axis=1)], pick.model.shares[None, :].repeat(gone.all(axis=1).sum(), 0)
    )
    cells = simulate_goals(2000, kind="yes_no", strength=2.0, missing=0.2).goals.isna()
    assert abs(cells.to_numpy().mean() - 0.2) < 0.02 and not cells.all(axis=1).any()


@pytest.mark.parametrize("kind", KINDS)
def test_default_strength_gives_a_realistic_structure(kind: str) -> None:
    drawn = simulate_goals(6000, kind=kind, random_state=5)
    assert abs(oracle_ari(drawn) - 0.675) < 0.025


def test_realistic_at_the_size_of_the_study_over_seeds() -> None:
    """n = 412: single draws scatter by about 0.04, the mean over seeds lies in the middle of 0.60 to 0.75."""
    reached = [oracle_ari(simulate_goals(412, strength=2.57, random_state=seed)) for seed in range(30)]
    assert 0.65 < np.mean(reached) < 0.70 and min(reached) > 0.5 and max(reached) < 0.82


def test_any_number_of_types_and_goals() -> None:
    for n_types, n_goals in ((2, 5), (3, 8), (6, 25)):
        types = {f"typ_{number}": (f"ziel_{number}",) for number in range(n_types)}
        goals = [f"ziel_{number}" for number in range(n_goals)]
        drawn = simulate_goals(3000, types=types, goals=goals, kind="pick", limit=3, target=0.5)
        assert list(drawn.posterior.columns) == list(types) and abs(oracle_ari(drawn) - 0.5) < 0.05


def test_same_seed_same_draw() -> None:
    first, second, other = (simulate_goals(80, strength=2.0, random_state=seed) for seed in (7, 7, 8))
    pd.testing.assert_frame_equal(first.goals, second.goals)
    assert not first.goals.equals(other.goals)


@pytest.mark.parametrize(
    "wrong",
    [{"kind": "frei"}, {"limit": 0}, {"limit": 13}, {"missing": 1.0}, {"shares": [1.0, 2.0]}, {"shares": [1, 1, 1, 0]}],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(EstimationError):
        simulate_goals(10, strength=1.0, **wrong)


def test_strength_needs_two_types() -> None:
    with pytest.raises(EstimationError, match="zwei Typen"):
        simulate_goals(10, types={"eins": ("a",)}, goals=GOALS)
    assert oracle_ari(simulate_goals(50, types={"eins": ("a",)}, goals=GOALS, strength=1.0)) == 1.0


def test_types_that_want_the_same_cannot_be_told_apart() -> None:
    with pytest.raises(EstimationError, match="unterschiedliche Signaturziele"):
        simulate_goals(10, types={"eins": ("a",), "zwei": ("a",)}, goals=GOALS)


# The fictional register ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    return simulate_register(900, content=load_content(), random_state=11)


def test_register_is_consistent(register: pd.DataFrame) -> None:
    assert register.index.is_unique and set(register.index.str[:1]) == {"9"}
    places = register[register["kind"].isin(["gemeinde", "kreisfrei"])]
    assert len(places) == 900
    assert (places["ars"].str[:5] + places["ars"].str[9:] == places.index).all()
    assert ((places.index.str[5:] == "000") == (places["kind"] == "kreisfrei")).all()
    kreise = register[register["kind"] == "kreis"]
    assert set(places["kreis"]) == set(kreise.index) | set(places.loc[places["kind"] == "kreisfrei", "kreis"])
    sums = places.groupby("kreis")["population"].sum()
    assert (kreise["population"] == sums[kreise.index]).all() and kreise["name"].is_unique
    members = places[places["verband"] != ""]
    assert (members["verband"].str[:5] == members["kreis"]).all()
    assert set(members["verband"]) == set(register.index[register["kind"] == "verband"])
    assert members.groupby("verband").size().min() >= 2
    np.testing.assert_allclose(places["density"], places["population"] / places["area_km2"], rtol=0.05)


def test_register_looks_like_a_country(register: pd.DataFrame) -> None:
    places = register[register["kind"].isin(["gemeinde", "kreisfrei"])]
    assert abs((places["population"] < 25_000).mean() - 0.95) < 0.01
    assert set(places["size_class"]) == {f"GK{number}" for number in range(1, 8)}
    twins = places[places["name"].duplicated(keep=False)]
    assert len(twins) >= 15 and (twins.groupby("name")["kreis"].nunique() == twins.groupby("name").size()).all()
    assert places["name"].str.len().max() > 50 and places["name"].str.contains("[äöüß]", regex=True).any()
    assert places["name"].str.contains(r"\(").any() and places["name"].str.contains(r"a\. d\. ", regex=True).any()
    # The nearest neighbour usually lies in the same Kreis: Kreise are areas, not scattered places.
    rural = places[places["kind"] == "gemeinde"]
    x, y = rural["longitude"].to_numpy() * 69.5, rural["latitude"].to_numpy() * 111.2
    distance = np.hypot(x[:, None] - x, y[:, None] - y) + np.eye(len(x)) * 1e9
    kreis = rural["kreis"].to_numpy()
    assert (kreis[distance.argmin(axis=1)] == kreis).mean() > 0.75


def test_register_of_impossible_size_is_refused() -> None:
    with pytest.raises(RegisterError):
        simulate_register(10, content=load_content())


def test_no_invented_name_belongs_to_a_real_municipality(external) -> None:  # type: ignore[no-untyped-def]
    """All names that can be composed, not only those of one seed; the official register of 2022 and 2023."""
    real: set[str] = set()
    for file in ("GV100AD_301123.txt", "GV100AD_31122022.txt"):
        for line in external(f"register/{file}").read_text(encoding="utf-8").splitlines():
            real |= {line[22:72].strip(), line[22:72].strip().split(",")[0]}
    assert "Hannover" in real and "Silberstedt" in real
    invented = {*place_names.base_names(), *place_names.prefixed_names(), *place_names.LAENDER}
    invented |= {f"{river}kreis" for river in place_names.RIVERS}
    invented |= {f"{one}-{two}-Kreis" for one in place_names.RIVERS for two in place_names.RIVERS}
    assert len(invented) > 15_000
    assert invented & real == set()
    bodies = simulate_register(800, content=load_content(), random_state=2)
    assert {*bodies["name"], *bodies["base_name"]} & real == set()


# The whole survey ---------------------------------------------------------------------------------------------------


def read_rows(folder: Path) -> list[dict[str, str]]:
    text = (folder / "responses.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def kept_rows(folder: Path) -> dict[str, dict[str, str]]:
    """The declared rules by hand: no test rows, only completed ones, the latest per body."""
    rows = [row for row in read_rows(folder) if row["G01Q02"] != "TEST" and row["submitdate"]]
    kept: dict[str, dict[str, str]] = {}
    for row in sorted(rows, key=lambda row: row["submitdate"]):
        digits = row["G01Q01"].replace(" ", "")
        kept[digits[:5] + digits[9:] if len(digits) == 12 else digits] = row
    return kept


def share(rows: list[dict[str, str]], column: str, value: str) -> float:
    """Share of one answer among those who gave any."""
    given = [row[column] for row in rows if row[column]]
    return sum(answer == value for answer in given) / len(given)


def test_export_looks_like_limesurvey(demo_folder: Path) -> None:
    data = (demo_folder / "responses.csv").read_bytes()
    assert data.startswith(b'\xef\xbb\xbf"id";"submitdate";"lastpage";"startlanguage";"seed";"token";')
    assert data.endswith(b'"\r\n\r\n')
    assert b"\n" in data.replace(b"\r\n", b"")
    assert b";;" not in data and b';"=' not in data
    assert len(read_rows(demo_folder)) == 442


def test_exactly_412_remain(demo_folder: Path) -> None:
    kept = kept_rows(demo_folder)
    register = read_register(demo_folder / "register.csv", "table")
    bodies = register.rows(kept)
    assert len(kept) == 412 and set(bodies["kind"]) == {"gemeinde", "kreisfrei", "kreis"}
    assert 40 <= (bodies["kind"] == "kreis").sum() <= 60
    assert set(bodies["size_class"]) >= {f"GK{number}" for number in range(1, 8)} | {"LK1", "LK2", "LK3"}
    truth = pd.read_csv(demo_folder / "truth" / "truth.csv", dtype=str, keep_default_na=False)
    assert set(truth["key"]) == set(kept)
    assert len(read_rows(demo_folder)) > len(kept) + 20


def test_demo_meets_the_published_shares(demo_folder: Path) -> None:
    """DE.DIGITAL and KGSt on the survey of 2019, each within three percentage points."""
    rows = list(kept_rows(demo_folder).values())
    with_strategy = [row for row in rows if row["S1"] == "A3"]
    few = [sum(row[f"B9[SQ{n:03d}]"] not in ("", "A4") for n in range(1, len(COMPONENTS) + 1)) <= 2 for row in rows]
    observed = {
        "strategy": (share(rows, "S1", "A3"), 0.14),
        "working on it": (share(rows, "S1", "A2"), 0.45),
        "focus on administration": (share(with_strategy, "S2", "Y"), 0.95),
        "focus on infrastructure": (share(with_strategy, "S3", "Y"), 0.70),
        "knows FIM": (share(rows, "S4", "Y"), 0.29),
        "FIM helpful": (share([row for row in rows if row["S4"] == "Y"], "S5", "Y"), 0.70),
        "at most two components": (float(np.mean(few)), 0.50),
        "local fibre": (share(rows, "S11", "Y"), 0.76),
        "listed": (share([{"C1": row["C1"] or "N"} for row in rows], "C1", "Y"), 0.55),
    }
    for what, (value, published) in observed.items():
        assert abs(value - published) <= 0.03, (what, value)
    assert not any(row["S2"] for row in rows if row["S1"] in ("A1", ""))
    assert not any(row["S5"] for row in rows if row["S4"] != "Y")


def test_demo_has_the_declared_faults(demo_folder: Path) -> None:
    kept = list(kept_rows(demo_folder).values())
    ticks = np.array([sum(row[f"Z1[SQ{n:03d}]"] == "Y" for n in range(1, 14)) for row in kept])
    assert (ticks == 13).sum() == 5 and ((ticks > 3) & (ticks < 13)).sum() == 3 and (ticks == 0).sum() == 4
    for column in ("F1[SQ001]", "F2[SQ004]", "P1[SQ001]", "S7"):
        assert 0 < sum(not row[column] for row in kept) / len(kept) <= 0.05
    mailboxes = [row for row in kept if row["C5"]]
    assert all(row["C5"].startswith("digital@9") and row["C5"].endswith(".example") for row in mailboxes)
    assert any(not row["C4"] for row in mailboxes)


def test_true_model_on_the_demo_is_realistic(demo_folder: Path) -> None:
    from sklearn.metrics import adjusted_rand_score

    truth = pd.read_csv(demo_folder / "truth" / "truth.csv", dtype=str, keep_default_na=False)
    usable = truth[truth["assigned"] != ""]
    assert len(usable) == 400
    assert REALISTIC_ARI[0] <= adjusted_rand_score(usable["type"], usable["assigned"]) <= REALISTIC_ARI[1]


def test_same_seed_same_bytes_as_committed(demo_folder: Path, tmp_path: Path) -> None:
    again = simulate_survey(tmp_path / "demo")
    for file in FILES:
        assert (again / file).read_bytes() == (demo_folder / file).read_bytes(), file
    assert not list(tmp_path.glob(".demo-*"))


@pytest.mark.parametrize("seed", [1, 2])
def test_other_seeds_and_sizes(seed: int, tmp_path: Path) -> None:
    folder = simulate_survey(tmp_path / f"klein_{seed}", n=60, random_state=seed)
    assert len(kept_rows(folder)) == 60
    assert read_codebook(folder / "codebook.yaml").survey.key == f"klein_{seed}"
    simulate_survey(folder, n=31, random_state=seed)  # a simulated survey may be replaced
    assert len(kept_rows(folder)) == 31


def test_another_catalogue_needs_no_other_code(tmp_path: Path) -> None:
    overlay = tmp_path / "katalog"
    overlay.mkdir()
    both = {"de": "Text", "en": "Text"}
    goals = [{"key": f"ziel_{n}", "label": both, "short": both, "fields": ["daten"]} for n in range(8)]
    types = [
        {
            "key": f"typ_{n}", "letter": "ABC"[n], "symbol": ("circle", "square", "ring")[n], "colour": "#123456",
            "label": both, "short": both, "signature": [f"ziel_{2 * n}", f"ziel_{2 * n + 1}"], "portrait": both,
            "learn_from": {"de": ["a"], "en": ["a"]}, "herkunft": "redaktionell",
        }
        for n in range(3)
    ]  # fmt: skip
    # JSON is YAML.
    goals_text = json.dumps({"herkunft": "redaktionell", "goals": goals})
    (overlay / "goals.yaml").write_text(goals_text, encoding="utf-8")
    (overlay / "types.yaml").write_text(json.dumps({"types": types}), encoding="utf-8")
    folder = simulate_survey(tmp_path / "acht", n=120, content=load_content(overlay))
    codebook = read_codebook(folder / "codebook.yaml")
    assert len(codebook.goals.columns) == 8 and codebook.typology.n_classes == 3
    assert (folder / "content" / "types.yaml").read_bytes() == (overlay / "types.yaml").read_bytes()
    truth = pd.read_csv(folder / "truth" / "truth.csv", dtype=str, keep_default_na=False)
    assert set(truth["type"]) == {"typ_0", "typ_1", "typ_2"}


@pytest.mark.parametrize(("n", "seed"), [(412, 0), (90, 3)])
def test_reader_keeps_exactly_what_was_planted(n: int, seed: int, demo_folder: Path, tmp_path: Path) -> None:
    folder = demo_folder if n == 412 else simulate_survey(tmp_path / "andere", n=n, random_state=seed)
    survey = read_survey(folder)
    assert set(survey.responses.index) == set(kept_rows(folder)) and len(survey.responses) == n
    assert set(survey.report.findings["severity"]) <= {"warnung", "hinweis"}
    flags = survey.flags["flag"].value_counts()
    assert flags["ticks_everything"] == max(1, round(0.0125 * n)) and flags["over_limit"] >= max(1, round(0.0075 * n))
    # The reader understands every code: what it read is what the file says, block by block.
    kept = kept_rows(folder)
    operator = {"A1": "eigen", "A2": "it_dienstleister", "A3": "land", "A4": "keine", "": None}
    for key, row in kept.items():
        read = survey.responses.loc[key, "structure_eid"]
        assert (None if pd.isna(read) else read) == operator[row["B9[SQ003]"]]


def test_real_data_is_never_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "echt"
    folder.mkdir()
    (folder / "responses.csv").write_text("echte Antworten", encoding="utf-8")
    with pytest.raises(StudyError, match="nicht überschrieben"):
        simulate_survey(folder, n=60)
    (folder / "codebook.yaml").write_text("survey: {key: echt, synthetic: false}", encoding="utf-8")
    with pytest.raises(StudyError):
        simulate_survey(folder, n=60)
    assert (folder / "responses.csv").read_text(encoding="utf-8") == "echte Antworten"


def test_fields_lean_to_the_types_that_need_them() -> None:
    content = load_content()
    bodies = simulate_register(1500, content=content)
    bodies = bodies[bodies["kind"] != "verband"]
    model = build_model(
        {item.key: item.signature for item in content.types}, [goal.key for goal in content.goals], strength=2.0
    )
    truth = draw_goals(model, list(bodies.index), np.random.default_rng(1)).truth
    answers = simulate_answers(truth, bodies, content)
    affinity = field_affinity(content)
    level = pd.DataFrame({field: pd.to_numeric(answers[f"stand.{field}"], errors="coerce") for field in affinity})
    means = level.groupby(truth).mean()
    gap = (means - means.mean()).loc[affinity.index]
    assert np.corrcoef(gap.to_numpy().ravel(), affinity.to_numpy().ravel())[0, 1] > 0.9
    assert gap.abs().to_numpy().max() < 0.8  # weak: less than one step of the scale
    needed = answers.filter(regex=r"^competence_soll\.").apply(pd.to_numeric).to_numpy()
    available = answers.filter(regex=r"^competence_ist\.").apply(pd.to_numeric).to_numpy()
    both = ~np.isnan(needed) & ~np.isnan(available)
    assert 0.85 < (needed >= available)[both].mean() < 1
    small = bodies["size_class"] == "GK7"
    now = answers["pain_point.ressourcen"] == "aktuell"
    assert now[small].mean() > now[~small].mean() + 0.15


@pytest.mark.parametrize("name", ["Meine Übung", "2026", "x.y"])
def test_a_survey_that_could_not_be_read_again_is_not_made(tmp_path: Path, name: str) -> None:
    with pytest.raises(EstimationError, match="taugt nicht als Schlüssel"):
        simulate_survey(tmp_path / name, n=30)
    assert list(tmp_path.iterdir()) == []
