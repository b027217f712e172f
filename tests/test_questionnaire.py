"""The questionnaire goes out so that its export comes back right: structure files, forms, and their codebooks."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from defusedxml.ElementTree import fromstring
from docx.oxml.ns import qn
from pyxform.xls2xform import convert
from questionnaire_copies import expected_answers, fill_in

from typology.commands.verbs import main
from typology.content.catalogue import load_content
from typology.content.questionnaire import build
from typology.content.questionnaire.build import build_questionnaire
from typology.content.questionnaire.codebook import About, codebook_text
from typology.content.questionnaire.form import Questionnaire
from typology.content.questionnaire.limesurvey import COLUMNS, limesurvey_text
from typology.content.questionnaire.word import word_bytes
from typology.content.questionnaire.wording import load_questionnaire
from typology.content.questionnaire.xlsform import xlsform_bytes
from typology.content.reading import FOLDER, Text
from typology.content.sources import load_sources
from typology.content.vocabulary import Purpose
from typology.errors import ContentError
from typology.simulation.export.tools import write_export
from typology.simulation.register import simulate_register
from typology.survey.codebook import read_codebook
from typology.survey.structure import read_structure
from typology.survey.survey import check_survey, read_survey

N = 60
GIVEN = About(
    date="2026-06-30",
    source="Landkreis Musterland",
    licence="CC BY 4.0",
    sample=Text(de="Alle Kommunen des Landes.", en="All municipalities of the Land."),
    retention=Text(de="Gelöscht am 31.12.2026.", en="Deleted on 31 December 2026."),
    register={"file": "register.csv", "format": "table", "date": "2026-01-01"},
)
# Signs that mean something to XML, HTML, YAML, LimeSurvey's expressions or a spreadsheet.
OWN_GOALS = {
    "wasser": ("Wasser & Wärme <sofort>", "Water & heat <at once>"),
    "wald": ('{Wald} schützen: „jetzt"', 'protect {forest}: “now"'),
    "weg": ("= Wege # bauen ]]> ", "= build # roads ]]> "),
    "werte": ("Werte, 'Maße'; Zahlen", "values, 'measures'; numbers"),
    "wir": ("Wir", "We"),
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another catalogue: five goals with awkward names, two types, three fields, one job family, two areas."""
    folder: Path = tmp_path_factory.mktemp("eigene") / "content"
    folder.mkdir()

    def named(key: str, de: str, en: str, **more: Any) -> dict[str, Any]:
        return {"key": key, "label": {"de": de, "en": en}, "short": {"de": de, "en": en}, **more}

    goals = [named(key, de, en) for key, (de, en) in OWN_GOALS.items()]
    shipped = yaml.safe_load((FOLDER / "types.yaml").read_text(encoding="utf-8"))["types"]
    types = [{**shipped[0], "signature": ["wasser", "wald"]}, {**shipped[1], "signature": ["weg", "werte"]}]
    fields = [named(f"feld_{n}", f"Feld {n}", f"Field {n}") for n in range(1, 4)]
    pains = yaml.safe_load((FOLDER / "pain_points.yaml").read_text(encoding="utf-8"))
    pains["pain_points"] = [{**point, "fields": []} for point in pains["pain_points"][:2]]
    families = [{"key": "hafen", "missed": True, "label": {"de": "Hafen", "en": "Port"}}]
    areas = [named("technik", "Technik", "Technology"), named("recht", "Recht", "Law")]
    for name, data in {
        "goals": {"herkunft": "redaktionell", "goals": goals},
        "types": {"types": types},
        "fields": {"herkunft": "redaktionell", "fields": fields},
        "pain_points": {**pains, "ersetzt": True},
        "job_families": {"ersetzt": True, "herkunft": "redaktionell", "areas": areas, "families": families},
    }.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=["shipped", "own"])
def asked(request: pytest.FixtureRequest, own: Path) -> Questionnaire:
    return build_questionnaire() if request.param == "shipped" else build_questionnaire(own, limit=2, key="eigene")


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    return simulate_register(100, content=load_content(), random_state=7)


