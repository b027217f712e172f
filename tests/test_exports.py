"""Every export that can be imitated drafts rightly, unedited, whoever comes first in it."""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from exports_truth import PARTS, in_order, judge, read_back, truth
from proofs import every_third, one_of_each

from typology.commands.verbs import main
from typology.content.questionnaire.form import State
from typology.files.child import run_reader
from typology.files.formats import read_table
from typology.simulation.export.layout import csv_text
from typology.simulation.export.tools import TOOLS, write_export

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "results" / "exports.csv"
ASKINGS = ("ticks", "selection", "matrix")
ALL = [(tool, variant) for tool, variants in TOOLS.items() for variant in variants]
USUAL = [(tool, next(iter(variants))) for tool, variants in TOOLS.items()]
# What the file itself does not say, and the draft therefore leaves to the researcher: questions by their names alone,
# with all chosen options in one cell; two of them may ask for the goals.
UNSAID = {
    ("kobo", "names-summary"): {"goals", "consent"},
    ("kobo", "labels-summary"): {"goals"},
    ("qualtrics", "numbers-one-cell"): {"consent"},  # which number is which purpose
    ("odk", "names"): {"goals", "consent"},
    ("odk", "names-no-groups"): {"goals", "consent"},
}
# The layouts of others in another language, edition, delimiter, or with other words for the same cells; the benchmark
# tries them all, in every order.
ALIKE = {
    "limesurvey": ("codes-comma", "codes-tab", "codes-1-0", "texts-english", "both-texts", "xlsx-texts", "spss"),
    "sosci": ("codes-unicode", "texts-xlsx"),
    "efs": ("csv-iso", "xlsx-labels"),
    "microsoft-forms": ("english",),
    "google-forms": ("download-english", "sheet-english"),
    "nextcloud-forms": ("5.3-english", "4.1", "2.0", "5.3-xlsx"),
    "qualtrics": ("numbers-german", "texts-german", "texts-one-cell", "legacy-texts"),
    "surveymonkey": ("texts-german", "xlsx-numbers"),
    "kobo": ("labels-details", "labels-groups"),
    "redcap": ("labels-raw-headings",),
    "questionpro": ("xlsx-texts", "xlsx-two-rows"),
    "umfrage-online": ("old-numbers",),
    "handmade": ("merged-1-2", "joined-true-false", "excel-csv-true-false"),
}
TRIED = [(tool, variant) for tool, variant in ALL if variant not in ALIKE.get(tool, ())]


@pytest.fixture(scope="module", autouse=True)
def read_once() -> Iterator[None]:
    """What the child process gives of a file is kept: a draft, the codebook and the survey read the same bytes."""
    known: dict[tuple[object, ...], list[object]] = {}

    def kept(reader: Callable[..., object], raw: bytes, file: str, **options: object) -> Iterator[object]:
        place = (reader, raw, *sorted((name, value) for name, value in options.items() if name != "folder"))
        if place not in known:
            known[place] = list(run_reader(reader, raw, file, **options))
        return iter(known[place])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typology.files.spreadsheet.run_reader", kept)
        patch.setattr("typology.files.labelled.run_reader", kept)
        yield


@pytest.fixture(scope="module")
def copies() -> dict[str, object]:
    return {asking: truth(asking) for asking in ASKINGS}


def test_there_is_a_writer_for_each_of_the_usual_tools() -> None:
    assert len(ALL) >= 33 and len(TOOLS) >= 6
    assert all(variants for variants in TOOLS.values())


def test_the_benchmark_holds_every_export() -> None:
    """Those that are too much alike to be tried here are tried there, and come out right."""
    with BENCHMARK.open(encoding="utf-8", newline="") as lines:
        rows = {(row.pop("tool"), row.pop("variant")): row for row in csv.DictReader(lines)}
    assert set(rows) == set(ALL)
    assert all(set(variants) < set(TOOLS[tool]) for tool, variants in ALIKE.items())
    wrong = {pair: {part for part in PARTS if row[part] != "true"} for pair, row in rows.items()}
    assert {pair: parts for pair, parts in wrong.items() if parts - UNSAID.get(pair, set())} == {}


NUMBERED = [(place, *pair) for place, pair in enumerate(TRIED)]


@pytest.mark.parametrize(("place", "tool", "variant"), one_of_each(NUMBERED, lambda case: case[1]), ids=str)
def test_an_export_drafts_rightly_unedited(place: int, tool: str, variant: str, copies, tmp_path: Path) -> None:
    # the ways of asking for consent take turns; the benchmark tries each with each
    verdict = judge(copies[ASKINGS[place % 3]], tool, variant, tmp_path)
    assert {
        part: why for part, why in verdict.wrong.items() if why and part not in UNSAID.get((tool, variant), ())
    } == {}
    assert set(verdict.wrong) == set(PARTS)


@pytest.mark.parametrize(("tool", "variant"), USUAL, ids=str)
def test_the_same_bytes_come_out_again(tool: str, variant: str, copies) -> None:
    first, second = (write_export(copies["ticks"], tool, variant) for _ in range(2))
    assert first == second and first.responses in first.files
    assert all(first.files.values())


