"""The frozen typology: exact posteriors from any answers, one file with the same bytes, and nothing wrong gets in."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planted import GOALS, TYPES, draw_answers, planted_clustering, planted_rates, planted_typology

from typology.content.catalogue import load_content
from typology.content.reading import Text
from typology.errors import ResponseError, StudyError
from typology.types.naming import name_types
from typology.types.typology import STATUSES, load_typology
from typology.types.typology_file import dump, fingerprint
from typology.writing import number

CONTENT = load_content()
TYPOLOGY = planted_typology()


def answers(**given_answers: str | None) -> pd.DataFrame:
    return pd.DataFrame([given_answers], index=pd.Index(["90101003"], name="key"))


def by_bayes(row: dict[str, str | None], typology: Any = TYPOLOGY) -> list[float]:
    """The definition, in plain Python."""
    weights = []
    for item in typology.types:
        weight = item.share
        for goal in typology.goals:
            if row.get(goal.key) is not None:
                weight *= item.probabilities[goal.key][goal.answers.index(row[goal.key])]
        weights.append(weight)
    return [weight / sum(weights) for weight in weights]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(GOALS), st.sampled_from(["ja", "nein", None])))
def test_posterior_is_bayes_for_any_subset(row: dict[str, str | None]) -> None:
    table = TYPOLOGY.assign(answers(**row))
    assert table.filter(like="p_").iloc[0].tolist() == pytest.approx(by_bayes(row), abs=1e-12)
    assert table["answered"].iloc[0] == sum(value is not None for value in row.values())


def test_by_hand_one_goal() -> None:
    # Equal shares; "ja" has 0.75 in one type and 0.12 in three: 0.75 / (0.75 + 3 * 0.12) = 0.6757.
    table = TYPOLOGY.assign(answers(effizienz="ja"))
    assert table["p_optimierer"].iloc[0] == pytest.approx(0.75 / 1.11)
    assert table["status"].iloc[0] == "nicht_zuzuordnen" and table["reason"].iloc[0] == "spread"
    assert table["type"].iloc[0] == "" and table["second_type"].iloc[0] == ""


def test_statuses() -> None:
    clear = TYPOLOGY.assign(answers(effizienz="ja", effektivitaet="ja", buergernaehe="nein")).iloc[0]
    assert (clear["status"], clear["type"], clear["second_type"], clear["reason"]) == ("klar", "optimierer", "", "")
    mixed = TYPOLOGY.assign(answers(effizienz="ja", effektivitaet="ja", attraktivitaet="ja", buergernaehe="ja")).iloc[0]
    assert (mixed["status"], mixed["type"], mixed["second_type"]) == ("mischtyp", "optimierer", "serviceorientierte")
    nothing = TYPOLOGY.assign(answers(effizienz=None)).iloc[0]
    assert (nothing["status"], nothing["reason"], nothing["answered"]) == ("nicht_zuzuordnen", "no_answer", 0)
    assert nothing["p_bedaechtige"] == pytest.approx(TYPOLOGY.types[0].share)


def test_too_few_answers() -> None:
    strict = planted_typology(min_answered=3)
    row = strict.assign(answers(effizienz="ja", effektivitaet="ja")).iloc[0]
    assert (row["type"], row["status"], row["reason"]) == ("", "nicht_zuzuordnen", "too_few_answers")


def test_the_status_follows_the_probabilities_in_every_row() -> None:
    goals = draw_answers(TYPOLOGY, 2000).drop(columns="truth")
    table = TYPOLOGY.assign(goals)
    top = np.sort(table.filter(like="p_").to_numpy(), axis=1)[:, ::-1]
    expected = np.where(
        top[:, 0] >= 0.8, STATUSES[0], np.where(top[:, :2].sum(axis=1) >= 0.8, STATUSES[1], STATUSES[2])
    )
    assert (table["status"] == expected).all()
    assert set(expected) == set(STATUSES)
    assert list(table.columns) == [
        "type",
        *(f"p_{key}" for key in TYPES),
        "second_type",
        "status",
        "reason",
        "answered",
    ]
    assert table.index.name == "key"


def test_who_ticks_everything_is_assigned_with_the_reason() -> None:
    everything = answers(**dict.fromkeys(GOALS, "ja"))
    listed = planted_typology(question=SimpleNamespace(kind="pick", limit=None))
    assert listed.assign(everything).iloc[0]["reason"] == "ticks_everything"
    assert TYPOLOGY.assign(everything).iloc[0]["reason"] != "ticks_everything"  # each goal was asked by itself
    flagged = pd.DataFrame([("90101003", "ticks_everything", "")], columns=["key", "flag", "detail"])
    row = TYPOLOGY.assign(answers(effizienz="ja", effektivitaet="ja", buergernaehe="nein"), flags=flagged).iloc[0]
    assert row["reason"] == "ticks_everything" and row["type"] == "optimierer"


def test_more_than_the_limit_is_on_record() -> None:
    pick = planted_typology(question=SimpleNamespace(kind="pick", limit=3))
    row = pick.assign(answers(effizienz="ja", effektivitaet="ja", buergernaehe="ja", offenheit="ja")).iloc[0]
    assert row["reason"] == "over_limit"
    assert pick.assign(answers(effizienz="ja", effektivitaet="ja", buergernaehe="ja")).iloc[0]["reason"] != "over_limit"


def test_wrong_answers_are_all_reported_with_key_column_and_value() -> None:
    goals = answers(effizienz="vielleicht", wlan="ja", foerdermittel="1")
    with pytest.raises(ResponseError) as caught:
        TYPOLOGY.assign(goals)
    found = {(problem.key, problem.column, problem.value) for problem in caught.value.problems}
    assert found == {("90101003", "effizienz", "vielleicht"), ("90101003", "foerdermittel", "1"), ("", "wlan", "")}


def test_a_key_given_twice_is_refused() -> None:
    with pytest.raises(ResponseError, match="90101003"):
        TYPOLOGY.assign(pd.concat([answers(effizienz="ja"), answers(effizienz="nein")]))


def test_a_synthetic_typology_refuses_real_municipalities() -> None:
    synthetic = planted_typology(synthetisch=True)
    with pytest.raises(StudyError, match="Übungsdaten"):
        synthetic.assign(pd.DataFrame({"effizienz": ["ja"]}, index=["09162000"]))
    with pytest.raises(StudyError, match="05315"):
        synthetic.check_allowed(["90101003", "05315"])
    synthetic.check_allowed(["90101003", "99001", "MUN-7", "00101001"])
    TYPOLOGY.check_allowed(["09162000"])


def test_type_order_is_neutral_whatever_the_shares() -> None:
    rates = planted_rates().iloc[[3, 1, 0, 2]]
    typology = name_types(planted_clustering(rates, dict(zip(rates.index, [0.4, 0.3, 0.2, 0.1], strict=True))), CONTENT,
                          threshold=0.3)  # fmt: skip
    assert typology.type_keys == TYPES
    assert [item.share for item in typology.types] == [0.2, 0.3, 0.1, 0.4]


def test_unnamed_groups_come_last_and_their_letter_never_doubles_a_type() -> None:
    rates = planted_rates()
    rates.loc["optimierer", ["effizienz", "effektivitaet"]] = 0.15
    typology = name_types(planted_clustering(rates), CONTENT, threshold=0.3)
    assert typology.type_keys == ("bedaechtige", "serviceorientierte", "community_manager", "gruppe_b")
    assert len({item.letter for item in typology.types}) == len({item.symbol for item in typology.types}) == 4
    assert typology.types[-1].label.de == "Gruppe B" and not typology.types[-1].named


def test_saved_and_loaded_is_the_same_and_the_same_bytes(tmp_path: Path) -> None:
    typology = planted_typology(
        quality={"entropy": 0.8123456789, "nan": float("nan")}, provenance={"seed": np.int64(7)}
    )
    typology.save(tmp_path / "a.json")
    again = load_typology(tmp_path / "a.json")
    again.save(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    assert again == typology
    assert again.quality == {"entropy": 0.812346, "nan": None}
    goals = draw_answers(typology, 50).drop(columns="truth")
    pd.testing.assert_frame_equal(again.assign(goals), typology.assign(goals), check_exact=True)


def test_survey_and_question_go_into_the_file() -> None:
    both = Text(de="Ziele", en="Goals")
    about = SimpleNamespace(key="demo", title=both, date="2026-06-30", source="Quelle", sample=both, synthetic=True)
    asked = SimpleNamespace(kind="pick", limit=3, question=both)
    survey: Any = SimpleNamespace(codebook=SimpleNamespace(survey=about, goals=asked))
    typology = name_types(planted_clustering(planted_rates()), CONTENT, survey=survey, threshold=0.3)
    assert typology.synthetisch and typology.version.startswith("demo-2026-06-30-")
    assert typology.question.limit == 3 and typology.survey.title.en == "Goals"


def test_every_probability_is_open_so_no_answer_rules_all_types_out() -> None:
    rates = planted_rates(high=1.0, low=0.0)
    typology = name_types(planted_clustering(rates), CONTENT, threshold=0.3)
    table = typology.assign(answers(**dict.fromkeys(GOALS, "nein")))
    assert np.isfinite(table.filter(like="p_").to_numpy()).all()


def changed(tmp_path: Path, **places: Any) -> Path:
    """The typology file with some places changed and its version made to fit."""
    data = TYPOLOGY.to_dict()
    for path, value in places.items():
        target = data
        *parents, last = path.split("__")
        for part in parents:
            target = target[int(part)] if isinstance(target, list) else target[part]
        target[last] = value
    data["version"] = f"x--{fingerprint(data)}"
    (tmp_path / "t.json").write_text(dump(data), encoding="utf-8")
    return tmp_path / "t.json"


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ({"format": "typology/2"}, "typology/2"),
        ({"thresholds__clear": 1.4}, "thresholds.clear"),
        ({"types__0__probabilities__effizienz": [0.2, 0.3]}, "effizienz"),
        ({"types__0__share": 0.9}, "Anteile"),
        ({"types__1__key": "bedaechtige"}, "doppelt"),
        ({"types__0__probabilities__effizienz": [0.0, 1.0]}, "probabilities.effizienz"),
        ({"surprise": 1}, "surprise"),
        ({"question__kind": "matrix"}, "question.kind"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, places: dict[str, Any], words: str) -> None:
    with pytest.raises(StudyError, match=words):
        load_typology(changed(tmp_path, **places))


def test_a_file_changed_after_writing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    TYPOLOGY.save(path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"clear": 0.8', '"clear": 0.7'), encoding="utf-8")
    with pytest.raises(StudyError, match="verändert"):
        load_typology(path)


def test_missing_empty_and_broken_files(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="ist ein Ordner"):
        load_typology(tmp_path)
    with pytest.raises(StudyError, match="fehlt"):
        load_typology(tmp_path / "none.json")
    for content in (b"", b"[1]", b'{"format": NaN}', b"\xff\xfe\x00"):
        (tmp_path / "t.json").write_bytes(content)
        with pytest.raises(StudyError, match=r"t\.json"):
            load_typology(tmp_path / "t.json")


def test_file_is_plain_json_with_the_agreed_places() -> None:
    data = json.loads(dump(TYPOLOGY.to_dict()))
    assert data["format"] == "typology/1"
    assert set(data["types"][0]) == {
        "key", "named", "label", "short", "letter", "symbol", "colour", "share", "probabilities",
    }  # fmt: skip
    assert data["types"][0]["probabilities"]["foerdermittel"] == [0.25, 0.75]
    assert data["naming"]["permutation"] == dict(
        zip(("gruppe_a", "gruppe_b", "gruppe_c", "gruppe_d"), TYPES, strict=True)
    )


def test_compare_shows_what_changed() -> None:
    other = planted_typology(high=0.65)
    table = TYPOLOGY.compare(other).set_index(["type", "goal"])
    assert table.at[("optimierer", "effizienz"), "difference"] == pytest.approx(-0.1)
    assert table.at[("optimierer", ""), "difference"] == pytest.approx(0)
    assert (TYPOLOGY.compare(TYPOLOGY)["difference"] == 0).all()


def test_repr_is_the_answer() -> None:
    first, second, third = repr(TYPOLOGY).splitlines()
    said = "4 Typen aus 412 Zeilen, 10 Ziele (yes_no), gefunden von 40 der 100 Starts"
    assert first == f"Typologie {TYPOLOGY.version}: {said}"
    assert "Bedächtige 25\u00a0%" in second and second.count("25\u00a0%") == 4
    assert (
        third == f"  Schwelle der Benennung 0,30, Abstand zur nächstbesten {number(TYPOLOGY.naming.margin, digits=2)}"
    )
    assert "synthetisch" in repr(planted_typology(synthetisch=True)).splitlines()[0]


def test_an_english_program_shows_and_refuses_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPOLOGY_LANGUAGE", "en")
    first, second, third = repr(TYPOLOGY).splitlines()
    assert first.endswith(": 4 types from 412 rows, 10 goals (yes_no), found by 40 of 100 starts")
    assert "Thoughtful 25%" in second and third.startswith("  naming threshold 0.30, distance to the next best ")
    assert TYPOLOGY.summary()["name"].tolist()[0] == "Thoughtful"
    answers = pd.DataFrame({"effizienz": ["perhaps"]}, index=pd.Index(["91001000"], name="key"))
    with pytest.raises(ResponseError, match="The answers do not fit the typology") as refused:
        TYPOLOGY.assign(answers)
    found = refused.value.problems[0]
    assert found.line() == (
        "key 91001000, column effizienz: not one of the answers to this goal (found: 'perhaps') – expected: nein, ja"
    )
    assert found.line("de").startswith("Schlüssel 91001000, Spalte effizienz: Antwort ist nicht vorgesehen")


def test_a_notebook_shows_the_same_as_a_table() -> None:
    summary = TYPOLOGY.summary()
    assert list(summary.columns) == ["name", "share", "score", "chosen"] and list(summary.index) == list(TYPES)
    assert summary.at["optimierer", "chosen"].startswith("effizienz 75\u00a0%, effektivitaet 75\u00a0%")
    html = TYPOLOGY._repr_html_()
    assert TYPOLOGY.version in html and html.count("<tr") == 1 + 1 + 4
    assert all(chosen in html for chosen in summary["chosen"])
