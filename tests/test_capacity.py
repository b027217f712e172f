"""Who takes no further requests: asked or wished, proposed to nobody, with the consent untouched."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import miniature
import pandas as pd
import pytest
from matching_data import invent

from typology.commands.study import capacity_lines
from typology.content.catalogue import load_content
from typology.content.questionnaire.build import build_questionnaire
from typology.content.questionnaire.codebook import About, codebook_text
from typology.errors import CodebookError
from typology.matching.peers.peers import recommend_peers
from typology.matching.record import full_of
from typology.matching.teams.teams import form_teams
from typology.matching.wishes import Wishes, parse_wishes
from typology.publishing.gate.privacy import public_tables
from typology.publishing.views.maker import ViewMaker
from typology.publishing.views.partners import Partners
from typology.study.match import contradicted, match_tables
from typology.study.record import Study
from typology.survey.codebook import read_codebook
from typology.survey.draft.codebook_draft import draft_codebook
from typology.survey.survey import read_survey
from typology.tables.study_tables import StudyTables

CONTENT = load_content()


def with_question(folder: Path, cells: Sequence[str], **block: Any) -> Path:
    """The miniature survey with one more column, in words of its own."""
    book = copy.deepcopy(miniature.CODEBOOK)
    consent = next(part for part in book["blocks"] if part["role"] == "consent")
    consent["columns"] = {"listed": "C1", "partner": "C4"}
    asked = {"role": "capacity", "kind": "choice", "columns": {"partner": "Noch Platz?"}}
    book["blocks"] = [*book["blocks"], asked | block]
    rows = [[*row, cell] for row, cell in zip(miniature.ROWS, cells, strict=True)]
    return miniature.write_folder(folder, rows=rows, heading=[*miniature.HEADING, "Noch Platz?"], codebook=book)


@pytest.mark.parametrize(
    ("codes", "yes", "no"),
    [
        ({"ja": "offen", "nein": "voll"}, "ja", "nein"),
        ({"1": "voll", "0": "offen"}, "0", "1"),
        ({"A1": "offen", "A2": "voll"}, "A1", "A2"),
    ],
)
def test_any_wording_of_the_column_is_read_and_no_answer_is_none(tmp_path, codes, yes, no) -> None:
    survey = read_survey(with_question(tmp_path, [no, yes, "", yes, no, ""], codes=codes))
    said = survey.block("capacity")["partner"].astype(object).fillna("").to_dict()
    assert said == {
        "03101001": "voll", "03101002": "offen", "03101003": "", "03102001": "offen", "03102002": "voll", "03102": "",
    }  # fmt: skip
    agreed = survey.consent["partner"]
    assert set(agreed.index[agreed]) == {"03101001", "03101002"}  # as without the question


@pytest.mark.parametrize(
    "block",
    [
        {"codes": {"ja": "offen", "nein": "besetzt"}},
        {"codes": "labels"},
        {"codes": {"ja": "offen"}, "columns": {"listed": "Noch Platz?"}},
    ],
)
def test_other_answers_and_items_are_refused(tmp_path, block) -> None:
    with pytest.raises(CodebookError, match="offen, voll"):
        read_survey(with_question(tmp_path, [""] * 6, **block))


def test_every_form_asks_it_of_partners_only_and_its_codebook_reads_it(tmp_path) -> None:
    asked = build_questionnaire()
    question = next(question for question in asked.questions if question.role == "capacity")
    shown = question.shown_if
    assert shown is not None and (shown.item, shown.answers) == ("partner", ("ja",)) and not question.required
    for tool, column in (("limesurvey", "C6"), ("xlsform", "C6")):
        path = tmp_path / f"{tool}.yaml"
        path.write_text(
            codebook_text(asked, tool, About(date="2026-06-30", source="wir")).replace("TODO", "x"), "utf-8"
        )
        block = next(block for block in read_codebook(path).blocks if block.role == "capacity")
        assert block.columns == {"partner": column} and list(block.codes.values()) == ["offen", "voll"]


def test_a_draft_takes_the_question_for_no_consent_to_be_a_partner(tmp_path) -> None:
    consent, asked = "Einwilligung: als Partnerin vorschlagen", "Weitere Anfragen anderer Kommunen willkommen?"
    answers = {"AGS": [f"031010{number:02d}" for number in range(30)], "Ziele [Effizienz]": ["Ja", "Nein"] * 15,
               "Ziele [Bürgernähe]": ["Nein", "Ja"] * 15, consent: ["Ja", "Nein"] * 15,
               asked: ["Ja, gern", "Nein, zurzeit keine", ""] * 10}  # fmt: skip
    pd.DataFrame(answers).to_csv(tmp_path / "antworten.csv", index=False, sep=";")
    drafted = draft_codebook(tmp_path / "antworten.csv")
    assert f'partner: "{consent}"' in drafted and f'partner: "{asked}"' not in drafted
    assert ", capacity" in next(line for line in drafted.splitlines() if "pain_point, project" in line)


@pytest.fixture(scope="module")
def tables() -> StudyTables:
    made = invent(90, seed=2)
    return StudyTables(
        municipalities=made.municipalities, consent=made.consent.assign(listed=True, contact=False, mailbox=""),
        assignments=made.assignments, municipality_profiles=made.profiles,
    )  # fmt: skip


def asked_of(tables: StudyTables, **answers: str) -> StudyTables:
    said = pd.Series(answers, dtype=object).reindex(tables.consent.index, fill_value="")
    return tables.having(capacity=said.to_frame("partner"))


def two_stars(tables: StudyTables) -> list[str]:
    four = (tables.assignments, tables.municipality_profiles, tables.municipalities, tables.consent)
    seated = set(form_teams(*four).members["key"])
    often = recommend_peers(*four).similar["partner"].value_counts().index
    return [key for key in often if key in seated][:2]


def test_an_answer_takes_one_from_lists_and_teams_and_leaves_the_consent(tables: StudyTables) -> None:
    star, other = two_stars(tables)
    matched = match_tables(asked_of(tables, **{star: "voll", other: "offen"}), CONTENT)
    assert full_of(matched.matching_record) == {star} and matched.consent.loc[star, "partner"]
    for table, column in (
        (matched.similar, "partner"),
        (matched.complementary, "partner"),
        (matched.team_members, "key"),
    ):
        assert star not in set(table[column]) and other in set(matched.similar["partner"])
    assert star in set(matched.similar["key"])
    assert matched.without_team.set_index("key").loc[star, "reason"] == "no_capacity"


def test_wish_and_answer_agree_or_the_wish_holds_and_it_is_said(tables: StudyTables) -> None:
    star, other = two_stars(tables)
    asked = asked_of(tables, **{star: "voll", other: "offen"})
    same = parse_wishes({"wishes": [{"key": star, "partner": "voll"}]})
    turned = parse_wishes({"wishes": [{"key": star, "partner": "offen"}, {"key": other, "partner": "voll"}]})
    agreed, contrary = (match_tables(asked, CONTENT, wishes=wishes) for wishes in (same, turned))
    assert full_of(agreed.matching_record) == {star} and contradicted(agreed) == []
    assert full_of(contrary.matching_record) == {other} and contradicted(contrary) == sorted([star, other])
    assert star in set(contrary.similar["partner"]) and other not in set(contrary.similar["partner"])
    lines = capacity_lines(SimpleNamespace(tables=contrary))  # type: ignore[arg-type]
    assert len(lines) == 2 and lines[1].startswith("Warnung:") and star in lines[1] and other in lines[1]
    assert len(capacity_lines(SimpleNamespace(tables=agreed))) == 1  # type: ignore[arg-type]
    # what a study remembers of its wishes says that one is open, too
    assert parse_wishes(turned.model_dump(mode="json", exclude_unset=True)).capacity == turned.capacity


def test_a_wish_on_requests_stays_where_its_other_partner_is_not_published() -> None:
    wishes = parse_wishes({"wishes": [{"key": "1", "pin": ["3"], "partner": "voll"}, {"key": "2", "partner": "offen"}]})
    assert wishes.among(["1", "2"]).capacity == {"1": "voll", "2": "offen"} and wishes.among(["1", "2"]).full == {"1"}
    assert wishes.among(["1", "2", "3"]) == wishes and Wishes().after([]) == Wishes()


def test_a_full_municipality_is_no_missing_consent(tables: StudyTables) -> None:
    star = two_stars(tables)[0]
    agreed = tables.consent.index[tables.consent["partner"].astype(bool)]
    kind = tables.municipalities["kind"]
    alike = [key for key in agreed if kind[key] == kind[star]]
    wish = {"key": next(key for key in kind.index if kind[key] == kind[star] and key not in agreed), "pin": [star]}
    wishes = parse_wishes({"wishes": [wish], "teams": {"together": [[star, alike[1]]]}})
    matched = match_tables(asked_of(tables, **dict.fromkeys(agreed, "voll")), CONTENT, wishes=wishes)
    assert set(matched.unmet_wishes["reason"]) == {"no_capacity"} and len(matched.similar) == 0
    row = matched.missing_partners.set_index(["list", "key"]).loc[("similar", star)]
    assert row["reason"] == "no_capacity"
    said = Partners(matched, CONTENT).missing("similar", star)
    assert said is not None and "keine weiteren Anfragen" in said["de"]


def test_it_is_used_of_all_and_published_of_listed_partners_only(demo_study: Study, nationwide_study: Study) -> None:
    for study in (demo_study, nationwide_study):
        tables, full = study.tables, full_of(study.tables.matching_record)
        said, agreed = tables.capacity["partner"], tables.consent["partner"].astype(bool)
        assert full and full == set(said.index[(said == "voll") & agreed])
        named = {*tables.similar["partner"], *tables.complementary["partner"], *tables.team_members["key"]}
        for column in ("done", "running"):
            named |= set(tables.agenda[column].str.split(";").explode())
        asked = tables.agenda[tables.agenda["partner_reason"] != "gruppe"]  # who shares work is in the group itself
        named |= set(asked["partners"].str.split(";").explode())
        assert not full & named
        shown = public_tables(tables).capacity["partner"]
        assert set(shown.index) == set(agreed.index[agreed & tables.consent["listed"].astype(bool)])


def test_page_and_sheet_of_a_full_one_say_so(demo_study: Study) -> None:
    tables, full = demo_study.tables, full_of(demo_study.tables.matching_record)
    maker = ViewMaker(tables, demo_study.info, demo_study.content)
    keys = (min(full), next(key for key in tables.similar["key"] if key not in full))
    first = [maker.municipality(key)["notes"][0]["de"] for key in keys]
    assert ["nimmt zurzeit keine weiteren Anfragen an" in note for note in first] == [True, False]


def test_a_survey_that_does_not_ask_is_as_before(tables: StudyTables) -> None:
    unasked, silent = match_tables(tables, CONTENT), match_tables(asked_of(tables), CONTENT)
    assert full_of(unasked.matching_record) == frozenset() and contradicted(unasked) == []
    pd.testing.assert_frame_equal(unasked.similar, silent.similar)
    assert replace(unasked, capacity=silent.capacity).capacity["partner"].eq("").all()