def test_no_workbook_says_when_it_was_made() -> None:
    """The clock of a second boundary shows in few runs only: so it is asked of the code."""
    root = Path(__file__).parents[1]
    makers = {
        path.name: re.findall(r"xlsxwriter\.Workbook\(.*\n\s+(\w+\.set_properties\(\{.*\"created\": )?", text)
        for path in (root / "typology").rglob("*.py")
        if "xlsxwriter.Workbook(" in (text := path.read_text(encoding="utf-8"))
    }
    assert len(makers) >= 4 and all(found and all(found) for found in makers.values()), makers


@pytest.mark.parametrize(("tool", "variant"), every_third(USUAL), ids=str)
def test_whoever_comes_first_the_same_respondents_come_out(tool: str, variant: str, copies, tmp_path: Path) -> None:
    filled = copies["selection"]
    rows = list(filled.answers.index)
    shuffled = random.Random(len(tool)).sample(rows, len(rows))
    first = read_back(filled, tool, variant, tmp_path / "first")
    assert len(first) >= 40
    lost = filled.answers.at[shuffled[0], "AGS.x"]
    without = read_back(in_order(filled, shuffled[1:]), tool, variant, tmp_path / "without")
    assert without == [key for key in first if key != lost]


def test_what_was_not_shown_stands_in_the_files_that_can_say_it(copies) -> None:
    filled = copies["ticks"]
    row = list(filled.answers.index).index(24)  # was never asked for goals
    assert filled.answers.at[24, "Z1.g1"] is State.NOT_SHOWN
    text = {name: next(iter(write_export(filled, "limesurvey", name).files.values())).decode("utf-8-sig") for name in
            ("codes", "codes-before-2023", "texts", "vv")}  # fmt: skip
    lines = {name: list(csv.reader(io.StringIO(part), delimiter=";")) for name, part in text.items()}
    place = lines["codes"][0].index("Z1[SQ001]")
    # Python's reader takes both for empty; the quotes tell them apart
    assert lines["codes"][1 + row][place] == lines["codes-before-2023"][1 + row][place] == ""
    assert '";;;;;;;;;;;"' in text["codes"] and ";;" not in text["codes-before-2023"]
    assert lines["texts"][1 + row][place] == "N/A"
    assert text["vv"].splitlines()[2 + row].split("\t").count("{question_not_shown}") == 10
    efs = write_export(filled, "efs", "csv").files["data_project_735210_2026_06_30.csv"].decode()
    record = list(csv.reader(io.StringIO(efs), delimiter=";"))[1 + row]
    assert record.count("-77") == 11 and record.count("-66") == 1  # nine goals, the other one, quality; its text


def test_a_cell_that_is_not_there_has_no_quotes() -> None:
    assert csv_text([['a "b"', "", None, 1]], ";", end="\n") == '"a ""b""";"";;"1"\n'
    assert csv_text([["a;b", None, 2]], ";", quote_all=False, end="\n") == '"a;b";;2\n'


def test_workbooks_name_no_moment_of_writing(copies) -> None:
    data = next(iter(write_export(copies["ticks"], "limesurvey", "xlsx").files.values()))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"2026-01-01T00:00:00Z" in archive.read("docProps/core.xml")
        assert {item.date_time[0] for item in archive.infolist()} == {1980}


def test_a_practice_survey_as_another_tool_exports_it(tmp_path: Path) -> None:
    folder = tmp_path / "uebung"
    run = CliRunner().invoke(main, ["simulate", str(folder), "--n", "30", "--tool", "nextcloud-forms"])
    assert run.exit_code == 0, run.output
    assert "typology codebook" in run.output
    (answers,) = (path for path in folder.glob("*.csv") if path.name != "register.csv")
    assert sorted(path.name for path in (folder / "truth").iterdir()) == [
        "codebook.yaml", "register.csv", "responses.csv", "truth.csv",
    ]  # fmt: skip
    assert answers.name in (folder / "SOURCE.md").read_text(encoding="utf-8")
    assert not (folder / "codebook.yaml").exists()
    sent = read_table(answers).frame
    raw = read_table(folder / "truth" / "responses.csv").frame
    done = raw[raw["submitdate"] != ""]
    key = next(heading for heading in sent if "Gemeindeschlüssel" in heading)
    assert sent[key].tolist() == done["G01Q01"].tolist()
    goals = next(heading for heading in sent if heading.startswith("Welche Ziele"))
    ticks = (done[[heading for heading in done if heading.startswith("Z1[")]] == "Y").sum(axis=1)
    assert (sent[goals] != "").tolist() == (ticks > 0).tolist() and 0 < (ticks > 0).sum() <= len(done)


@pytest.mark.parametrize(
    ("options", "listed"),
    [
        (["--tool", "soscci"], TOOLS),
        (["--tool", "sosci", "--variant", "x"], TOOLS["sosci"]),
        (["--variant", "x"], TOOLS),
    ],
)
def test_an_unknown_tool_lists_those_that_there_are(options: list[str], listed: object, tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["simulate", str(tmp_path / "a"), *options])
    assert run.exit_code and all(name in run.output for name in listed)  # type: ignore[attr-defined]
    assert not (tmp_path / "a").exists()