@pytest.fixture(scope="module")
def wording() -> str:
    """The shipped file as JSON: a condition that several questions share stands there for each."""
    return json.dumps(yaml.safe_load((FOLDER / "questionnaire.yaml").read_text(encoding="utf-8")))


# -- there and back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "tool", "export", "variant"),
    [
        ("shipped", "limesurvey", "limesurvey", "codes"),
        ("shipped", "xlsform", "kobo", "names"),
        ("own", "limesurvey", "limesurvey", "codes-before-2023"),
        ("own", "limesurvey", "limesurvey", "codes-comma"),
        ("own", "xlsform", "kobo", "names-details"),
        ("own", "xlsform", "kobo", "xlsx"),
    ],
    indirect=["asked"],
)
def test_the_export_comes_back_without_a_finding_cell_for_cell(
    tool: Any, export: str, variant: str, asked: Questionnaire, register: pd.DataFrame, own: Path, tmp_path: Path
) -> None:
    bodies = register[register["kind"].isin(["gemeinde", "kreisfrei", "kreis"])].sample(N, random_state=3)
    filled = fill_in(asked, list(zip(bodies.index, bodies["name"], strict=True)), seed=11)
    written = write_export(filled, export, variant)
    suffix = Path(written.responses).suffix
    (tmp_path / f"responses{suffix}").write_bytes(written.files[written.responses])
    register.to_csv(tmp_path / "register.csv")
    (tmp_path / "questions.lss").write_text(limesurvey_text(asked), encoding="utf-8")
    book = codebook_text(asked, tool, GIVEN, structure="questions.lss" if tool == "limesurvey" else "")
    (tmp_path / "codebook.yaml").write_text(book.replace("responses.csv", f"responses{suffix}"), encoding="utf-8")
    content = load_content(own if asked.key == "eigene" else None)

    survey = read_survey(tmp_path, content=content)
    report = survey.report  # the one that check prints
    assert report.findings.loc[report.findings["severity"] != "hinweis"].to_dict("records") == []
    assert report.n_open == 0 and "spalte" not in set(report.findings["kind"])  # every column is read or dropped
    expected = expected_answers(filled)
    found = survey.responses.astype(object).where(survey.responses.notna(), None)
    assert 40 < len(expected) < N and expected.shape[1] == survey.responses.shape[1]
    assert expected.isna().to_numpy().any() and (expected == "ja").to_numpy().any()
    pd.testing.assert_frame_equal(found[expected.columns], expected, check_dtype=False)
    mailbox = dict(zip(filled.answers["AGS.antwort"], filled.answers["C5.mailbox"], strict=True))
    assert {key: text for key, text in survey.consent["mailbox"].items() if text} == {
        key: mailbox[key] for key in expected.index if "@" in mailbox[key]
    }
    assert set(survey.consent["mailbox"]) - {""}


@pytest.mark.parametrize(("tool", "export"), [("limesurvey", "limesurvey"), ("xlsform", "kobo")])
def test_another_wording_comes_back_as_well(
    tool: Any, export: str, wording: str, register: pd.DataFrame, tmp_path: Path
) -> None:
    """No name, no pages but one; consent asked one by one, pain points one by one, remarks of every form."""
    data = json.loads(wording)
    data["sections"] = data["sections"][:1]
    kept = {question["code"]: question for question in data["questions"]}
    one = {"section": "kommune", "asked": "single"}
    pains = [
        {**kept["P1"], **one, "code": f"P{n}", "items": [], "key": key}
        for n, key in enumerate(("ressourcen", "vorgehen"), start=1)
    ]
    consent = [
        {**kept["C1"], **one, "code": f"C{n}", "items": [], "key": key, "role": "consent"}
        for n, key in enumerate(("listed", "contact"), start=1)
    ]
    remarks = [
        {**kept["B9"], "section": "kommune", "role": "remark", "code": "R1"},
        {**kept["S1"], **one, "role": "remark", "code": "R2", "key": "wozu"},
        {**kept["S9"], "section": "kommune", "role": "remark", "code": "R3", "key": "wie_viele"},
    ]
    first = [{**kept[code], "section": "kommune"} for code in ("AGS", "Z1")]
    data["questions"] = [*first, *remarks, *pains, *consent]
    content = tmp_path / "content"
    content.mkdir()
    (content / "questionnaire.yaml").write_text(json.dumps(data), encoding="utf-8")
    asked = build_questionnaire(content, limit=None)
    filled = fill_in(asked, [(key, "") for key in register.index[:30]], seed=2)
    written = write_export(filled, export)
    (tmp_path / "responses.csv").write_bytes(written.files[written.responses])
    (tmp_path / "codebook.yaml").write_text(
        codebook_text(asked, tool, About(**{**vars(GIVEN), "register": None})), encoding="utf-8"
    )
    survey = read_survey(tmp_path)
    worse = survey.report.findings[survey.report.findings["severity"] != "hinweis"]
    assert worse.to_dict("records") == []
    assert "spalte" not in set(survey.report.findings["kind"])  # every column is read or dropped
    found, expected = survey.responses.astype(object), expected_answers(filled)
    assert set(expected) >= {"pain_point_vorgehen", "consent_listed", "goal_effizienz"}
    pd.testing.assert_frame_equal(found.where(found.notna(), None)[expected.columns], expected, check_dtype=False)


