"""Learning paths and joint courses against everything that is possible, and a wrong catalogue in one report."""

from __future__ import annotations

import json
import re
import shutil
from itertools import combinations, permutations, product

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from typology.commands.verbs import main
from typology.commands.words import say
from typology.content.catalogue import load_content
from typology.content.trainings import TrainingsFile, load_job_families, load_trainings, read_trainings
from typology.errors import ContentError
from typology.matching.action.competences import competence_gaps
from typology.matching.action.courses import plan_courses, why_none
from typology.matching.action.training_needs import training_demand, training_needs
from typology.matching.action.trainings import learning_path, match_trainings
from typology.matching.distance import places_of
from typology.matching.numbers import COURSE_KM, DISTANCE_COST

KM_PER_DEGREE = 6371.0 * np.pi / 180
TEXT = {"de": "x", "en": "x"}


def offer(key: str, start: int, end: int, **more) -> dict:
    """One offer as it stands in the file."""
    base = {
        "key": key, "title": TEXT, "provider": "P", "reaches": [{"area": "sicherheit", "start": start, "end": end}],
        "families": ["alle"], "form": "praesenz", "hours": 4, "seats": {"least": 6, "most": 12}, "place": TEXT,
        "language": "de", "accessibility": TEXT, "source": "Probe",
    }  # fmt: skip
    return base | more


def catalogue(*offers: dict) -> TrainingsFile:
    return TrainingsFile.model_validate({"herkunft": "redaktionell", "example": True, "offers": list(offers)})


def open_levels(chain, family: str, ist: float, soll: float) -> float | None:
    """What a chain of offers leaves open, None if it cannot be walked."""
    here = ist
    for item in chain:
        reach = item.reach("sicherheit")
        if (
            reach is None
            or not item.suits(family)
            or not reach.start <= here < min(reach.end, soll + 99)
            or here >= soll
        ):
            return None
        here = reach.end
    return max(soll - here, 0.0)


@pytest.mark.parametrize("seed", range(8))
def test_a_path_leaves_no_more_open_than_any_chain_of_offers(seed):
    rng = np.random.default_rng(seed)
    offers = []
    for number in range(6):
        start = int(rng.integers(1, 7))
        families = [["alle"], ["kita"], ["verwaltung"]][rng.integers(3)]
        end = int(rng.integers(start + 1, 9))
        offers.append(offer(f"a{number}", start, end, families=families, hours=float(rng.integers(1, 9))))
    file = catalogue(*offers)
    for ist, soll in product(range(1, 8), range(2, 9)):
        if soll <= ist:
            continue
        best = min(
            (rest, len(chain))
            for size in range(4)
            for chain in permutations(file.offers, size)
            if (rest := open_levels(chain, "kita", ist, soll)) is not None
        )
        path = learning_path("kita", "sicherheit", ist, soll, file)
        rest = open_levels([step.offer for step in path], "kita", ist, soll)
        assert rest is not None and rest == best[0]
        assert len(path) == best[1] or len(path) > 3


def test_made_for_the_family_goes_before_open_to_all_and_short_before_long():
    file = catalogue(
        offer("alle", 1, 4, hours=1), offer("lang", 1, 4, families=["kita"], hours=8),
        offer("kurz", 1, 4, families=["kita"], hours=4),
    )  # fmt: skip
    assert [step.offer.key for step in learning_path("kita", "sicherheit", 2, 4, file)] == ["kurz"]
    assert [step.offer.key for step in learning_path("baeder", "sicherheit", 2, 4, file)] == ["alle"]


def gaps_of(*rows: tuple) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["key", "family", "area", "soll", "ist"])
    return competence_gaps(table.astype({"soll": float, "ist": float}), load_job_families())


