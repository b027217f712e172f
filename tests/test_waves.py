"""A second wave: nothing changes without cause, and every change is split without a remainder."""

from __future__ import annotations

from collections.abc import Container
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from planted import TYPES, draw_answers, planted_clustering, planted_rates, planted_typology

from typology.clustering.clustering import cluster
from typology.clustering.goals import question_of
from typology.content.catalogue import load_content
from typology.errors import EstimationError
from typology.simulation.survey import simulate_goals
from typology.types.naming import name_types
from typology.types.waves import WaveComparison, compare_waves, match_territory

CONTENT = load_content()
OLD = planted_typology()
ANSWERS = draw_answers(OLD, 200, random_state=1).drop(columns="truth")
TRUE_MOVERS = 0.215
"""Share of the planted types that is assigned otherwise when it answers again, summed over all answers below."""


class Followed:
    """A successor table in miniature."""

    def __init__(self, table: dict[str, tuple[str, ...]]) -> None:
        self.table = table

    def follow(self, key: str, known: Container[str]) -> Any:
        return SimpleNamespace(keys=tuple(end for end in self.table.get(key, ()) if end in known))


def compared(*waves: Any, **settings: Any) -> WaveComparison:
    """A comparison with few draws."""
    return compare_waves(*waves, **{"n_draws": 60, "n_halves": 3, **settings})


def unnamed(rates: pd.DataFrame) -> Any:
    """Types that stay gruppe_a … in this order."""
    return name_types(planted_clustering(rates), CONTENT, threshold=2.0)


def test_the_same_data_twice_gives_no_change() -> None:
    waves = compared(OLD, OLD, ANSWERS, ANSWERS)
    assert not waves.moves["moved"].any() and (waves.moves["cause"] == "").all()
    assert waves.changes[["own_change", "model_change"]].abs().to_numpy().max() < 1e-12
    assert (waves.alignment["type_before"] == waves.alignment["type_now"]).all()
    assert waves.alignment["overlap"].to_numpy() == pytest.approx(1) and waves.alignment["same"].all()
    assert waves.movement["moved"].sum() == 0 and not waves.movement["beyond"].any()
    counts = waves.flows.to_numpy()
    assert counts.sum() == 200 and np.trace(counts) == 200


@pytest.mark.parametrize("order", [(1, 0, 3, 2), (3, 2, 1, 0), (2, 0, 1, 3)])
def test_permuted_labels_give_no_change(order: tuple[int, ...]) -> None:
    rates = planted_rates()
    old, new = unnamed(rates), unnamed(rates.iloc[list(order)])
    waves = compared(old, new, ANSWERS, ANSWERS)
    assert not waves.moves["moved"].any() and (waves.moves["cause"] == "").all()
    assert waves.moves["model_change"].max() < 1e-5  # six digits of the file
    letters = "abcd"
    back = {f"gruppe_{letters[place]}": f"gruppe_{letters[order.index(place)]}" for place in range(4)}
    assert waves.alignment.set_index("type_before")["type_now"].to_dict() == back
    # Every municipality carries the name on its new sheet, with the one on its old sheet beside it.
    assert (waves.moves["type_now"] == new.assign(ANSWERS)["type"]).all()
    assert (waves.moves["name_before"] == old.assign(ANSWERS)["type"]).all()
    assert (waves.moves["type_before"] == waves.moves["name_before"].map({**back, "": ""})).all()
    assert waves.names == {today: (then, today) for then, today in back.items()}


def moved_to_community(answers: pd.DataFrame, keys: pd.Index) -> pd.DataFrame:
    """The answers with those of a few municipalities as community managers give them."""
    later = answers.copy()
    later.loc[keys] = "nein"
    later.loc[keys, ["daseinsvorsorge", "oertliche_gemeinschaft"]] = "ja"
    return later


def test_changed_answers_are_own_change_only() -> None:
    keys = ANSWERS.index[OLD.assign(ANSWERS)["type"] == "optimierer"]
    waves = compared(OLD, OLD, ANSWERS, moved_to_community(ANSWERS, keys))
    rows = waves.moves.loc[keys]
    assert rows["moved"].all() and waves.moves["moved"].sum() == len(keys) > 30
    assert set(rows["cause"]) == {"own"} and (rows["type_now"] == "community_manager").all()
    assert rows["own_change"].median() > 0.9 and rows["model_change"].max() == pytest.approx(0)
    assert waves.flows.at["optimierer", "community_manager"] == len(keys)
    # Nobody else moved at all, so that all together are no more than chance would move; this type alone is.
    assert waves.movement.query("beyond")["type"].tolist() == ["optimierer"]


def test_one_changed_municipality_is_no_evidence_of_a_move() -> None:
    keys = ANSWERS.index[OLD.assign(ANSWERS)["type"] == "optimierer"][:1]
    waves = compared(OLD, OLD, ANSWERS, moved_to_community(ANSWERS, keys))
    total = waves.movement.iloc[0]
    assert total["moved"] == 1 and total["expected"] * total["n"] > 5 and not total["beyond"]
    assert (waves.moves["cause"] == "").all()
    assert waves.moves["moved"].sum() == 1


