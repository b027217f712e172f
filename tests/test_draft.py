"""The drafted codebook: valid, honest about what it does not know, and near to what a person writes."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from filled import Readings, fill
from miniature import HEADING, ROWS, changed, table_text

from typology.survey.blocks import YesNoBlock
from typology.survey.codebook import Codebook, read_codebook
from typology.survey.draft.codebook_draft import draft_codebook
from typology.survey.draft.questions import question_of
from typology.survey.open_places import open_places_in
from typology.survey.survey import check_survey, read_survey

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "draft_codebook.py"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draft_benchmark", BENCHMARK)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def drafted(
    folder: Path, data: bytes, name: str = "export.csv", consent: Readings | None = None
) -> tuple[Codebook, Path]:
    """The draft as it was written, and the folder with its open places filled."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    text = draft_codebook(folder / name)
    (folder / "codebook.yaml").write_text(text, encoding="utf-8")
    book = read_codebook(folder / "codebook.yaml")
    (folder / "draft.yaml").write_text(text, encoding="utf-8")
    if any("TODO" in column for column in book.goals.sources):
        return book, folder
    (folder / "codebook.yaml").write_text(fill(text, consent), encoding="utf-8")
    return book, folder


def test_limesurvey_export(tmp_path: Path) -> None:
    readings = {"C1": (["Y"], ["N"]), "C4": (["Y"], [])}
    book, folder = drafted(tmp_path / "a", table_text(rows=ROWS * 3).encode(), consent=readings)
    assert book.respondent.id == "ags"
    assert book.respondent.completed is not None and book.respondent.completed.column == "submitdate"
    assert book.respondent.order_by == "submitdate" and book.respondent.kinds == ("gemeinde", "kreisfrei", "kreis")
    assert book.goals.kind == "pick" and book.goals.chosen == ("Y",) and book.goals.not_chosen == ("",)
    assert tuple(book.goals.columns.values()) == ("Z[1]", "Z[2]", "Z[3]", "Z[4]", "Z[5]")
    assert book.missing.presets == ("limesurvey",)
    assert book.missing.codes == {"-99": "TODO_grund"}
    kinds = {column: block.kind for block in book.blocks for column in block.columns.values()}
    assert kinds["F[1]"] == "rating" and kinds["P1"] == "choice"
    assert set(book.drop) >= {"id", "C5"}
    assert read_survey(folder).responses.shape[0] == 6