def test_levels_closed_and_left_add_up_to_the_gap():
    file = catalogue(offer("eins", 1, 3), offer("zwei", 3, 6))
    table = match_trainings(
        gaps_of(("1", "kita", "sicherheit", 8, 2), ("1", "kita", "inhalte", 3, 1), ("1", "baeder", "sicherheit", 2, 2)),
        file,
    )
    path = table[table["area"] == "sicherheit"]
    assert path["offer"].tolist() == ["eins", "zwei"]
    assert path["closes"].tolist() == [1.0, 3.0] and path["remaining"].tolist() == [5.0, 2.0]
    nothing = table[table["area"] == "inhalte"].iloc[0]
    assert (nothing["offer"], nothing["step"], nothing["remaining"]) == ("", 0, 2.0)
    assert set(table["family"]) == {"kita"}  # a met need asks for nothing
    assert match_trainings(gaps_of(), file).empty


def bodies(places: np.ndarray) -> pd.DataFrame:
    keys = [f"9010{i}001" for i in range(len(places))]
    return pd.DataFrame(
        {
            "kind": "gemeinde", "kreis": [f"9010{i}" for i in range(len(places))], "verband": "", "population": 5e3,
            "longitude": places[:, 0] / KM_PER_DEGREE, "latitude": places[:, 1] / KM_PER_DEGREE,
        },
        index=pd.Index(keys, name="key"),
    )  # fmt: skip


def best_courses(levels: np.ndarray, seats: np.ndarray, table: pd.DataFrame, least: int, most: int) -> float:
    """The highest score over all ways to form courses: everything is tried."""
    places = places_of(table, table.index)
    n, courses = len(levels), []
    for host in range(n):
        for size in range(1, n):
            for chosen in combinations([i for i in range(n) if i != host], size):
                members = [host, *chosen]
                if any(places.km[i, host] > COURSE_KM for i in chosen) or not least <= seats[members].sum() <= most:
                    continue
                cost = DISTANCE_COST * sum(places.km[i, host] for i in chosen) / COURSE_KM
                courses.append((frozenset(members), levels[members].sum() - cost))

    def best(start: int, taken: frozenset) -> float:
        return max(
            (score + best(place + 1, taken | members)
             for place, (members, score) in enumerate(courses[start:], start) if not members & taken),
            default=0.0,
        )  # fmt: skip

    return max(best(0, frozenset()), 0.0)


@pytest.mark.parametrize("seed", range(6))
def test_courses_close_as_much_as_any_division(seed):
    rng = np.random.default_rng(seed)
    table = bodies(rng.uniform(0, 60, (6, 2)))
    file = catalogue(offer("kurs", 1, 6, seats={"least": 6, "most": 9}))
    families = ["kita", "baeder", "feuerwehr"]
    rows = []
    for key in table.index:
        for family in families[: rng.integers(1, 3)]:
            rows.append((key, family, "sicherheit", int(rng.integers(3, 7)), int(rng.integers(1, 3))))
    trainings = match_trainings(gaps_of(*rows), file)
    consent = pd.DataFrame({"partner": True, "answers": True}, index=table.index)
    result = plan_courses(trainings, table, consent, file)
    demand = trainings.groupby("key").agg(levels=("closes", "sum"), families=("family", "nunique")).reindex(table.index)
    expected = best_courses(demand["levels"].to_numpy(), demand["families"].to_numpy() * 3, table, 6, 9)
    assert result.record["objective"] == pytest.approx(expected, abs=1e-4)
    assert result.record["gap"] == pytest.approx(0, abs=1e-6)
    for row in result.courses.itertuples():
        members = row.participants.split(";")
        assert 6 <= row.seats <= 9 and len(members) == row.municipalities >= 2 and row.host == members[0]
        assert row.score == pytest.approx(row.part_levels + row.part_distance)
        assert row.levels == demand.loc[members, "levels"].sum()
    named = [key for row in result.courses.itertuples() for key in row.participants.split(";")]
    assert len(named) == len(set(named)) == result.record["served"]


