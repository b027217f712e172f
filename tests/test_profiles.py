"""Profiles by hand: shares, means, intervals, and when a field counts as strong or weak."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from typology.content.catalogue import load_content
from typology.errors import StudyError
from typology.types.intervals import wilson_interval
from typology.types.profiles.profiles import (
    OWN_COLUMNS,
    PROFILE_COLUMNS,
    profile_municipalities,
    profile_municipality,
    profile_types,
)

KEYS = pd.Index(["90000001", "90000002", "90000003", "90000004", "90000005"], name="key")


class SmallSurvey:
    """Just the blocks of five municipalities."""

    blocks = {  # noqa: RUF012
        "stand": pd.DataFrame({"daten": pd.array([5, 3, 1, None, 3], dtype="Int64")}, index=KEYS),
        "wichtig": pd.DataFrame(
            {"daten": pd.array([3, 4, 5, None, 2], dtype="Int64"), "wissen": pd.array([5, 5, 1, 1, 4], dtype="Int64")},
            index=KEYS,
        ),
        "pain_point": pd.DataFrame(
            {"vorgehen": pd.Categorical(["nie", "aktuell", "aktuell", None, "nie"], ["nie", "geloest", "aktuell"])},
            index=KEYS,
        ),
        "structure": pd.DataFrame(
            {"beschaeftigte": pd.array([10.0, 20.0, None, 40.0, 50.0], dtype="Float64"),
             "cdo": [True, False, True, True, False]},
            index=KEYS,
        ),
    }  # fmt: skip

    def block(self, role: str) -> pd.DataFrame:
        return self.blocks[role]


SURVEY: Any = SmallSurvey()
GOALS = pd.DataFrame({"effizienz": pd.Categorical(["ja", "ja", "nein", None, "ja"], ["nein", "ja"])}, index=KEYS)
ASSIGNMENTS = pd.DataFrame(
    {"type": ["a", "a", "b", "b", ""], "p_a": [0.9, 0.9, 0.1, 0.1, 0.5], "p_b": [0.1, 0.1, 0.9, 0.9, 0.5],
     "second_type": "", "status": ["klar"] * 4 + ["nicht_zuzuordnen"], "reason": [""] * 4 + ["spread"], "answered": 1},
    index=KEYS,
)  # fmt: skip


@pytest.fixture(scope="module")
def types() -> pd.DataFrame:
    return profile_types(SURVEY, GOALS, ASSIGNMENTS)


@pytest.fixture(scope="module")
def own(types: pd.DataFrame) -> pd.DataFrame:
    return profile_municipalities(SURVEY, GOALS, ASSIGNMENTS, types)


def cell(table: pd.DataFrame, *place: str) -> pd.Series:
    return table.set_index(list(table.columns[: len(place)])).loc[place]


def test_shares_and_means_by_hand(types: pd.DataFrame) -> None:
    assert tuple(types.columns) == PROFILE_COLUMNS
    assert cell(types, "a", "goal", "effizienz", "ja")[["n", "estimate"]].tolist() == [2, 1.0]
    assert cell(types, "b", "goal", "effizienz", "ja")[["n", "estimate"]].tolist() == [1, 0.0]
    assert cell(types, "alle", "goal", "effizienz", "ja")[["n", "estimate"]].tolist() == [4, 0.75]
    assert cell(types, "alle", "stand", "daten", "")[["n", "estimate"]].tolist() == [4, 3.0]
    assert cell(types, "a", "structure", "beschaeftigte", "")[["n", "estimate"]].tolist() == [2, 15.0]
    assert cell(types, "b", "structure", "cdo", "ja")[["n", "estimate"]].tolist() == [2, 1.0]
    shares = types[(types["type"] == "alle") & (types["measure"] == "pain_point")].set_index("level")["estimate"]
    assert shares.to_dict() == {"nie": 0.5, "geloest": 0.0, "aktuell": 0.5}


def test_every_item_appears_for_every_group(types: pd.DataFrame) -> None:
    assert types.groupby("type").size().nunique() == 1
    assert set(types["type"]) == {"a", "b", "alle"}


def test_wilson_interval_as_published() -> None:
    # Newcombe 1998 (Stat Med 17:857, table I, method 3): 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert np.isnan(wilson_interval(0, 0)).all()


def test_interval_of_a_mean(types: pd.DataFrame) -> None:
    # 5, 3, 1, 3: mean 3, s = 1.63299, t(3; 0.975) = 3.18245: half width 2.59845.
    row = cell(types, "alle", "stand", "daten", "")
    assert row["high"] - 3 == pytest.approx(2.59845, abs=1e-4)
    assert np.isnan(cell(types, "b", "stand", "daten", "")["low"])


def test_own_beside_type_and_all(own: pd.DataFrame) -> None:
    assert tuple(own.columns) == OWN_COLUMNS
    row = cell(own, "90000001", "goal", "effizienz")
    assert row[["own", "type_value", "all_value", "n_type", "n_all"]].tolist() == ["ja", 1.0, 0.75, 2, 4]
    assert cell(own, "90000004", "goal", "effizienz")["own"] == ""
    assert cell(own, "90000004", "goal", "effizienz")["type_value"] == 0.0
    assert cell(own, "90000002", "pain_point", "vorgehen")[["own", "all_value"]].tolist() == ["aktuell", 0.5]
    nobody = cell(own, "90000005", "stand", "daten")
    assert np.isnan(nobody["type_value"]) and nobody["n_type"] == 0


def test_strong_and_weak_need_both_differences(own: pd.DataFrame) -> None:
    standing = own[own["measure"] == "stand"].set_index("key")["standing"]
    # 5 against type 4 and all 3; 3 against 4 and 3; 1 against its own mean 1; no answer; 3 against all 3.
    assert standing.to_dict() == dict(zip(KEYS, ["stark", "", "", "", ""], strict=True))
    assert (own.loc[own["measure"] != "stand", "standing"] == "").all()


def test_weak_by_hand() -> None:
    types = pd.DataFrame(
        [("a", "stand", "daten", "", 9, 2.0, 0, 0), ("alle", "stand", "daten", "", 20, 3.0, 0, 0)],
        columns=PROFILE_COLUMNS,
    )
    table = profile_municipalities(SURVEY, GOALS, ASSIGNMENTS.assign(type="a"), types)
    standing = table[table["measure"] == "stand"].set_index("key")["standing"]
    assert standing.tolist() == ["stark", "", "schwach", "", ""]


def test_one_municipality(own: pd.DataFrame) -> None:
    profile = profile_municipality("90000001", own, ASSIGNMENTS)
    assert (profile.type, profile.status) == ("a", "klar")
    assert profile.strong == ("daten",) and profile.weak == ()
    assert profile.important == ("wissen",)
    assert profile.probabilities == {"a": 0.9, "b": 0.1}
    assert set(profile.answers["measure"]) == {"goal", "stand", "wichtig", "pain_point", "structure"}
    with pytest.raises(StudyError, match="90000009"):
        profile_municipality("90000009", own, ASSIGNMENTS)


def test_the_rule_is_a_sentence() -> None:
    assert "Skalenpunkt" in load_content().say("standing_rule")
    assert load_content().say("interval_note") == "Modellunsicherheit, keine Hochrechnung."