def test_a_wrong_answer_would_be_found(register: pd.DataFrame, tmp_path: Path) -> None:
    asked = build_questionnaire()
    filled = fill_in(asked, list(zip(register.index[:N], register["name"][:N], strict=True)), seed=5)
    export = write_export(filled, "limesurvey")
    text = export.files[export.responses].decode("utf-8-sig").replace('"A4"', '"A9"', 1)
    (tmp_path / "responses.csv").write_text(text, encoding="utf-8")
    register.to_csv(tmp_path / "register.csv")
    (tmp_path / "codebook.yaml").write_text(codebook_text(asked, "limesurvey", GIVEN), encoding="utf-8")
    findings = check_survey(tmp_path).findings
    assert set(findings.loc[findings["severity"] == "fehler", "value"]) == {"A9"}


# -- the codebook -------------------------------------------------------------------------------------------------


def test_only_what_nobody_else_knows_is_open(tmp_path: Path) -> None:
    path = tmp_path / "codebook.yaml"
    path.write_text(codebook_text(build_questionnaire(key="meine"), "limesurvey"), encoding="utf-8")
    (tmp_path / "responses.csv").write_text("AGS\n", encoding="utf-8")
    findings = check_survey(tmp_path).findings
    places = set(findings.loc[findings["kind"] == "offen", "column"])
    words = {f"survey.{name}.{language}" for name in ("sample", "retention") for language in ("de", "en")}
    assert places == {"survey.date", "survey.source"} | words
    book = read_codebook(path)
    assert (book.survey.key, book.goals.limit, book.goals.kind) == ("meine", 3, "pick")
    assert book.goals.question.de.endswith("Bitte wählen Sie höchstens 3.")


def test_everything_given_is_said_and_any_number_of_goals_has_no_limit(tmp_path: Path) -> None:
    path = tmp_path / "codebook.yaml"
    about = About(**{**vars(GIVEN), "kinds": ("gemeinde", "kreisfrei"), "n_classes": 3})
    path.write_text(codebook_text(build_questionnaire(limit=None), "xlsform", about), encoding="utf-8")
    book = read_codebook(path)
    assert "TODO" not in path.read_text(encoding="utf-8")
    assert (book.goals.limit, book.typology.n_classes, book.respondent.kinds) == (None, 3, ("gemeinde", "kreisfrei"))
    assert book.register_file is not None and book.register_file.date.isoformat() == "2026-01-01"
    assert book.goals.question.en.endswith("Several answers are possible.")


def test_titles_of_two_lines_stay_comments_and_texts(tmp_path: Path) -> None:
    title = Text(de='Zwei\nZeilen: "ja" # nein', en="Two\nlines")
    path = tmp_path / "codebook.yaml"
    path.write_text(codebook_text(build_questionnaire(title=title), "xlsform", GIVEN), encoding="utf-8")
    assert read_codebook(path).survey.title == title