def test_a_course_that_cannot_fill_does_not_take_place_and_nobody_is_named_without_consent():
    table = bodies(np.array([[0, 0], [5, 0], [0, 5]], dtype=float))
    rows = [(key, "kita", "sicherheit", 5, 2) for key in table.index]
    consent = pd.DataFrame({"partner": True, "answers": True}, index=table.index)
    large = catalogue(offer("kurs", 1, 6, seats={"least": 10, "most": 20}))
    assert plan_courses(match_trainings(gaps_of(*rows), large), table, consent, large).courses.empty
    small = catalogue(offer("kurs", 1, 6, seats={"least": 6, "most": 12}))
    trainings = match_trainings(gaps_of(*rows), small)
    assert plan_courses(trainings, table, consent, small).courses["municipalities"].tolist() == [3]
    consent.loc[table.index[0], "partner"] = False
    named = plan_courses(trainings, table, consent, small).courses["participants"].tolist()
    assert [set(members.split(";")) for members in named] == [set(table.index[1:])]
    consent["answers"] = False
    assert plan_courses(trainings, table, consent, small).courses.empty


def test_levels_and_score_of_a_course_are_kept_at_six_digits():
    table = bodies(np.zeros((2, 2)))
    file = catalogue(offer("kurs", 1, 6, seats={"least": 6, "most": 12}))
    rows = [(table.index[0], "kita", "sicherheit", 5, 8 / 3), (table.index[1], "kita", "sicherheit", 5, 3)]
    consent = pd.DataFrame({"partner": True, "answers": True}, index=table.index)
    result = plan_courses(match_trainings(gaps_of(*rows), file), table, consent, file)
    # From 8/3 to 5 are 7/3 levels, from 3 there are 2; nobody travels.
    assert result.courses["score"].tolist() == result.courses["objective"].tolist() == [4.333333]
    assert result.record["objective"] == 4.333333


def test_offers_for_oneself_need_no_course():
    file = catalogue(offer("allein", 1, 6, form="on_demand", seats=None))
    table = bodies(np.zeros((3, 2)))
    consent = pd.DataFrame({"partner": True, "answers": True}, index=table.index)
    trainings = match_trainings(gaps_of(*[(key, "kita", "sicherheit", 5, 2) for key in table.index]), file)
    assert plan_courses(trainings, table, consent, file).courses.empty


def test_the_shipped_catalogue_is_marked_as_invented():
    file = load_trainings()
    assert file.example and file.note and "erfunden" in file.note.de.lower()
    assert all("erfunden" in item.source.de and "invented" in item.provider.en for item in file.offers)


def test_all_problems_of_a_catalogue_stand_in_one_report(tmp_path):
    path = tmp_path / "trainings.yaml"
    path.write_text(
        """
herkunft: redaktionell
offers:
  - {key: eins, title: {de: a, en: a}, provider: "", reaches: [{area: sicherheit, start: 4, end: 2}], families: [alle],
     form: praesenz, hours: 0, seats: {least: 9, most: 3}, place: {de: a, en: a}, language: deutsch,
     accessibility: {de: a, en: a}, source: a}
  - {key: zwei, title: {de: a, en: a}, provider: a, reaches: [{area: sicherheit, start: 1, end: 9}], families: [],
     form: vortrag, hours: 2, place: {de: a, en: a}, language: de, accessibility: {de: a, en: a}, source: a, preis: 3}
""",
        encoding="utf-8",
    )
    with pytest.raises(ContentError) as caught:
        read_trainings(path, load_job_families())
    found = {problem.column: problem for problem in caught.value.problems}
    assert set(found) == {
        "offers.0.provider", "offers.0.reaches.0", "offers.0.hours", "offers.0.seats", "offers.0.language",
        "offers.1.reaches.0.end", "offers.1.families", "offers.1.form", "offers.1.preis",
    }  # fmt: skip
    assert found["offers.1.reaches.0.end"].value == "9" and found["offers.1.reaches.0.end"].expected == "höchstens 8"
    assert "muss über start" in found["offers.0.reaches.0"].message