def test_places_for_the_researcher_are_marked(tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_bytes(table_text().encode())
    text = draft_codebook(tmp_path / "e.csv")
    for place in ("title:", "date:", "source:", "sample:", "retention:", "question:", '"-99":'):
        assert any("TODO" in line and place in line for line in text.splitlines()), place
    for hint in ("Register", "Frage nach den Zielen", "test_rows", "Gründe prüfen", "Rollen zuordnen"):
        assert any(line.strip().startswith("#") and hint in line for line in text.splitlines()), hint
    # each mark that is written is a place that check counts, with its line
    (tmp_path / "codebook.yaml").write_text(text, encoding="utf-8")
    places = open_places_in(tmp_path / "codebook.yaml")
    marked = [n for n, line in enumerate(text.splitlines(), 1) for _ in re.findall("TODO", line.split("#")[0])]
    assert sorted(place.row or 0 for place in places) == marked and len(marked) > 10


def test_efs_export(tmp_path: Path) -> None:
    heading = "lfdn;external_lfdn;tester;dispcode;lastpage;v_1;v_2;v_3;v_10;v_11;duration"
    rows = [
        f"{i};;0;{31 if i % 3 else 22};99;{i % 2};{int(i % 3 == 0)};{int(i % 5 == 0)};{1 + i % 5};"
        f"{-77 if i % 4 else 2 + i % 3};{i * 7}"
        for i in range(1, 40)
    ]
    book, folder = drafted(tmp_path / "a", "\r\n".join([heading, *rows]).encode("cp1252"))
    assert book.respondent.completed is not None and book.respondent.completed.values == ("31", "32")
    assert book.missing.presets == ("efs",)
    assert tuple(book.goals.columns.values()) == ("v_1", "v_2", "v_3")
    assert check_survey(folder).n_errors == 0


def test_sosci_export(tmp_path: Path) -> None:
    heading = "CASE\tSERIAL\tQUESTNNR\tSTARTED\tA101\tA102\tA103\tB101\tFINISHED"
    rows = [
        f"{i}\t\tbase\t2026-06-01 10:{i:02d}:00\t{1 + i % 2}\t{1 + (i // 2) % 2}\t{1 + i % 2}\t"
        f"{-9 if i == 3 else 1 + i % 5}\t1"
        for i in range(1, 40)
    ]
    book, folder = drafted(tmp_path / "a", "\r\n".join([heading, *rows]).encode("utf-16"))
    assert book.missing.presets == ("sosci",)
    assert book.respondent.completed is not None and book.respondent.completed.values == ("1",)
    assert check_survey(folder).n_errors == 0


def test_all_answers_in_one_cell(tmp_path: Path) -> None:
    lines = [
        "ID;Startzeit;Kommune;Größe",
        *(f"{i};2026-06-01 10:00:00;Ort {i};{('klein', 'groß')[i % 2]}" for i in range(12)),
    ]
    book, folder = drafted(tmp_path / "a", "\n".join(lines).encode())
    assert book.goals.list_column == "Größe"
    assert book.respondent.id == "Kommune"
    assert check_survey(folder).n_errors == 0


def test_limesurvey_export_with_german_texts(tmp_path: Path) -> None:
    heading = '"Antwort ID";"Datum Abgeschickt";"Zugangscode";"Welche Ziele? [Effizienz]";"Welche Ziele? [Nähe]"'
    rows = [f'"{i}";"2026-06-0{1 + i % 9} 10:00:00";"t{i}";"{("Ja", "Nein")[i % 2]}";"Nein"' for i in range(9)]
    book, folder = drafted(tmp_path / "a", "\n".join([heading, *rows]).encode())
    assert book.missing.presets == ("limesurvey",)
    assert book.respondent.completed is not None and book.respondent.completed.column == "Datum Abgeschickt"
    assert book.goals.chosen == ("Ja",) and book.goals.not_chosen == ("Nein",)
    assert book.drop == ("Antwort ID", "Zugangscode")
    assert check_survey(folder).n_errors == 0


def test_all_ticks_in_one_cell_as_forms_writes_it(tmp_path: Path) -> None:
    rows = [f"{i},6.1.26 10:00:00,anonymous,Effizienz;{('Nähe;', '')[i % 2]}" for i in range(9)]
    book, folder = drafted(tmp_path / "a", "\n".join(["ID,Startzeit,E-Mail,Welche Ziele?", *rows]).encode())
    assert book.goals.list_column == "Welche Ziele?"
    assert dict(book.goals.codes) == {"Effizienz": "effizienz", "Nähe": "naehe"}
    assert check_survey(folder).n_errors == 0


def test_labels_inside_the_file_are_used(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"ags": [f"0900{i}000" for i in range(9)], "q1": [1.0, 2.0, -8.0] * 3, "q2": [2.0, 1.0, 1.0] * 3}
    )
    labels = {1.0: "beschlossen", 2.0: "geplant", -8.0: "weiß nicht"}
    pyreadstat.write_sav(
        frame,
        tmp_path / "e.sav",
        column_labels={"q1": "Gibt es eine Strategie?"},
        variable_value_labels={"q1": labels, "q2": labels},
        missing_ranges={"q1": [-8]},
    )
    text = draft_codebook(tmp_path / "e.sav")
    assert "# Gibt es eine Strategie?" in text and "codes: labels" in text


def test_consent_like_questions_become_a_consent_block(tmp_path: Path) -> None:
    heading = [*HEADING[:12], "Dürfen wir Sie nennen? (Einwilligung) [1]", "Dürfen wir Sie nennen? (Einwilligung) [2]"]
    readings = {name: (["Y"], ["N"]) for name in heading[12:]}
    book, _ = drafted(tmp_path / "a", table_text([row[:14] for row in ROWS], heading).encode(), consent=readings)
    (consent,) = [block for block in book.blocks if block.role == "consent"]
    assert list(consent.columns) == ["listed", "answers"]


