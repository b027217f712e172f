"""Two waves and the orientation on the command line: what is said, what is written, and what is refused."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner
from miniature import QUICK
from planted import draw_answers, planted_clustering, planted_rates, planted_typology
from written_tables import read_written

from typology.commands.compare import wave_lines
from typology.commands.verbs import main
from typology.content.catalogue import load_content
from typology.study.waves import COMPARED, declared_successors
from typology.study.workflow import read_study, run_study
from typology.types.naming import name_types
from typology.types.waves import compare_waves

pytestmark = pytest.mark.long

CHANGED = 30


def call(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def with_other_answers(folder: Path) -> None:
    """Every goal answer of the first complete rows moves four columns on."""
    rows = list(csv.reader(io.StringIO((folder / "responses.csv").read_text("utf-8-sig"), newline=""), delimiter=";"))
    goals = [place for place, name in enumerate(rows[0]) if re.fullmatch(r"Z1\[SQ\d+\]", name)]
    done = rows[0].index("submitdate")
    for row in [row for row in rows[1:] if row and row[done]][:CHANGED]:
        answers = [row[place] for place in goals]
        for place, answer in zip(goals, [*answers[-4:], *answers[:-4]], strict=True):
            row[place] = answer
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    (folder / "responses.csv").write_bytes(out.getvalue().encode("utf-8-sig"))


@pytest.fixture(scope="module")
def data(practice_folder: Path, practice_processed: Path, practice_again: Path, once: Callable[..., Path]) -> Path:
    """The practice survey as ``alt``, computed once more as ``gleich``, and ``neu``: other answers, its typology."""

    def waves(root: Path) -> None:
        for name in ("alt", "gleich", "neu"):
            shutil.copytree(practice_folder, root / "raw" / name)
        with_other_answers(root / "raw" / "neu")
        (root / "processed").mkdir()
        (root / "processed" / "alt").symlink_to(practice_processed)
        (root / "processed" / "gleich").symlink_to(practice_again)
        run_study(
            root / "raw" / "neu", root / "processed" / "neu", QUICK, sheets=False, site=False,
            frozen=read_study(practice_processed, only=()).typology, progress=lambda _: None,
        )  # fmt: skip

    return once("waves", waves)


def test_the_same_survey_twice_has_no_moves(data: Path) -> None:
    code, out, err = call("compare", "gleich", "alt", "--data", str(data))
    assert code == 0, err
    assert re.search(r"(?<!\d)0 von \d\d Kommunen \(0\xa0%\) sind heute einem anderen Typ zugeordnet", out)
    assert "nicht mehr, als auch ohne jeden Wechsel zu erwarten wären" in out
    assert "Weder die eigenen Antworten noch das Modell" in out
    assert "nennt keine Gebietsänderungen" in out
    assert "nur früher" not in out and "nur jetzt" not in out
    assert "−0,0" not in out and out.rstrip().endswith("Kein Angebot von ÖFIT oder KGSt.")
    assert "synthetisch – Übungsdaten" in out


def test_other_answers_are_no_evidence_where_chance_does_as_much(data: Path, tmp_path: Path) -> None:
    code, out, err = call("compare", "neu", "alt", "--data", str(data), "--out", str(tmp_path))
    assert code == 0, err
    keys = {"key": str, "key_before": str}
    tables = {name: read_written(tmp_path / f"{name}.csv", dtype=keys) for name in COMPARED}
    moves, total = tables["wave_moves"], tables["wave_movement"].iloc[0]
    moved = moves[moves["change"] == "zufall"]
    assert 5 <= len(moved) <= CHANGED and moves["model_change"].max() == 0
    assert total["type"] == "alle" and total["moved"] == len(moved) and total["low"] < total["share"] < total["high"]
    assert not total["beyond"] and moves["cause"].isna().all()
    assert f"{len(moved)} von {len(moves)} Kommunen" in out and "Ein Wechsel ist damit nicht belegt" in out
    names = read_study(data / "processed" / "neu", only=("municipalities",)).tables.municipalities["name"]
    assert not [key for key in moves["key"] if key in out or names[key] in out]
    flows = tables["wave_flows"]
    assert flows["n"].sum() == len(moves) and {"ohne_typ"} <= set(flows["type_before"]) & set(flows["type_now"])
    assert not set(moves["change"]) & {"gewechselt", "ungeklaert"} and (moves["borders"] == "gleich").all()
    shares = tables["wave_shares"]
    assert (shares["before"] + shares["own_change"] + shares["model_change"] - shares["now"]).abs().max() < 1e-5


def printed(old: Any, new: Any, before: pd.DataFrame, now: pd.DataFrame, verdict: str = "types") -> list[str]:
    """What the command prints of two waves."""
    waves = compare_waves(old, new, before, now, n_draws=100, n_halves=3)
    info = SimpleNamespace(
        title={"de": "Probe", "en": "Trial"}, date="2026-06-30", weak=False, synthetic=False,
        types_or_degrees=verdict, degrees={"de": "Eher Grade als Typen.", "en": "Rather degrees."},
    )  # fmt: skip
    names = pd.DataFrame({"name": [f"Ort {key}" for key in now.index]}, index=now.index)
    study: Any = SimpleNamespace(content=load_content(), info=info, tables=SimpleNamespace(municipalities=names))
    return wave_lines(waves, study, study, followed=True)


def test_more_moves_than_chance_are_told_one_by_one() -> None:
    old = planted_typology()
    before = draw_answers(old, 200, random_state=1).drop(columns="truth")
    keys = before.index[old.assign(before)["type"] != "community_manager"]
    later = before.copy()
    later.loc[keys] = "nein"
    later.loc[keys, ["daseinsvorsorge", "oertliche_gemeinschaft"]] = "ja"
    lines = printed(old, old, before, later)
    assert any("mehr, als ohne jeden Wechsel zu erwarten wären" in line for line in lines)
    told = [line for line in lines if "Ort " in line]
    row = r"  \d{8}  Ort \d{8}: .+ → Die Community Manager\. Die eigenen Antworten haben sich geändert\. Auch ohne"
    assert len(told) > 100 and all(re.match(row, line) for line in told)


def test_a_group_has_the_name_of_its_new_sheet() -> None:
    rates = planted_rates()
    old, new = (name_types(planted_clustering(part), load_content(), threshold=2.0) for part in (rates, rates[::-1]))
    before = draw_answers(old, 200, random_state=1).drop(columns="truth")
    text = "\n".join(printed(old, new, before, before))
    assert re.search(r"^Gruppe A +Gruppe D +1,00 +0,50  dieselbe Gruppe$", text, flags=re.M)
    assert "Gruppe A (früher Gruppe D)" in text and "Gruppe D (früher Gruppe A)" in text


def test_the_verdict_on_types_or_degrees_stands_above_the_comparison() -> None:
    old = planted_typology()
    before = draw_answers(old, 60, random_state=1).drop(columns="truth")
    said = "Eher Grade als Typen."
    assert said in printed(old, old, before, before, "degrees")[:4]
    assert said not in printed(old, old, before, before, "types") and said not in printed(old, old, before, before, "")


def test_no_move_is_printed_between_groups_that_are_not_the_same() -> None:
    old = planted_typology()
    rates = planted_rates().iloc[:, [5, 8, 0, 3, 7, 1, 9, 2, 4, 6]].set_axis(planted_rates().columns, axis=1)
    new = name_types(planted_clustering(rates), load_content(), threshold=2.0)
    before, later = (draw_answers(part, 200, random_state=4).drop(columns="truth") for part in (old, new))
    text = "\n".join(printed(old, new, before, later))
    assert text.count("nicht dieselbe Gruppe") == 4 and "Keine Gruppe von heute ist dieselbe" in text
    assert "→" not in text and "sind heute einem anderen Typ zugeordnet" not in text


def test_waves_of_different_municipalities_cannot_be_compared(data: Path, demo_folder: Path) -> None:
    code, out, err = call("compare", "neu", "nirgends", "--data", str(data))
    assert code == 2 and out == "" and "typology run nirgends" in err
    assert declared_successors(demo_folder) is None


def test_orientation_names_chosen_signature_goals_and_ranks_nobody() -> None:
    code, out, err = call("orientation", "effizienz", "Bürgernähe")
    assert code == 0, err
    assert "Orientierung, keine statistische Zuordnung" in out
    lines = out.splitlines()
    assert [line.split(":")[0] for line in lines[:4]] == [
        "Die Bedächtigen", "Die Optimierer", "Die Serviceorientierten", "Die Community Manager",
    ]  # fmt: skip
    assert lines[0].endswith("Keines der Kennziele gewählt.")
    assert "1 von" in lines[1] and "Effizienz" in lines[1] and "1 von" in lines[2]


def test_orientation_lists_the_goals_and_refuses_others() -> None:
    code, out, _ = call("orientation")
    assert code == 0 and re.search(r"^effizienz +\S", out, flags=re.M)
    code, out, err = call("orientation", "effizienz", "weltfrieden")
    assert code == 2 and out == "" and "weltfrieden" in err
    assert call("orientation", "effizienz", "--survey", "demo")[0] == 2


def test_orientation_of_a_survey(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "orientierung.csv"
    code, out, err = call("orientation", "--survey", "alt", "--data", str(data), "--out", str(target))
    assert code == 0, err
    table = read_written(target)
    goals = read_study(data / "processed" / "alt", only=("goals",)).tables.goals
    answered = goals[(goals != "").any(axis=1)]
    assert list(dict.fromkeys(table["key"])) == list(answered.index) and len(table) == 4 * len(answered)
    row = table[table["type"] == "optimierer"].iloc[5]
    chosen = [goal for goal in row["signature"].split(";") if answered.at[row["key"], goal] == "ja"]
    assert row["chosen"].split(";") == (chosen or [""]) and int(row["n_chosen"]) == len(chosen)
    code, out, _ = call("orientation", "--survey", "alt", "--data", str(data))
    assert len(out.splitlines()) == len(answered) + 1 and "Optimierer" in out.splitlines()[0]