# -- LimeSurvey ---------------------------------------------------------------------------------------------------


def rows_of(text: str, table: str) -> list[dict[str, str]]:
    return [{cell.tag: cell.text or "" for cell in row} for row in fromstring(text).findall(f"{table}/rows/row")]


def test_the_structure_file_keeps_the_rules_of_the_importer(asked: Questionnaire) -> None:
    """What LimeSurvey checks or renames on import, by its import_helper.php and models/Question.php."""
    text = limesurvey_text(asked)
    root = fromstring(text)
    assert root.findtext("LimeSurveyDocType") == "Survey"
    languages = [cell.text for cell in root.findall("languages/language")]
    assert languages == ["de", "en"]
    (survey,) = rows_of(text, "surveys")
    assert (survey["language"], survey["additional_languages"]) == ("de", "en")
    assert [row["surveyls_language"] for row in rows_of(text, "surveys_languagesettings")] == languages
    tables = {name: rows_of(text, name) for name in COLUMNS}
    assert all(set(row) <= set(COLUMNS[name]) for name, rows in tables.items() for row in rows)

    questions, parts, answers = tables["questions"], tables["subquestions"], tables["answers"]
    assert len(questions) == len(asked.questions)
    groups, qids = {row["gid"] for row in tables["groups"]}, [row["qid"] for row in (*questions, *parts)]
    assert len(set(qids)) == len(qids) and {row["gid"] for row in (*questions, *parts)} == groups
    assert {row["parent_qid"] for row in parts} <= {row["qid"] for row in questions}
    titles = [row["title"] for row in questions]
    reserved = {"LANG", "SID", "SAVEDID", "TOKEN", "QID", "GID", "SGQ", "self", "that", "this"}
    assert len(set(titles)) == len(titles) and not reserved & set(titles)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", title) for title in titles)
    pairs = [(row["parent_qid"], row["title"].casefold()) for row in parts]
    assert len(set(pairs)) == len(pairs) and "time" not in {row["title"] for row in parts}
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,4}", row["title"]) for row in parts)
    assert all(re.fullmatch(r"[A-Za-z0-9]{1,5}", row["code"]) for row in answers)
    assert {row["qid"] for row in answers} <= {row["qid"] for row in questions if row["type"] in "FL"}
    # every text in both languages, and of nothing else
    for table, key, known in (
        ("question_l10ns", "qid", set(qids)),
        ("group_l10ns", "gid", groups),
        ("answer_l10ns", "aid", {row["aid"] for row in answers}),
    ):
        spoken = [(row[key], row["language"]) for row in tables[table]]
        assert sorted(spoken) == sorted((name, language) for name in known for language in languages), table
    # what an expression names is there
    names = {*titles, *(f"{_title(questions, row['parent_qid'])}_{row['title']}" for row in parts)}
    used = [re.findall(r"(\w+)\.NAOK == \"(\w+)\"", row["relevance"]) for row in questions if row["relevance"] != "1"]
    assert used and all(used)
    assert {name for pairs in used for name, _ in pairs} <= names


def _title(questions: list[dict[str, str]], qid: str) -> str:
    return next(row["title"] for row in questions if row["qid"] == qid)


def test_tables_and_columns_are_those_of_real_structure_files(external: Callable[[str], Path]) -> None:
    folder = external("surveys/limesurvey_lss")
    ours = fromstring(limesurvey_text(build_questionnaire()))
    files = sorted(folder.glob("*.lss"))
    assert files
    for path in files:
        real = fromstring(path.read_bytes())
        assert ours.findtext("DBVersion") == real.findtext("DBVersion")
        tables = [table for table in real if table.find("fields") is not None]
        assert len(tables) >= 6
        for table in tables:
            mine = ours.find(table.tag)
            assert mine is not None, table.tag
            assert [f.text for f in mine.iter("fieldname")] == [f.text for f in table.iter("fieldname")], table.tag