def test_a_question_to_the_municipality_is_about_consent_and_a_long_one_asks_for_its_key(tmp_path: Path) -> None:
    key, name = "Bitte nennen Sie den Amtlichen Gemeindeschlüssel (AGS), damit wir Ihre Kommune zuordnen.", "Kommune"
    goals = [f"Welche Ziele verfolgen Sie? [{goal}]" for goal in ("Recht", "Nähe", "Daten")]
    consent = [f"Dürfen wir Ihre Kommune nennen? [{answer}]" for answer in ("mit Namen", "mit Antworten")]
    rows = [
        # one municipality in ten answers twice, so the key alone is not unique
        [str(9_162_000 + i % 36), f"Ort {i % 36}", *(("Ja", "Nein")[(i >> j) % 2] for j in range(5))]
        for i in range(40)
    ]
    readings = {column: (["Ja"], ["Nein"]) for column in consent}
    book, _ = drafted(tmp_path / "a", quoted([[key, name, *goals, *consent], *rows]).encode(), consent=readings)
    assert (book.respondent.id, book.respondent.name) == (key, name)
    assert tuple(book.goals.columns.values()) == tuple(goals)
    assert [tuple(block.columns.values()) for block in book.blocks if block.role == "consent"] == [tuple(consent)]


def test_yes_and_no_told_by_labels_are_ticks_each_with_its_own_coding(tmp_path: Path) -> None:
    n = 24
    frame = pd.DataFrame({"ags": [f"0900{i:02}00" for i in range(n)]})
    labels: dict[str, dict[int | float, str]] = {}
    for i in range(1, 6):  # 1 and 2 for the goals, 0 and 1 for what was agreed to; -99 where nobody answered
        low, high = (1.0, 2.0) if i <= 3 else (0.0, 1.0)
        frame[f"v_{i}"] = [high if (row >> i) % 2 else low for row in range(n)]
        labels[f"v_{i}"] = {1.0: "ja", 2.0: "nein", -99.0: "keine Angabe"} if i <= 3 else {0.0: "nein", 1.0: "ja"}
    frame.loc[0, "v_1"] = -99.0
    ranges: dict[str, list[Any]] = {f"v_{i}": [-99] for i in range(1, 4)}
    names: dict[str, str | None] = {f"v_{i}": "Welches Ziel?" if i <= 3 else "Einwilligung" for i in range(1, 6)}
    tmp_path.joinpath("a").mkdir()
    pyreadstat.write_sav(
        frame,
        tmp_path / "a" / "e.sav",
        column_labels=names,
        variable_value_labels=labels,
        missing_ranges=ranges,
    )
    text = draft_codebook(tmp_path / "a" / "e.sav")
    (tmp_path / "a" / "codebook.yaml").write_text(text, encoding="utf-8")
    book = read_codebook(tmp_path / "a" / "codebook.yaml")
    assert (book.goals.kind, book.goals.chosen, book.goals.not_chosen) == ("yes_no", ("1",), ("2",))
    assert tuple(book.goals.columns.values()) == ("v_1", "v_2", "v_3")
    (consent,) = [block for block in book.blocks if block.role == "consent"]
    assert isinstance(consent, YesNoBlock) and (consent.chosen, consent.not_chosen) == (("TODO",), ("TODO",))
    assert re.search(r'# "0" = nein → listed, answers\?\n\s+# "1" = ja → listed, answers\?\n', text)


@pytest.mark.parametrize(
    "data",
    [
        b"a",
        b"a;b\n",
        b"a;a;a\n1;1;1\n",
        "ä: x;#b;- c;'\n1;2;3;4\n2;2;3;4\n".encode(),
        b"x\n=1\n-1\n@a\n",
        "\u2028;b\n\x85;\U0001f600\n".encode(),
        b"submitdate;lastpage\n;1\n",
        b'"a: b";"c # d"\nY;\n;Y\nY;Y\n',
    ],
)
def test_a_draft_is_always_a_valid_codebook(tmp_path: Path, data: bytes) -> None:
    book, folder = drafted(tmp_path / "a", data)
    assert book.files.responses == "export.csv"
    check_survey(folder)