def flipped(answers: pd.DataFrame, share: float, seed: int) -> pd.DataFrame:
    """The answers with a share of all ticks turned round."""
    turn = np.random.default_rng(seed).random(answers.shape) < share
    values = (answers == "ja").to_numpy() ^ turn
    return pd.DataFrame(
        {goal: pd.Categorical.from_codes(values[:, place].astype(int), ["nein", "ja"])
         for place, goal in enumerate(answers)},
        index=answers.index,
    )  # fmt: skip


def test_carelessly_flipped_ticks_are_no_moves() -> None:
    """One tick in twelve turned round moves a sixth of the municipalities, which is no more than chance does."""
    waves = compared(OLD, OLD, ANSWERS, flipped(ANSWERS, 0.08, 3))
    total = waves.movement.iloc[0]
    assert total["moved"] > 20 and not total["beyond"]
    assert (waves.moves["cause"] == "").all()
    assert waves.moves["own_change"].gt(0.05).sum() > 50


@pytest.mark.parametrize("seed", range(4))
def test_nobody_moved_and_all_answered_again(seed: int) -> None:
    """What is observed lies where it is expected; the true chance of the planted types does, too."""
    model = OLD.model
    rng = np.random.default_rng(seed)
    classes = rng.choice(4, 300, p=model.shares)
    codes = [model.redraw(np.zeros((300, 10), int), classes, rng) for _ in range(2)]
    waves = compare_waves(OLD, OLD, *(as_goals(part) for part in codes), n_draws=200)
    total = waves.movement.iloc[0]
    assert total["low"] <= total["share"] <= total["high"]
    assert total["low"] <= TRUE_MOVERS <= total["high"]
    assert waves.moves["chance"].fillna(0).mean() == pytest.approx(total["expected"])
    assert waves.expected_flows.to_numpy().sum() == pytest.approx(300)
    off_diagonal = waves.expected_flows.iloc[:4, :4].to_numpy().sum() - np.trace(waves.expected_flows.iloc[:4, :4])
    assert off_diagonal / 300 == pytest.approx(total["expected"])


def as_goals(codes: np.ndarray) -> pd.DataFrame:
    """Numbered answers of the planted questionnaire."""
    index = pd.Index([f"9{row:07d}" for row in range(len(codes))], name="key")
    return pd.DataFrame(
        {goal: pd.Categorical.from_codes(codes[:, place], ["nein", "ja"]) for place, goal in enumerate(OLD.goal_keys)},
        index=index,
    )


def test_the_true_share_of_chance_movers() -> None:
    """By summing over all 1,024 patterns of answers: P(type of one ≠ type of another) given the same class."""
    codes = (np.arange(1024)[:, None] >> np.arange(10) & 1).astype(int)
    rates = OLD.model.rates()
    chance = np.exp(codes @ np.log(rates).T + (1 - codes) @ np.log(1 - rates).T)
    joint = chance * OLD.model.shares
    posterior = joint / joint.sum(axis=1, keepdims=True)
    ranked = np.sort(posterior, axis=1)
    assigned = np.where(ranked[:, -2:].sum(axis=1) >= 0.8, posterior.argmax(axis=1), -1)
    by_type = np.stack([chance[assigned == place].sum(axis=0) for place in range(4)])
    movers = ((by_type.sum(axis=0) ** 2 - (by_type**2).sum(axis=0)) * OLD.model.shares).sum()
    assert movers == pytest.approx(TRUE_MOVERS, abs=0.002)


def test_lists_of_which_each_wave_asked_a_part() -> None:
    """Classes given the number of ticks are estimated with whole lists; two parts are still compared."""
    drawn = simulate_goals(80, kind="pick", random_state=1)
    question = question_of(drawn.model)
    typology = name_types(cluster(drawn.goals, 2, question=question, n_init=5), CONTENT, question=question)
    assert typology.ticks
    first, last = drawn.goals.iloc[:, 1:], drawn.goals.iloc[:, :-1]
    waves = compared(typology, typology, first, last)
    assert len(waves.goals) == drawn.goals.shape[1] - 2
    assert waves.alignment["same"].all() and waves.movement["expected"].iloc[0] > 0
    assert waves.changes.groupby("key")["own_change"].sum().abs().max() < 1e-12


def test_groups_that_do_not_match_have_no_moves() -> None:
    """Other goals lift the types of the second wave: no group is the same, so nothing is stated of anybody."""
    rates = planted_rates().iloc[:, [5, 8, 0, 3, 7, 1, 9, 2, 4, 6]].set_axis(planted_rates().columns, axis=1)
    new = unnamed(rates)
    later = draw_answers(new, 200, random_state=4).drop(columns="truth")
    waves = compared(OLD, new, ANSWERS, later)
    assert not waves.alignment["same"].any() and (waves.alignment["overlap"] <= 0.5).all()
    assert not waves.moves["moved"].any() and not waves.moves["comparable"].any()
    assert waves.movement["type"].tolist() == ["alle"] and waves.movement["share"].isna().all()
    assert waves.expected_flows.iloc[:-1, :-1].isna().all(axis=None)
    assert set(waves.shares["type"]) == {*TYPES, *new.type_keys}


