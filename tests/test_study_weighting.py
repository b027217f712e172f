"""A study beside its register: what weights change, what they cost, and what is said where there are none."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from miniature import CODEBOOK

from typology.clustering.goals import goals_matrix
from typology.errors import CodebookError
from typology.publishing.gate.privacy import public_tables
from typology.register.register import Register
from typology.study.estimate import settings_of
from typology.study.store import public_study
from typology.study.weighting import weigh_study
from typology.study.workflow import read_study
from typology.survey.codebook import Weighting, read_codebook
from typology.survey.weighting import REGISTER_COLUMNS, weigh_by_register
from typology.tables.figures import FIGURES
from typology.tables.settings import Settings
from typology.types.profiles.weighted import WEIGHTED_COLUMNS, weighted_shares

BODIES = pd.DataFrame(
    [("gemeinde", "GK7")] * 6 + [("gemeinde", "GK6")] * 2 + [("kreis", "LK3")] * 2, columns=["kind", "size_class"]
)
RESPONDENTS = pd.DataFrame(
    [("gemeinde", "GK7"), ("gemeinde", "GK7"), ("gemeinde", "GK6"), ("gemeinde", "GK6"), ("verband", "")],
    columns=["kind", "size_class"], index=list("abcde"),
)  # fmt: skip


def test_weights_from_a_register_by_hand() -> None:
    found = weigh_by_register(RESPONDENTS, Register(table=BODIES))
    assert found is not None
    # GK7 holds 6 of the 8 represented bodies and half of the respondents: 0.75 / 0.5; Kish: 4·(2·2.25 + 2·0.25) / 16
    assert found.weights.loc[list("abcd")].tolist() == pytest.approx([1.5, 1.5, 0.5, 0.5])
    assert pd.isna(found.weights["e"])
    assert found.design_effect == pytest.approx(1.25) and found.effective_n == pytest.approx(3.2)
    # no Kreis answered, so its two bodies leave both margins together and these still agree
    assert found.unrepresented == pytest.approx(0.2) and found.converged
    margins = found.margins.set_index(["margin", "category"])
    assert tuple(found.margins.columns) == REGISTER_COLUMNS
    assert margins.loc[("size_class", "LK3"), ["bodies", "n"]].tolist() == [2, 0]
    assert margins.loc[("size_class", "LK3"), ["target_share", "sample_share", "weighted_share"]].isna().all()
    assert margins.loc[("kind", "gemeinde"), "weighted_share"] == pytest.approx(1)


def test_only_kinds_that_were_asked_count_as_unrepresented() -> None:
    # the two Kreise are 20 per cent of all bodies; where only municipalities were asked they are none of the matter
    every, asked = (
        weigh_by_register(RESPONDENTS, Register(table=BODIES), kinds=kinds) for kinds in ((), ("gemeinde", "kreisfrei"))
    )
    assert every is not None and asked is not None
    assert every.unrepresented == pytest.approx(0.2) and asked.unrepresented == 0
    assert asked.weights.equals(every.weights) and "kreis" not in set(asked.margins["category"])
    assert weigh_by_register(RESPONDENTS, Register(table=BODIES), kinds=("kreis",)) is None


def test_nobody_in_any_category_gives_no_weights() -> None:
    assert weigh_by_register(RESPONDENTS.loc[["e"]], Register(table=BODIES)) is None


def test_shares_and_means_under_weights_by_hand() -> None:
    weights = pd.Series([1.5, 0.5, None], index=list("abc"))
    types = pd.DataFrame({"x": [0.8, 0.2, 1.0], "y": [0.2, 0.8, 0.0]}, index=list("abc"))
    stand = pd.DataFrame({"daten": [4.0, None, 1.0]}, index=list("abc"))
    table = weighted_shares(weights, types, {"stand": stand})
    assert tuple(table.columns) == WEIGHTED_COLUMNS
    # x: (1.5·0.8 + 0.5·0.2) / 2 = 0.65 against 0.5; c has no weight and counts in neither column
    assert table.loc[0, ["n", "unweighted", "weighted", "difference"]].tolist() == pytest.approx([2, 0.5, 0.65, 0.15])
    assert table.loc[2, ["measure", "item", "n", "weighted"]].tolist() == ["stand", "daten", 1, 4.0]


def test_the_demo_says_what_weights_change(demo_study) -> None:
    tables, info = demo_study.tables, demo_study.info
    weights = tables.weights["weight"]
    assert len(weights) == 412 and weights.notna().all() and weights.mean() == pytest.approx(1)
    kish = 412 * (weights**2).sum() / weights.sum() ** 2
    figures = tables.quality.set_index("name")["value"]
    assert figures["design_effect"] == pytest.approx(kish, abs=1e-6) and kish > 1.1
    assert figures["effective_n"] == pytest.approx(412 / kish, abs=1e-4)
    margins = tables.weight_margins
    assert (margins["weighted_share"] - margins["target_share"]).abs().max() < 1e-8
    assert (margins["sample_share"] - margins["target_share"]).abs().max() > 0.1
    shares = tables.weighted[tables.weighted["measure"] == "type"]
    assert shares["item"].tolist() == list(demo_study.typology.type_keys)
    assert shares[["unweighted", "weighted"]].sum().tolist() == pytest.approx([1, 1], abs=4e-6)
    assert figures["weighted_change"] == round(shares["difference"].abs().max(), 2)
    assert {"goal", "stand", "wichtig"} <= set(tables.weighted["measure"])
    for words in ("Größenklasse und Art der Kommune", "Designeffekt beträgt 1,22", "ungewichtet"):
        assert words in info.weighting["de"]
    assert "1.22" in info.weighting["en"]


def test_only_the_summary_of_the_weights_is_public(demo_study) -> None:
    public = public_tables(demo_study.tables)
    assert all(public.get(name).empty for name in ("weights", "weight_margins", "weighted"))
    assert "design_effect" in set(public.quality["name"])
    # a whole percent: from more digits a reader could tell what a single heavily weighted municipality answered
    change = public.quality.set_index("name").at["weighted_change", "value"]
    assert change == round(change, 2)


@pytest.mark.long
def test_the_sentence_is_public_only_with_its_figures(practice_processed: Path) -> None:
    study = read_study(practice_processed)
    assert "Designeffekt" in study.info.weighting["de"]
    consent = study.tables.consent.copy()
    consent.loc[:, ["listed", "answers"]] = True
    everybody = public_study(replace(study, tables=study.tables.having(consent=consent)))
    assert "design_effect" in set(everybody.tables.quality["name"])
    assert everybody.info.weighting == study.info.weighting
    consent.iloc[0, consent.columns.get_loc("listed")] = False
    few = public_study(replace(study, tables=study.tables.having(consent=consent)))
    assert not {"design_effect", "effective_n", "weighted_change"} & set(few.tables.quality["name"])
    assert few.info.weighting["de"].startswith("Ein Vergleich mit Gewichten auf das Register steht nur in den internen")


def test_without_a_register_the_study_says_so(demo_study, demo_survey) -> None:
    goals = goals_matrix(demo_survey)
    plain = demo_study.tables.having(weights=pd.DataFrame(), weight_margins=pd.DataFrame(), weighted=pd.DataFrame())
    tables, said = weigh_study(plain, replace(demo_survey, register=None), goals, Settings())
    assert tables.weights.empty and "nennt kein Register" in said["de"]
    tables, said = weigh_study(plain, demo_survey, goals, Settings(margins=()))
    assert tables.weights.empty and "Codebuch schaltet" in said["de"]
    for name in ("design_effect", "effective_n", "weighted_change"):
        assert pd.isna(FIGURES[name].compute(plain, demo_study.typology))


def test_categories_without_respondents_are_named_inside_and_said_outside(demo_study, demo_survey) -> None:
    bodies = demo_survey.municipalities
    kept = bodies[~bodies["size_class"].isin(["GK7", "LK1"])]
    survey = replace(demo_survey, municipalities=kept)
    tables, said = weigh_study(demo_study.tables, survey, goals_matrix(demo_survey), Settings())
    empty = tables.weight_margins[tables.weight_margins["n"] == 0]
    assert empty["category"].tolist() == ["GK7", "LK1"] and (empty["bodies"] > 0).all()
    # 953 of GK7 and 7 of LK1 among 1,215 municipalities, kreisfreie Städte and Kreise
    assert "79 Prozent der Kommunen des Registers" in said["de"] and "GK7" not in said["de"]
    assert FIGURES["unrepresented"].compute(tables, demo_study.typology) == pytest.approx(0.79)
    assert tables.weights["weight"].mean() == pytest.approx(1)


@pytest.mark.parametrize("page", ["README.md", "README.de.md"])
def test_the_weighting_of_the_notes_is_read_from_a_codebook(page: str, tmp_path: Path) -> None:
    notes = (Path(__file__).parents[1] / "data" / "raw" / page).read_text(encoding="utf-8")
    (line,) = re.findall(r"^weighting: .*$", notes, flags=re.M)
    for text, expected in (
        (line.split("#")[0], Weighting(margins=("size_class+kind", "land"), trim=5)),
        ("weighting: none", None),
        ("", Weighting()),
    ):
        path = tmp_path / "codebook.yaml"
        path.write_text(yaml.safe_dump(CODEBOOK, allow_unicode=True) + text + "\n", encoding="utf-8")
        assert read_codebook(path).weighting == expected
    path.write_text(yaml.safe_dump(CODEBOOK) + "weighting: {margins: [groesse]}\n", encoding="utf-8")
    with pytest.raises(CodebookError) as caught:
        read_codebook(path)
    assert "unbekannter Rand groesse" in str(caught.value)


def test_margins_come_from_the_codebook(demo_survey) -> None:
    assert settings_of(demo_survey).margins == ("size_class", "kind")
    for weighting, margins in ((None, ()), (Weighting(margins=("land",), trim=4), ("land",))):
        book = demo_survey.codebook.model_copy(update={"weighting": weighting})
        assert settings_of(replace(demo_survey, codebook=book)).margins == margins
    with pytest.raises(ValueError, match="unbekannter Rand kreis"):
        Weighting(margins=("size_class+kreis",))