def test_rows_below_the_last_key_are_taken_for_a_footer(tmp_path: Path) -> None:
    rows = [f"{1001000 + i};Ort {i};Y;{i % 3}" for i in range(24)]
    head = "ags;gemeinde;z1;z2"
    book, _ = drafted(tmp_path / "a", "\n".join([head, *rows, ";;;24", "Quelle: Umfrage;;;"]).encode())
    (rule,) = book.respondent.include
    assert (rule.column, rule.pattern) == ("ags", r"\d{4,12}")
    goals = {"kind": "pick", "chosen": ["Y"], "not_chosen": ["0", "1", "2"], "columns": {"a": "z1", "b": "z2"}}
    text = fill(draft_codebook(tmp_path / "a" / "export.csv"), goals=goals)
    (tmp_path / "a" / "codebook.yaml").write_text(text, encoding="utf-8")
    assert check_survey(tmp_path / "a").counts.set_index("what")["n"]["nicht_einbezogen"] == 2
    # whoever left the key out but answered is a respondent, and stays a finding
    book, _ = drafted(tmp_path / "b", "\n".join([head, *rows, ";Ort 25;Y;1"]).encode())
    assert not book.respondent.include
    codes = [f"{a}{b}K;Ort;Y;1" for a in "ABCDE" for b in "ABCDE"]
    book, _ = drafted(tmp_path / "c", "\n".join([head, *codes, "0.75;197;;"]).encode())
    assert [rule.pattern for rule in book.respondent.include] == ["[A-Z]{3}"]


@pytest.mark.parametrize("written", ["AGS 01001003", "01 001 003", "1001003 (Amt)", ""])
def test_a_footer_never_takes_a_respondent_along_whose_key_is_written_otherwise(written: str, tmp_path: Path) -> None:
    rows = [f"{written if i == 3 else 1001000 + i};Ort {i};Y;{i % 3}" for i in range(40)]
    text = "\n".join(["ags;gemeinde;z1;z2", *rows, "Gesamt (n = 40);;40;24", "Stand: 30.06.2026;;;"])
    book, _ = drafted(tmp_path, text.encode())
    assert not book.respondent.include
    left_out = [text for rule in book.respondent.exclude for text in rule.values]
    assert left_out == ["Gesamt (n = 40)", "Stand: 30.06.2026"]


def test_points_at_equal_distances_are_steps(tmp_path: Path) -> None:
    rows = [f"Ort {i};{(0, 3, 6)[i % 3]};{(0, 4.5, 9)[i % 3]};{(0, 4.5, 9)[i // 3 % 3]}" for i in range(24)]
    book, _ = drafted(tmp_path / "a", "\n".join(["kommune;fmis;epmis;pimis", *rows]).encode())
    assert [(level.key, level.values) for level in book.goals.levels] == [
        ("niedrig", ("0",)),
        ("mittel", ("3", "4.5")),
        ("hoch", ("6", "9")),
    ]
    # a column that counts, and few answers, say nothing about steps
    rows = [f"Ort {i};{(0, 3, 7)[i % 3]}" for i in range(24)]
    book, _ = drafted(tmp_path / "b", "\n".join(["kommune;personen", *rows]).encode())
    assert not book.goals.levels


def test_a_scale_with_words_at_its_ends_is_a_rating(tmp_path: Path) -> None:
    answers = ["gar nicht 1", "2", "3", "4", "sehr hilfreich 5"] * 5
    rows = [f"Ort {i};{text};Y" for i, text in enumerate(answers)]
    book, _ = drafted(tmp_path / "a", "\n".join(["kommune;hilfe;z1", *rows]).encode())
    (block,) = [block for block in book.blocks if "hilfe" in block.columns.values()]
    assert block.kind == "rating" and block.codes["gar nicht 1"] == 1 and block.codes["sehr hilfreich 5"] == 5


def test_goals_whose_codes_fall_are_turned_round(tmp_path: Path) -> None:
    texts = ["auf jeden Fall", "eher ja", "vielleicht", "eher nicht", "auf keinen Fall"]
    labels = {float(i): text for i, text in enumerate(texts, start=1)}
    frame = pd.DataFrame({f"grund_{j}": [float(1 + (i * j) % 5) for i in range(25)] for j in (1, 2, 3)})
    pyreadstat.write_sav(frame, tmp_path / "e.sav", variable_value_labels=dict.fromkeys(frame, labels))
    (tmp_path / "codebook.yaml").write_text(draft_codebook(tmp_path / "e.sav"), encoding="utf-8")
    levels = read_codebook(tmp_path / "codebook.yaml").goals.levels
    assert [(level.key, level.values) for level in levels] == [
        ("niedrig", ("5", "4")),
        ("mittel", ("3",)),
        ("hoch", ("2", "1")),
    ]