def test_a_group_found_again_lies_above_the_limit_of_halves() -> None:
    later = draw_answers(OLD, 240, random_state=5).drop(columns="truth")
    new = planted_typology(high=0.72, low=0.14)
    waves = compared(OLD, new, ANSWERS, later, n_halves=5)
    assert waves.alignment["same"].all()
    assert waves.alignment["limit"].between(0.5, 1, inclusive="left").all()
    assert waves.alignment["limit"].max() > 0.55


def test_a_new_model_is_model_change_only() -> None:
    rates = planted_rates()
    rates.loc["optimierer", "offenheit"] = 0.9
    new = name_types(planted_clustering(rates), CONTENT, threshold=0.3)
    waves = compared(OLD, new, ANSWERS, ANSWERS)
    assert waves.moves["own_change"].max() < 1e-12 and waves.moves["model_change"].max() > 0.05
    assert set(waves.moves["cause"]) <= {"", "model"}
    assert waves.alignment.set_index("type_before").at["optimierer", "difference"] == pytest.approx(0.78)


def test_the_split_does_not_depend_on_the_order() -> None:
    """Exchanging the waves turns every part round: what both did together is given to each by half."""
    new = planted_typology(high=0.6, low=0.2)
    later = draw_answers(OLD, 200, random_state=9).drop(columns="truth")
    there = compared(OLD, new, ANSWERS, later).changes.set_index(["key", "type"])
    back = compared(new, OLD, later, ANSWERS).changes.set_index(["key", "type"])
    for part in ("own_change", "model_change"):
        assert there[part].to_numpy() == pytest.approx(-back[part].loc[there.index].to_numpy(), abs=1e-12)
    first = (OLD.posterior(later) - OLD.posterior(ANSWERS)).to_numpy()
    second = (new.posterior(later) - new.posterior(ANSWERS)).to_numpy()
    assert there["own_change"].unstack()[list(TYPES)].to_numpy() == pytest.approx((first + second) / 2, abs=1e-12)


def test_both_parts_add_up_without_a_remainder() -> None:
    new = planted_typology(high=0.6, low=0.2)
    later = draw_answers(OLD, 200, random_state=9).drop(columns="truth")
    waves = compared(OLD, new, ANSWERS, later)
    for table in (waves.changes, waves.shares):
        whole = table["before"] + table["own_change"] + table["model_change"]
        assert whole.to_numpy() == pytest.approx(table["now"].to_numpy(), abs=1e-12)
    assert waves.shares["now"].sum() == pytest.approx(1)


def test_a_further_type_in_the_new_wave_keeps_its_own_name() -> None:
    rates = planted_rates()
    rates.loc["fifth"] = 0.12
    rates.loc["fifth", "offenheit"] = 0.95
    new = name_types(planted_clustering(rates), CONTENT, threshold=0.3)
    waves = compared(OLD, new, ANSWERS, ANSWERS)
    assert waves.shares["type"].tolist() == [*TYPES, "gruppe_e"]
    assert waves.shares.set_index("type").at["gruppe_e", "before"] == 0


def test_goals_that_only_one_wave_asked() -> None:
    waves = compared(OLD, planted_typology(), ANSWERS, ANSWERS.drop(columns="offenheit"))
    assert "offenheit" not in waves.goals
    assert not waves.moves["moved"].any()
    with pytest.raises(EstimationError, match="kein Ziel"):
        compared(OLD, OLD, ANSWERS, ANSWERS.rename(columns=lambda name: f"x_{name}"))


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
    lost = compared(OLD, OLD, ANSWERS, later)
    assert len(lost.moves) == 199
    followed: Any = Followed({ANSWERS.index[0]: ("95999999",)})
    waves = compared(OLD, OLD, ANSWERS, later, successors=followed)
    assert len(waves.moves) == 200 and not waves.moves["moved"].any()
    assert waves.moves.at["95999999", "key_before"] == ANSWERS.index[0]


def test_nobody_in_both_waves() -> None:
    with pytest.raises(EstimationError, match="beiden Wellen"):
        compared(OLD, OLD, ANSWERS.iloc[:5], ANSWERS.iloc[5:])


SPAN = {"expected": "20 %", "low": "15 %", "high": "25 %"}


def test_causes_have_sentences() -> None:
    for key in ("wave_within_chance", "wave_own_change", "wave_model_change", "wave_no_change"):
        assert CONTENT.say(key, "de", **SPAN) != CONTENT.say(key, "en", **SPAN)