def test_limits_exclusions_patterns_and_conditions_reach_limesurvey() -> None:
    text = limesurvey_text(build_questionnaire(limit=3))
    questions = {row["title"]: row for row in rows_of(text, "questions")}
    found = {(row["qid"], row["attribute"]): row["value"] for row in rows_of(text, "question_attributes")}
    assert found[questions["Z1"]["qid"], "max_answers"] == "3"
    assert found[questions["KG"]["qid"], "exclude_all_others"] == "SQ011"
    assert [questions[code]["type"] for code in ("Z1", "F1", "S1", "S2", "S9", "B1", "C1", "C5")] == list("MFLYNTFS")
    assert [questions[code]["mandatory"] for code in ("AGS", "Z1", "C1", "B1")] == ["Y", "Y", "N", "N"]
    rule = re.compile(questions["AGS"]["preg"].strip("/"))
    keys = ("05515000", "05515", "5515000", "055150001", "0551500x")
    assert [key for key in keys if rule.search(key)] == ["05515000", "05515"]
    assert found[questions["S5"]["qid"], "printable_help"] == "Only to be answered if FIM is known."
    assert questions["S5"]["relevance"] == 'S4.NAOK == "Y"'
    assert questions["KI2"]["relevance"] == 'KG_SQ002.NAOK == "Y"'
    assert "max_answers" not in limesurvey_text(build_questionnaire(limit=None))