def test_unknown_areas_and_groups_and_double_keys_are_found_together(tmp_path):
    path = tmp_path / "trainings.yaml"
    one = (
        "{key: eins, title: {de: a, en: a}, provider: a, reaches: [{area: technik, start: 1, end: 2}],"
        " families: [gaertner], form: on_demand, hours: 2, place: {de: a, en: a}, language: de,"
        " accessibility: {de: a, en: a}, source: a}"
    )
    path.write_text(f"herkunft: redaktionell\noffers:\n  - {one}\n  - {one}\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_trainings(path, load_job_families())
    assert [problem.value for problem in caught.value.problems] == ["eins", *["technik", "gaertner"] * 2]


# -- pain points and fields, kinds of course, demand ---------------------------------------------------------------


def test_an_offer_serves_something_and_only_what_there_is(tmp_path):
    path = tmp_path / "trainings.yaml"
    nothing = offer("leer", 1, 2) | {"reaches": []}
    path.write_text(json.dumps({"herkunft": "redaktionell", "offers": [nothing]}), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_trainings(path, load_job_families())
    assert [(problem.column, problem.message[:29]) for problem in caught.value.problems] == [
        ("offers.0", "reaches, pain_points oder fie")
    ]
    wrong = nothing | {"pain_points": ["geldnot"], "fields": ["daten", "wetter"], "kind": "tanzkurs"}
    path.write_text(json.dumps({"herkunft": "redaktionell", "offers": [wrong]}), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_trainings(path, load_job_families())
    assert [problem.value for problem in caught.value.problems] == ["tanzkurs", "geldnot", "wetter"]


def test_every_kind_of_course_serves_something_and_says_where_it_comes_from():
    file, content = load_trainings(), load_content()
    assert {"digitale_teams", "projektmanagement", "modernisierung", "organisationsentwicklung"} <= {
        kind.key for kind in file.kinds if "KommunalCampus" in kind.quelle
    }
    assert [kind.key for kind in file.kinds if not (kind.areas or kind.pain_points or kind.fields)] == []
    assert {item.key for item in content.fields} == {key for kind in file.kinds for key in kind.fields}
    assert {item.key for item in load_job_families().areas} == {key for kind in file.kinds for key in kind.areas}
    assert [kind.key for kind in file.kinds if kind.duration and not kind.quelle] == []


def kinds_of(**serves: list[str]) -> dict:
    return {"key": "kurs", "label": TEXT, "text": TEXT, "herkunft": "redaktionell", **serves}


def needs_by_hand():
    """Four municipalities; the catalogue serves the pain point and safety up to level 3."""
    file = TrainingsFile.model_validate({
        "herkunft": "redaktionell",
        "kinds": [kinds_of(fields=["daten"], areas=["inhalte"])],
        "offers": [offer("sicher", 1, 3), offer("projekt", 1, 2) | {"reaches": [], "pain_points": ["vorgehen"]}],
    })  # fmt: skip
    keys = pd.Index(list("1234"), name="key")
    pains = pd.DataFrame(
        {"vorgehen": ["aktuell", "geloest", "nie", None], "ressourcen": ["aktuell"] * 4}, index=keys, dtype=object
    )
    stand = pd.DataFrame({"daten": [1.0, 2, 2, 3], "wissen": [1.0, np.nan, 1, 1]}, index=keys)
    wichtig = pd.DataFrame({"daten": [5.0, 4, 3, 5], "wissen": [4.0, 5, np.nan, 1]}, index=keys)
    rows = [("1", "kita", "sicherheit", 3, 1), *((key, "kita", "inhalte", 4, 2) for key in "123")]
    gaps = gaps_of(*rows, ("4", "kita", "inhalte", 2, 2))
    answers = (pains, stand, wichtig, file)
    return training_needs(gaps, match_trainings(gaps, file), *answers), gaps, answers


def test_needs_by_hand():
    needs, _, _ = needs_by_hand()
    assert needs.to_numpy().tolist() == [
        ["1", "competence", "kita.inhalte", ""],
        ["1", "competence", "kita.sicherheit", "sicher"],
        ["1", "field", "daten", ""],
        ["1", "field", "wissen", ""],
        ["1", "pain_point", "vorgehen", "projekt"],  # ressourcen: no course helps
        ["2", "competence", "kita.inhalte", ""],
        ["2", "field", "daten", ""],
        ["3", "competence", "kita.inhalte", ""],
    ]


def test_demand_is_what_no_offer_serves_and_what_is_handed_on_keeps_the_minimum_on_both_sides():
    needs, gaps, answers = needs_by_hand()
    found = training_demand(needs, gaps, *answers)
    assert found.to_numpy().tolist() == [
        ["competence", "kita.inhalte", 3, 4, "kurs"],
        ["field", "daten", 2, 4, "kurs"],
        ["field", "wissen", 1, 2, ""],
    ]
    # three of four leave one who needs it not; two of four are enough on both sides
    assert training_demand(needs, gaps, *answers, least=2)["item"].tolist() == ["daten"]
    assert training_demand(needs, gaps, *answers, least=3).empty
    all_of_them = gaps[gaps["key"] != "4"]
    assert training_demand(needs, all_of_them, *answers, least=3)["item"].tolist() == ["kita.inhalte"]


def test_without_any_answer_nobody_needs_anything():
    empty = pd.DataFrame()
    needs = training_needs(
        gaps_of(), match_trainings(gaps_of(), load_trainings()), empty, empty, empty, load_trainings()
    )
    assert needs.empty and list(needs.columns) == ["key", "need", "item", "offers"]
    assert training_demand(needs, gaps_of(), empty, empty, empty, load_trainings()).empty


def test_why_there_is_no_joint_course():
    table, kita = bodies(np.array([[0, 0], [400, 0]], dtype=float)), "kita"
    rows = [(key, kita, "sicherheit", 5, 2) for key in table.index]
    consent = pd.DataFrame({"partner": True, "answers": True}, index=table.index)
    alone = catalogue(offer("allein", 1, 6, form="on_demand", seats=None))
    joint, other = catalogue(offer("kurs", 1, 6)), catalogue(offer("kurs", 1, 6, families=["baeder"]))
    nobody = consent.assign(partner=[True, False])
    for file, given, said, expected in (
        (joint, [], consent, "no_gap"), (other, rows, consent, "no_offer"), (alone, rows, consent, "alone"),
        (joint, rows, nobody, "no_consent"), (joint, rows, consent, "not_filled"),
    ):  # fmt: skip
        trainings = match_trainings(gaps_of(*given), file)
        assert plan_courses(trainings, table, said, file).courses.empty
        assert why_none(trainings, said, file) == expected
        assert say(f"trainings_{expected}").startswith("Kein gemeinsamer Kurs: ")


def test_the_list_for_providers_keeps_the_minimum_of_the_gate(practice_processed, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(practice_processed, data / "processed" / "klein")
    shown, handed = (
        CliRunner().invoke(main, ["trainings", "klein", *more, "--data", str(data)]) for more in ([], ["--demand"])
    )
    assert shown.exit_code == handed.exit_code == 0, shown.output + handed.output
    found = [re.findall(r"  (.+) – bestellbar: (\d+) von (\d+) Kommunen", told.output) for told in (shown, handed)]
    assert 5 < len(found[1]) < len(found[0]) and set(found[1]) < set(found[0])
    assert all(int(n) >= 3 and (n == asked or int(asked) - int(n) >= 3) for _, n, asked in found[1])
    assert "ab 3 Kommunen" in handed.output and "Art von Kurs" in handed.output