def test_one_answer_of_several_is_no_tick(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"ort": [f"Ort {i}" for i in range(9)], "spass": [1.0, None, 1.0] * 3, "z": [1.0, 0.0, 1.0] * 3}
    )
    labels = {"spass": {1.0: "ja", 2.0: "manchmal", 3.0: "nein"}}
    pyreadstat.write_sav(frame, tmp_path / "e.sav", variable_value_labels=labels)
    (tmp_path / "codebook.yaml").write_text(draft_codebook(tmp_path / "e.sav"), encoding="utf-8")
    kinds = {
        column: block.kind
        for block in read_codebook(tmp_path / "codebook.yaml").blocks
        for column in block.columns.values()
    }
    assert kinds["spass"] == "choice"


def quoted(rows: list[list[str]], delimiter: str = ";") -> str:
    return "\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)


def test_question_texts_below_the_names_as_sosci_writes_them(tmp_path: Path) -> None:
    head = ["CASE", "REF", "QUESTNNR", "ZI01_01", "ZI01_02", "ST01", "FINISHED"]
    texts = ["Interview-Nummer", "Referenz", "Fragebogen", "Ziele: Recht", "Ziele: Nähe", "Stand: Strategie", "Ende"]
    rows = [[str(i), f"{1001000 + i:08d}", "base", "12"[i % 2], "21"[i % 2], str(1 + i % 5), "1"] for i in range(20)]
    book, folder = drafted(tmp_path / "a", quoted([head, texts, *rows], "\t").encode("utf-16"))
    assert book.files.header_rows == 2
    assert book.respondent.id == "REF"  # keys that came along as a parameter of the link
    assert book.goals.chosen == ("2",) and book.goals.not_chosen == ("1",)
    assert "# Ziele: Recht" in (folder / "draft.yaml").read_text(encoding="utf-8")
    assert check_survey(folder).n_errors == 0


def test_three_heading_rows_as_qualtrics_writes_them(tmp_path: Path) -> None:
    head = ["StartDate", "Progress", "Finished", "ResponseId", "Q1", "Q2_1", "Q2_2"]
    texts = ["Start Date", "Progress", "Finished", "Response ID", "Gemeinde", "Ziele - Recht", "Ziele - Nähe"]
    ids = [f'{{"ImportId":"{name}"}}' for name in head]
    rows = [
        ["2026-06-01 10:00:00", "100", "True", f"R_{i}", f"Ort {i}", "1" * (i % 2), "1" * (i % 3 == 0)]
        for i in range(20)
    ]
    book, folder = drafted(tmp_path / "a", quoted([head, texts, ids, *rows], ",").encode())
    assert book.files.header_rows == 3
    assert book.respondent.completed is not None and book.respondent.completed.values == ("True",)
    assert tuple(book.goals.columns.values()) == ("Q2_1", "Q2_2")
    assert check_survey(folder).n_errors == 0


def test_options_in_a_second_heading_row_carry_their_own_text(tmp_path: Path) -> None:
    head = ["Respondent ID", "Ihre Kommune", "Welche Ziele?", "", ""]
    options = ["", "Open-Ended Response", "Recht", "Nähe", "Daten"]
    rows = [
        [str(11_400_000_000 + i), f"Ort {i}", "Recht" * (i % 2), "Nähe" * (i % 3 == 0), "Daten" * (i % 2)]
        for i in range(20)
    ]
    book, folder = drafted(tmp_path / "a", quoted([head, options, *rows], ",").encode())
    assert book.files.header_rows == 2
    assert tuple(book.goals.columns.values()) == tuple(f"Welche Ziele? | {name}" for name in options[2:])
    assert book.goals.chosen_any
    assert check_survey(folder).n_errors == 0