def test_texts_with_signs_of_markup_come_back_as_they_are(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "eigene.lss"
    text = limesurvey_text(build_questionnaire(own, limit=2))
    path.write_text(text, encoding="utf-8")
    structure = read_structure(path)
    columns = [f"Z1[SQ00{n}]" for n in range(1, 6)]
    for language, place in (("de", 0), ("en", 1)):
        labels = structure.labels(columns, language)
        assert [labels[column].split("[", 1)[1].removesuffix("]") for column in columns] == [
            words[place].strip() for words in OWN_GOALS.values()
        ]
    shown = [row["question"] for row in rows_of(text, "question_l10ns")]
    assert not [part for part in shown if re.search(r"[<>{}]", part)]  # no HTML, no expression


def test_signs_that_xml_does_not_know_are_left_out(tmp_path: Path) -> None:
    title = Text(de="Digital\x0b und \ud800analog", en="x")
    text = limesurvey_text(build_questionnaire(title=title))
    assert rows_of(text, "surveys_languagesettings")[0]["surveyls_title"] == "Digital und analog"


# -- XLSForm ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def xlsx(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    path.write_bytes(xlsform_bytes(build_questionnaire(limit=3)))
    return str(path)


@pytest.fixture(scope="module")
def form(xlsx: str) -> Any:
    """The shipped questionnaire as pyxform makes it."""
    return convert(xlsx, validate=False)


@pytest.mark.long
@pytest.mark.skipif(shutil.which("java") is None, reason="ODK Validate, which pyxform brings, needs Java")
def test_odk_validate_takes_the_form(xlsx: str) -> None:
    assert convert(xlsx, validate=True).warnings == []


def test_pyxform_takes_the_form_without_a_warning(form: Any) -> None:
    assert form.warnings == []
    root = fromstring(form.xform)
    space = {"x": "http://www.w3.org/2002/xforms", "h": "http://www.w3.org/1999/xhtml"}
    assert root.findtext(".//h:title", namespaces=space) == build_questionnaire().title.de
    binds = {bind.get("nodeset").rsplit("/", 1)[1]: bind for bind in root.iterfind(".//x:bind", space)}
    assert binds["Z1"].get("constraint") == "count-selected(.) <= 3"
    assert binds["KG"].get("constraint") == "not(selected(., 'SQ011') and count-selected(.) > 1)"
    assert binds["AGS"].get("constraint") == "regex(., '^([0-9]{8}|[0-9]{5})$')"
    assert binds["KS2"].get("relevant").split() == ["selected(", "/data/page_kompetenzen/KG", ",", "'SQ002')"]
    assert (binds["AGS"].get("required"), binds["B1"].get("required")) == ("true()", None)


def test_what_the_form_says_to_a_fourth_goal_stands_in_both_languages(form: Any) -> None:
    space = {"x": "http://www.w3.org/2002/xforms"}
    languages = {spoken.get("lang"): spoken for spoken in fromstring(form.xform).iterfind(".//x:translation", space)}
    assert list(languages) == ["Deutsch (de)", "English (en)"]
    said = {
        language: spoken.findtext("x:text[@id='/data/page_ziele/Z1:jr:constraintMsg']/x:value", namespaces=space)
        for language, spoken in languages.items()
    }
    assert list(said.values()) == ["Bitte wählen Sie höchstens 3.", "Please choose at most 3."]
    ids = [{text.get("id") for text in spoken.iterfind("x:text", space)} for spoken in languages.values()]
    assert ids[0] == ids[1] and len(ids[0]) > 100
    assert not [
        value for spoken in languages.values() for value in spoken.iterfind(".//x:value", space) if not value.text
    ]


def test_a_form_of_own_content_is_taken_as_well(own: Path, tmp_path: Path) -> None:
    path = tmp_path / "eigene.xlsx"
    path.write_bytes(xlsform_bytes(build_questionnaire(own, limit=2), "en"))
    result = convert(str(path), validate=False)
    assert result.warnings == [] and "Water &amp; heat &lt;at once&gt;" in result.xform
    assert "count-selected(.) &lt;= 2" in result.xform


# -- Word ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def paper() -> bytes:
    return word_bytes(build_questionnaire(), "de")


def test_a_screen_reader_finds_its_way_through_the_word_form(paper: bytes) -> None:
    asked, form = build_questionnaire(), docx.Document(io.BytesIO(paper))
    styles = [paragraph.style.name for paragraph in form.paragraphs]
    assert styles.count("Title") == 1
    assert styles.count("Heading 1") == len(asked.sections) and styles.count("Heading 2") == len(asked.questions)
    assert [paragraph for paragraph in form.paragraphs if not paragraph.text] == []
    assert (form.core_properties.title, form.core_properties.language) == (asked.title.de, "de-DE")
    assert {lang.get(qn("w:val")) for lang in form.styles.element.iter(qn("w:lang"))} == {"de-DE"}
    tables = form.tables
    matrices = [question for question in asked.questions if question.asked == "matrix"]
    assert len(tables) == len(matrices) > 20
    for table, question in zip(tables, matrices, strict=True):
        head = table.rows[0]._tr.trPr
        assert head.find(qn("w:tblHeader")) is not None, question.code
        assert len(table.rows) == 1 + len(question.items) and len(table.columns) == 1 + len(question.steps)
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == question.text.de
    first = [cell.text for cell in tables[0].columns[0].cells]
    assert first[0] == "Bitte in jeder Zeile ein Kreuz" and first[1] == "Bürgerservices und E-Government"


def test_the_word_form_asks_everything_and_says_who_answers() -> None:
    asked = build_questionnaire(limit=3)
    form = docx.Document(io.BytesIO(word_bytes(asked, "en")))
    texts = [paragraph.text for paragraph in form.paragraphs]
    headings = [
        paragraph.text.split(". ", 1)[1] for paragraph in form.paragraphs if paragraph.style.name == "Heading 2"
    ]
    assert headings == [question.text.en for question in asked.questions]
    single = sum(question.asked == "single" for question in asked.questions)
    assert texts.count("☐\tYes") == single - 2  # but strategy and requests
    assert "Please choose at most 3." in texts and "Only to be answered if FIM is known." in texts
    assert form.core_properties.language == "en-GB"


# -- the same in, the same out ------------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", ["xlsform", "word"])
def test_the_same_questionnaire_gives_the_same_bytes(tool: str, paper: bytes) -> None:
    first = paper if tool == "word" else xlsform_bytes(build_questionnaire())
    assert first == (word_bytes if tool == "word" else xlsform_bytes)(build_questionnaire())
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_another_question_makes_another_version_of_the_form() -> None:
    with_three, with_two = (
        pd.read_excel(
            io.BytesIO(xlsform_bytes(build_questionnaire(limit=limit))), "settings", dtype=str, engine="calamine"
        )
        for limit in (3, 2)
    )
    assert with_three["version"][0] != with_two["version"][0]
    assert with_three["form_id"][0] == with_two["form_id"][0] == "befragung"


# -- the wording --------------------------------------------------------------------------------------------------


def test_the_shipped_wording_does_not_claim_to_be_that_of_the_study() -> None:
    file = load_questionnaire()
    assert file.herkunft == "redaktionell" and file.quelle.keys == ("typen",)
    assert load_sources()["typen"].hand == "zweite"  # of the study only what others report is known


def test_consent_is_asked_for_what_the_gate_opens() -> None:
    """Each purpose opens something on the public site; answers of the block structure never stand there."""
    (consent,) = (question for question in build_questionnaire().questions if question.role == "consent")
    assert [item.key for item in consent.items] == [purpose.value for purpose in Purpose]
    assert all("veröffentlicht" in item.text.de and "published" in item.text.en for item in consent.items)
    assert consent.help is not None and "setzen die erste voraus" in consent.help.de
    shown = build_questionnaire().question("C5").shown_if
    assert shown is not None and (shown.item, shown.answers) == (Purpose.CONTACT, ("ja",))


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda q: q["Z1"].update(asked="matrix", scale="stand"), "questions.2"),
        (lambda q: q["Z1"].update(items=[]), "questions.2"),
        (lambda q: q["F1"].pop("scale"), "questions.3"),
        (lambda q: q["F1"].update(scale="fehlt"), "questions.F1.scale"),
        (lambda q: q["F1"].update(scale="betrieb"), "questions.F1.scale"),
        (lambda q: q["C1"].update(scale="betrieb"), "questions.C1.scale"),
        (lambda q: q["C1"]["items"][0].update(key="genannt"), "questions.C1.items"),
        (lambda q: q["F1"].update(section="fehlt"), "questions.F1.section"),
        (lambda q: q["F2"].update(code="F1"), "questions"),
        (lambda q: q["S2"].update(code="s1"), "questions"),
        (lambda q: q["B1"].update(role="id"), "role"),
        (lambda q: q["Z1"].update(role="remark"), "questions"),
        (lambda q: q["AGS"].update(pattern="[0-9"), "questions.0"),
        (lambda q: q["AGS"].pop("wrong"), "questions.0"),
        (lambda q: q["C6"].update(key="voll"), "questions.23"),
        (lambda q: q["C6"].update(scale="ja_nein"), "questions.C6.scale"),
        (lambda q: q["C5"].update(key="post"), "questions.24"),
        (lambda q: q["S2"]["shown_if"].update(question="S9"), "questions.S2.shown_if"),
        (lambda q: q["S2"]["shown_if"].update(answers=["vielleicht"]), "questions.S2.shown_if"),
        (lambda q: q["S2"]["shown_if"].update(answers=[]), "questions.S2.shown_if"),
        (lambda q: q["S4"].update(shown_if={**q["S5"]["shown_if"], "question": "S5"}), "questions.S4.shown_if"),
    ],
)
def test_a_wording_that_cannot_be_asked_or_read_is_refused(
    change: Callable[[dict[str, Any]], Any], place: str, wording: str, tmp_path: Path
) -> None:
    data = json.loads(wording)
    change({question["code"]: question for question in data["questions"]})
    (tmp_path / "questionnaire.yaml").write_text(json.dumps(data), encoding="utf-8")  # JSON is YAML
    with pytest.raises(ContentError) as caught:
        build_questionnaire(tmp_path)
    assert place in {problem.column for problem in caught.value.problems}


