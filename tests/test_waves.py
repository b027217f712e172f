"""A second wave: nothing changes without cause, and every change is split without a remainder."""

from __future__ import annotations

from collections.abc import Container
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from planted import TYPES, draw_answers, planted_clustering, planted_rates, planted_typology

from typology.content.catalogue import load_content
from typology.errors import EstimationError
from typology.types.naming import name_types
from typology.types.waves import compare_waves, match_territory

CONTENT = load_content()
OLD = planted_typology()
ANSWERS = draw_answers(OLD, 200, random_state=1).drop(columns="truth")


class Followed:
    """A successor table in miniature."""

    def __init__(self, table: dict[str, tuple[str, ...]]) -> None:
        self.table = table

    def follow(self, key: str, known: Container[str]) -> Any:
        return SimpleNamespace(keys=tuple(end for end in self.table.get(key, ()) if end in known))


def unnamed(rates: pd.DataFrame) -> Any:
    """Types that stay gruppe_a … in this order."""
    return name_types(planted_clustering(rates), CONTENT, threshold=2.0)


def test_the_same_data_twice_gives_no_change() -> None:
    waves = compare_waves(OLD, OLD, ANSWERS, ANSWERS)
    assert not waves.moves["moved"].any() and (waves.moves["cause"] == "").all()
    assert waves.changes[["own_change", "model_change"]].abs().to_numpy().max() < 1e-12
    assert (waves.alignment["type_before"] == waves.alignment["type_now"]).all()
    assert (waves.alignment["overlap"] > 0.5).all()
    counts = waves.flows.to_numpy()
    assert counts.sum() == 200 and np.trace(counts) == 200


@pytest.mark.parametrize("order", [(1, 0, 3, 2), (3, 2, 1, 0), (2, 0, 1, 3)])
def test_permuted_labels_give_no_change(order: tuple[int, ...]) -> None:
    rates = planted_rates()
    old, new = unnamed(rates), unnamed(rates.iloc[list(order)])
    waves = compare_waves(old, new, ANSWERS, ANSWERS)
    assert not waves.moves["moved"].any() and (waves.moves["cause"] == "").all()
    assert waves.moves["model_change"].max() < 1e-5  # six digits of the file
    back = waves.alignment.set_index("type_before")["type_now"].to_dict()
    letters = "abcd"
    assert back == {f"gruppe_{letters[place]}": f"gruppe_{letters[order.index(place)]}" for place in range(4)}


def test_changed_answers_are_own_change_only() -> None:
    later = ANSWERS.copy()
    key = ANSWERS.index[(OLD.assign(ANSWERS)["type"] == "optimierer").argmax()]
    later.loc[key] = "nein"
    later.loc[key, ["daseinsvorsorge", "oertliche_gemeinschaft"]] = "ja"
    waves = compare_waves(OLD, OLD, ANSWERS, later)
    row = waves.moves.loc[key]
    assert (row["type_before"], row["type_now"], row["cause"]) == ("optimierer", "community_manager", "own")
    assert row["moved"] and row["own_change"] > 0.5 and row["model_change"] == pytest.approx(0)
    assert waves.moves["moved"].sum() == 1
    assert waves.flows.at["optimierer", "community_manager"] == 1


def test_a_new_model_is_model_change_only() -> None:
    rates = planted_rates()
    rates.loc["optimierer", "offenheit"] = 0.9
    new = name_types(planted_clustering(rates), CONTENT, threshold=0.3)
    waves = compare_waves(OLD, new, ANSWERS, ANSWERS)
    assert waves.moves["own_change"].max() < 1e-12 and waves.moves["model_change"].max() > 0.05
    assert set(waves.moves["cause"]) == {"", "model"}
    assert waves.alignment.set_index("type_before").at["optimierer", "difference"] == pytest.approx(0.78)


def test_both_parts_add_up_without_a_remainder() -> None:
    new = planted_typology(high=0.6, low=0.2)
    later = draw_answers(OLD, 200, random_state=9).drop(columns="truth")
    waves = compare_waves(OLD, new, ANSWERS, later)
    for table in (waves.changes, waves.shares):
        whole = table["before"] + table["own_change"] + table["model_change"]
        assert whole.to_numpy() == pytest.approx(table["now"].to_numpy(), abs=1e-12)
    assert waves.shares["now"].sum() == pytest.approx(1)
    assert set(waves.moves["cause"]) >= {"own", "both"}


def test_a_further_type_in_the_new_wave_keeps_its_own_name() -> None:
    rates = planted_rates()
    rates.loc["fifth"] = 0.12
    rates.loc["fifth", "offenheit"] = 0.95
    new = name_types(planted_clustering(rates), CONTENT, threshold=0.3)
    waves = compare_waves(OLD, new, ANSWERS, ANSWERS)
    assert waves.shares["type"].tolist() == [*TYPES, "gruppe_e"]
    assert waves.shares.set_index("type").at["gruppe_e", "before"] == 0


def test_goals_that_only_one_wave_asked() -> None:
    waves = compare_waves(OLD, planted_typology(), ANSWERS, ANSWERS.drop(columns="offenheit"))
    assert "offenheit" not in waves.goals
    assert not waves.moves["moved"].any()
    with pytest.raises(EstimationError, match="kein Ziel"):
        compare_waves(OLD, OLD, ANSWERS, ANSWERS.rename(columns=lambda name: f"x_{name}"))


def test_territory_by_successors() -> None:
    old = pd.Index(["91000001", "91000002", "91000003", "91000004", "91000005", "91000006"])
    new = pd.Index(["91000001", "91000011", "91000012", "91000013", "91000014", "91000099"])
    table: Any = Followed(
        {"91000002": ("91000011",), "91000003": ("91000012",), "91000004": ("91000012",),
         "91000005": ("91000013", "91000014")}
    )  # fmt: skip
    found = match_territory(old, new, table).set_index(["key_before", "key"])["kind"].to_dict()
    assert found == {
        ("91000001", "91000001"): "gleich", ("91000002", "91000011"): "nachfolger",
        ("91000003", "91000012"): "fusion", ("91000004", "91000012"): "fusion",
        ("91000005", "91000013"): "aufteilung", ("91000005", "91000014"): "aufteilung",
        ("91000006", ""): "nur_alt", ("", "91000099"): "nur_neu",
    }  # fmt: skip


def test_a_new_key_is_the_same_municipality() -> None:
    later = ANSWERS.rename(index={ANSWERS.index[0]: "95999999"})
    lost = compare_waves(OLD, OLD, ANSWERS, later)
    assert len(lost.moves) == 199
    followed: Any = Followed({ANSWERS.index[0]: ("95999999",)})
    waves = compare_waves(OLD, OLD, ANSWERS, later, successors=followed)
    assert len(waves.moves) == 200 and not waves.moves["moved"].any()
    assert waves.moves.at["95999999", "key_before"] == ANSWERS.index[0]


def test_nobody_in_both_waves() -> None:
    with pytest.raises(EstimationError, match="beiden Wellen"):
        compare_waves(OLD, OLD, ANSWERS.iloc[:5], ANSWERS.iloc[5:])


def test_causes_have_sentences() -> None:
    for key in ("wave_own_change", "wave_model_change", "wave_no_change"):
        assert CONTENT.say(key, "de") != CONTENT.say(key, "en")