def test_a_title_above_the_heading_is_skipped(tmp_path: Path) -> None:
    head = ["Schlüssel", "Kommune", "Recht", "Nähe", "Daten"]
    rows = [[f"0900{i:02}00", f"Ort {i}", *(str((i >> j) % 5 + 1) for j in range(3))] for i in range(20)]
    title = ["Befragung 2026", "", "", "", ""]
    book, folder = drafted(tmp_path / "a", quoted([title, head, *rows]).encode())
    assert (book.files.skip_rows, book.files.header_rows) == (1, 1)
    assert tuple(book.goals.columns.values()) == ("Recht", "Nähe", "Daten")
    assert check_survey(folder).n_errors == 0
    plain, _ = drafted(tmp_path / "b", quoted([head, *rows]).encode())
    assert plain.files.skip_rows == 0 and plain.goals == book.goals


def test_answers_in_words_are_no_second_heading(tmp_path: Path) -> None:
    rows = [[f"Ort {i}", ("ja", "nein")[i % 2], str(i), str(i % 5)] for i in range(20)]
    book, _ = drafted(tmp_path / "a", quoted([["Kommune", "Strategie", "Zahl", "Note"], *rows]).encode())
    assert book.files.header_rows == 1


def test_question_of_columns() -> None:
    assert question_of("Z1[SQ001]") == question_of("Z1[other]") == "Z1"
    assert question_of("Z1_SQ001") == question_of("Z1_SQ002")
    assert question_of("Q_1#0") != question_of("Q_1#1")


def test_a_draft_that_ignores_everything_counts_zero(benchmark: ModuleType, tmp_path: Path) -> None:
    book, folder = drafted(tmp_path / "a", table_text(rows=changed(0)).encode())
    table = benchmark.open_responses(folder, book)[0]
    empty = book.model_copy(
        update={
            "goals": book.goals.model_copy(update={"columns": {"a": "nichts", "b": "auch nichts"}}),
            "blocks": (),
            "respondent": book.respondent.model_copy(update={"id": "", "completed": None, "order_by": ""}),
        }
    )
    assert benchmark.agreement(book, book, table)[0] == benchmark.agreement(book, book, table)[1] > 10
    assert benchmark.agreement(empty, book, table)[0] == 0


def test_drafts_of_the_real_files(external: Callable[[str], Path], benchmark: ModuleType) -> None:
    rows = benchmark.measure(external("surveys").parent)
    assert len(rows) == len(list(benchmark.CODEBOOKS.glob("*.yaml")))
    right, used = sum(row[1] for row in rows), sum(row[2] for row in rows)
    assert right / used > 0.9


def test_draft_of_the_demo(demo_folder: Path, benchmark: ModuleType, tmp_path: Path) -> None:
    if not (demo_folder / "responses.csv").exists():
        pytest.skip("demo survey not here")
    shutil.copy(demo_folder / "responses.csv", tmp_path / "responses.csv")
    (tmp_path / "codebook.yaml").write_text(draft_codebook(tmp_path / "responses.csv"), encoding="utf-8")
    hand = read_codebook(demo_folder / "codebook.yaml")
    right, used, _ = benchmark.agreement(
        read_codebook(tmp_path / "codebook.yaml"), hand, benchmark.open_responses(demo_folder, hand)[0]
    )
    assert right / used > 0.9


def test_a_draft_speaks_the_language_of_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "e.csv").write_bytes(table_text().encode())
    german = draft_codebook(tmp_path / "e.csv")
    monkeypatch.setenv("TYPOLOGY_LANGUAGE", "en")
    english = draft_codebook(tmp_path / "e.csv")
    (tmp_path / "codebook.yaml").write_text(english, encoding="utf-8")
    assert read_codebook(tmp_path / "codebook.yaml").goals.kind == "pick"
    assert "Encoding: UTF-8" in english and "question about the goals" in english
    pairs = list(zip(german.splitlines(), english.splitlines(), strict=True))
    assert {a.split("#")[0] for a, b in pairs if a != b} - {b.split("#")[0] for _, b in pairs} == {
        '  date: "TODO Stand der Befragung in der Form 2026-06-30"',
        '  source: "TODO Herkunft in einer Zeile"',
    }