def test_more_answers_than_codes_of_five_signs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(f"SQ{build.MOST_ITEMS:03d}") == 5 and len(f"SQ{build.MOST_ITEMS + 1:03d}") > 5
    longest = len(build_questionnaire().question("V1").items)
    monkeypatch.setattr(build, "MOST_ITEMS", longest)
    assert longest > len(build_questionnaire().question("Z1").items)
    monkeypatch.setattr(build, "MOST_ITEMS", longest - 1)
    with pytest.raises(ContentError) as caught:
        build_questionnaire()
    assert [(item.column, item.value) for item in caught.value.problems] == [("questions.V1", str(longest))]


@pytest.mark.parametrize("limit", [0, 14])
def test_a_limit_that_no_question_can_have_is_refused(limit: int) -> None:
    with pytest.raises(ContentError, match="13"):
        build_questionnaire(limit=limit)


# -- the command --------------------------------------------------------------------------------------------------


def call(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["questionnaire", *map(str, words)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_questionnaire_and_codebook_make_a_survey_folder(tmp_path: Path) -> None:
    target = tmp_path / "raw" / "kreis_nord" / "fragebogen.lss"
    code, said = call("--tool", "limesurvey", "--out", target, "--date", "2026-06-30", "--title", "Nord fragt")
    assert code == 0 and "codebook.yaml (5 offene Stellen)" in said
    book = read_codebook(target.with_name("codebook.yaml"))
    assert (book.survey.key, book.survey.title.en, book.files.structure) == ("kreis_nord", "Nord fragt", target.name)
    assert read_structure(target).languages == ("de", "en")
    # a file that is there stays, and nothing is half written
    target.unlink()
    before = target.with_name("codebook.yaml").read_bytes()
    assert call("--tool", "limesurvey", "--out", target)[0] == 0
    assert target.with_name("codebook.limesurvey.yaml").is_file()
    assert target.with_name("codebook.yaml").read_bytes() == before
    code, said = call("--tool", "xlsform", "--out", target)
    assert code == 2 and "bleibt, wie sie ist" in said
    assert not target.with_name("codebook.xlsform.yaml").exists()


def test_what_a_survey_has_decided_is_taken_over(own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "raw" / "zweite"
    asked = build_questionnaire(own, limit=4, key="zweite", title=Text(de="Zweite", en="Second"))
    shutil.copytree(own, folder / "content")
    about = About(**{**vars(GIVEN), "kinds": ("kreis",), "n_classes": 2})
    (folder / "codebook.yaml").write_text(codebook_text(asked, "limesurvey", about), encoding="utf-8")
    code, _ = call("zweite", "--tool", "xlsform", "--data", tmp_path)
    assert code == 0
    book, old = (read_codebook(folder / name) for name in ("codebook.xlsform.yaml", "codebook.yaml"))
    assert book.survey == old.survey and book.register_file == old.register_file
    assert (book.goals.limit, book.respondent.kinds, book.typology.n_classes) == (4, ("kreis",), 2)
    assert list(book.goals.columns) == list(OWN_GOALS)
    assert (folder / "questionnaire.xlsx").is_file()


def test_a_content_folder_is_enough_and_word_needs_no_codebook(own: Path, tmp_path: Path) -> None:
    target = tmp_path / "form.docx"
    code, _ = call(own, "--tool", "word", "--out", target, "--limit", 0, "--language", "en")
    assert code == 0 and [path.name for path in tmp_path.iterdir()] == ["form.docx"]
    texts = [paragraph.text for paragraph in docx.Document(target).paragraphs]
    assert "☐\tWater & heat <at once>" in texts and "Several answers are possible." in texts


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("fehlt", "--tool", "word"), "Die Befragung 'fehlt' gibt es nicht"),
        (("--tool", "word", "--date", "30.6.2026"), "kein Datum in der Form 2026-06-30"),
        (("--tool", "word", "--limit", "14"), "Höchstens 14 Ziele geht nicht"),
        (("--tool", "papier"), "papier"),
        ((), "Es fehlt die Option"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(
    words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, output = call(*words)
    assert code == 2 and said in output
    assert list(tmp_path.iterdir()) == []


def test_random_copies_hold_every_state() -> None:
    """The round trip above would prove little if nobody were silent, left out or had ticked nothing."""
    asked = build_questionnaire()
    filled = fill_in(asked, [(f"9000{n:04d}", "") for n in range(N)], seed=11)
    states = filled.answers.map(lambda value: value if isinstance(value, str) and value.startswith("not_") else "")
    assert (states == "not_shown").to_numpy().any() and (states == "not_answered").to_numpy().any()
    goals = filled.answers.filter(regex=r"^Z1\.").astype(bool)
    assert sorted(np.unique(goals.sum(axis=1))) == [0, 1, 2, 3]
    assert 0 < (~filled.completed).sum() < N
