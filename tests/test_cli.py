"""The command line as a new user meets it: help, lookups, and rubbish as input."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from miniature import QUICK
from written_tables import read_written

from typology.commands.frame import plain_errors
from typology.commands.verbs import VERBS, main
from typology.files.seals import Maker, seal
from typology.matching.record import gap_of
from typology.study.store import write_sheets
from typology.writing import Said, at_most, message, number


@pytest.fixture(scope="module")
def data(tmp_path_factory, demo_processed) -> Path:
    """A data folder with the processed demo and a small survey."""
    from typology.simulation.survey import simulate_survey

    folder = tmp_path_factory.mktemp("data")
    (folder / "processed").mkdir()
    (folder / "processed" / "demo").symlink_to(demo_processed)
    simulate_survey(folder / "raw" / "klein", n=40, random_state=5, key="klein")
    return folder


@pytest.fixture
def quick(monkeypatch):
    """Studies with few starts and replicates: the command line cannot ask for that."""
    few = replace(QUICK, n_init=3, resamples=2, replicates=2, max_classes=2, margins=())
    monkeypatch.setattr("typology.study.estimate.settings_of", lambda _: few)


def call(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_notebooks_of_a_survey_that_is_not_there_do_not_start(data, monkeypatch):
    monkeypatch.setattr("typology.study.notebooks.publish_notebooks", lambda *_, **__: pytest.fail("started"))
    code, _, said = call("notebooks", "fehlt", "--data", str(data))
    assert code == 2 and "Die Befragung 'fehlt' gibt es nicht" in said


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_documents_itself_with_an_example(verb):
    code, out, _ = call(verb, "--help")
    assert code == 0
    assert "Beispiel" in out and f"typology {verb}" in out
    assert message(f"commands.summary_{verb}", "de").split(":")[0][:8] in call("--help")[1]


def test_help_loads_no_library():
    """Except the one that reads what it says."""
    code = (
        "import sys; from click.testing import CliRunner; from typology.commands.verbs import main; "
        "r = CliRunner().invoke(main, ['--help']); assert r.exit_code == 0; "
        "print([m for m in ('numpy', 'pandas', 'pydantic', 'jinja2', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_show_by_key_and_by_name(data, demo_survey):
    key = "90001000"
    name = demo_survey.municipalities.loc[key, "name"]
    code, by_key, _ = call("show", "demo", key, "--data", str(data))
    assert code == 0 and name in by_key and "synthetisch – Übungsdaten" in by_key
    assert "Kein Angebot von ÖFIT oder KGSt." in by_key
    code, by_name, _ = call("show", "demo", name, "--data", str(data))
    assert code == 0 and by_name == by_key


def test_show_loads_no_heavy_library(data):
    code = (
        "import sys; from click.testing import CliRunner; from typology.commands.verbs import main; "
        f"r = CliRunner().invoke(main, ['show', 'demo', '90001000', '--data', {str(data)!r}]); "
        "assert r.exit_code == 0, r.output; "
        "print([m for m in ('matplotlib', 'sklearn', 'typst', 'pyreadstat', 'pandera', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_show_offers_the_nearest_names(data, demo_survey):
    name = demo_survey.municipalities["base_name"].iloc[5]
    wrong = name[:-1] + "q"
    code, _, err = call("show", "demo", wrong, "--data", str(data))
    assert code == 2
    assert "nicht teilgenommen oder ist anders geschrieben" in err
    assert name in err


def test_show_lists_homonyms_with_kreis_and_land(data, demo_survey):
    bodies = demo_survey.municipalities
    twice = bodies["name"][bodies["name"].duplicated(keep=False)]
    assert len(twice), "the demo has no two respondents of the same name"
    code, _, err = call("show", "demo", twice.iloc[0], "--data", str(data))
    assert code == 2 and "nicht eindeutig" in err
    for key in twice.index[twice == twice.iloc[0]]:
        row = bodies.loc[key]
        assert key in err and row["land_name"] in err


def test_peers_and_teams_print_reasons_and_source(data):
    code, out, _ = call("peers", "demo", "90001000", "--data", str(data))
    assert code == 0 and "Ergänzende Partner" in out and "Ähnliche Partner" in out and "Quelle:" in out
    code, out, _ = call("teams", "demo", "--data", str(data))
    assert code == 0 and re.search(r"\d+ D-Teams\.", out)


def test_how_far_lists_teams_groups_and_courses_may_be_from_the_best_is_said(data, demo_study):
    tables = demo_study.tables
    teams = gap_of(tables.matching_record, "teams")
    assert teams is not None and 0 <= teams < 0.2
    lists = [gap_of(tables.matching_record, f"peers.lists.{name}") for name in ("similar", "complementary")]
    for words, gap in (
        (["teams", "demo"], teams),
        (["peers", "demo", "90001000"], max(gap for gap in lists if gap is not None)),
        (["cooperation", "demo"], float(tables.cooperation["gap"].iloc[0])),
        (["trainings", "demo"], float(tables.courses["gap"].max())),
    ):
        code, out, _ = call(*words, "--data", str(data))
        assert code == 0 and f"höchstens {at_most(gap)}" in out, words


def test_verify_says_equal(data):
    code, out, _ = call("verify", "demo", "--data", str(data))
    assert code == 0 and "ANDERS" not in out
    assert "Zahlen stimmen mit den Tabellen überein" in out


def test_sheet_writes_one_file(data, tmp_path):
    code, _out, _ = call("sheet", "demo", "90001000", "--data", str(data), "--out", str(tmp_path))
    assert code == 0
    assert (tmp_path / "90001000-zarrenried-full-de.pdf").read_bytes().startswith(b"%PDF")


def test_a_study_never_lies_in_the_folder_of_all_studies(tmp_path, monkeypatch):
    from typology.commands.frame import processed_folder

    monkeypatch.chdir(tmp_path)
    assert processed_folder(".", Path("data")) == Path("data/processed") / tmp_path.name
    assert processed_folder("..", Path("data")) == Path("data/processed") / tmp_path.parent.name
    assert processed_folder("demo", Path("data")) == Path("data/processed/demo")


def test_site_never_replaces_a_folder_that_is_no_site(data, tmp_path):
    (tmp_path / "precious.txt").write_text("keep")
    code, _, err = call("site", "demo", "--data", str(data), "--out", str(tmp_path))
    assert code == 2 and "nicht leer" in err
    assert (tmp_path / "precious.txt").read_text() == "keep"


@pytest.fixture(scope="module")
def fitted(data) -> Path:
    """A typology of the small survey as the command writes it."""
    target = data / "klein.json"
    assert call("fit", "klein", "--data", str(data), "--out", str(target))[0] == 0
    return target


def test_fit_then_assign(data, fitted, tmp_path):
    table = tmp_path / "assigned.csv"
    assert call("assign", str(fitted), "klein", "--data", str(data), "--out", str(table))[0] == 0
    assert len(read_written(table)) == 40


def test_a_synthetic_typology_is_kept_from_a_real_survey_whatever_its_keys(data, fitted, tmp_path):
    real = tmp_path / "data" / "raw" / "echt"
    shutil.copytree(data / "raw" / "klein", real)
    book = (real / "codebook.yaml").read_text(encoding="utf-8")
    assert "synthetic: true" in book
    (real / "codebook.yaml").write_text(book.replace("synthetic: true", "synthetic: false"), encoding="utf-8")
    where = ("--data", str(tmp_path / "data"))
    for words in (
        ("assign", str(fitted), "echt", *where, "--out", str(tmp_path / "a.csv")),
        ("run", "echt", *where, "--typology", str(fitted), "--no-sheets", "--no-site"),
    ):
        code, _, err = call(*words)
        assert code == 2 and "Übungsdaten" in err and "Orientierung" in err
    assert not (tmp_path / "a.csv").exists() and not (tmp_path / "data" / "processed" / "echt").exists()


def test_what_nobody_was_asked_about_is_said(monkeypatch, demo_study):
    from typology.commands import action as cli_action

    tables = demo_study.tables.having(
        pain_points=demo_study.tables.pain_points.iloc[:0],
        competence_gaps=demo_study.tables.competence_gaps.iloc[:0],
        courses=demo_study.tables.courses.iloc[:0],
    )
    monkeypatch.setattr(cli_action, "_study", lambda *_: replace(demo_study, tables=tables))
    for words in (("cooperation", "demo"), ("cooperation", "demo", "--workshop")):
        assert call(*words)[:2] == (0, "Zu Schmerzpunkten liegen keine Antworten vor.\n")
    said = "Zu digitalen Kompetenzen liegen keine Antworten vor.\n"
    code, out, _ = call("trainings", "demo")
    assert code == 0 and out.startswith(said + "\nBedarf, für den kein Angebot im Katalog steht:\n")
    tables = tables.having(stand=demo_study.tables.stand.iloc[:0], wichtig=demo_study.tables.wichtig.iloc[:0])
    monkeypatch.setattr(cli_action, "_study", lambda *_: replace(demo_study, tables=tables))
    assert call("trainings", "demo")[:2] == (0, said)
    monkeypatch.setattr(cli_action, "_study", lambda *_: demo_study)
    out = call("cooperation", "demo")[1]
    assert re.search(r"– (niemand|zu wenige) in der Nähe", out) and "naehe" not in out
    label = demo_study.content.label("pain_point", "vorgehen")
    assert call("cooperation", "demo", "--workshop", "--topic", "vorgehen")[1].splitlines()[0] == label
    code, _, err = call("cooperation", "demo", "--topic", "unfug")
    assert code == 2 and "'unfug'" in err and "vorgehen" in err


def test_the_summary_counts_what_to_learn_and_to_do(demo_study, tmp_path, capsys):
    from typology.commands.study import echo_summary

    echo_summary(demo_study, tmp_path)
    said, tables = capsys.readouterr().out, demo_study.tables
    lists = number(len(tables.similar) + len(tables.complementary))
    assert f"Partnerempfehlungen {lists}, D-Teams {len(tables.teams)}, " in said
    assert f"Agenda-Schritte {number(len(tables.agenda))}" in said and "Leer geblieben" not in said
    few = demo_study.typology.types[0].model_copy(update={"share": 0.0099})
    sparse = replace(demo_study.typology, types=(few, *demo_study.typology.types[1:]))
    echo_summary(replace(demo_study, typology=sparse), tmp_path)
    assert f"Leer geblieben: {few.label.de}." in capsys.readouterr().out


def test_the_summary_keeps_its_columns_beside_a_long_name_of_a_type(demo_study):
    from typology.commands.study import type_lines

    types = demo_study.tables.types
    long = types.assign(label=["Die " + "langsam voranschreitenden " * 3, *types["label"].iloc[1:]])
    for table in (types, long):
        lines = type_lines(replace(demo_study, tables=demo_study.tables.having(types=table)))
        assert len({len(line) for line in lines}) == 1


def test_unknown_survey_and_missing_study_are_one_sentence(data):
    code, out, err = call("check", "nirgends", "--data", str(data))
    assert code == 2 and out == "" and "klein" in err and "Traceback" not in err
    code, _, err = call("show", "klein", "x", "--data", str(data))
    assert code == 2 and "typology run klein" in err


# -- rubbish -------------------------------------------------------------------------------------------------


def empty(folder):
    (folder / "responses.csv").write_bytes(b"")


def rubbish(folder):
    (folder / "responses.csv").write_bytes(bytes(range(256)) * 40)


def declare(folder: Path, name: str, value: str) -> None:
    """Set one entry under ``files`` of the codebook."""
    path = folder / "codebook.yaml"
    book = path.read_text(encoding="utf-8")
    files = re.search(r"^files:.*$", book, flags=re.M)
    assert files and "{" in files.group(0)
    entry = re.sub(rf",? *{name}: [^,}}]+", "", files.group(0)).replace("{", f"{{{name}: {value}, ", 1)
    path.write_text(book.replace(files.group(0), entry), encoding="utf-8")


def wrong_delimiter(folder):
    declare(folder, "delimiter", "tab")


def wrong_encoding(folder):
    declare(folder, "encoding", "utf-16")


def codebook_typo(folder):
    book = (folder / "codebook.yaml").read_text(encoding="utf-8")
    (folder / "codebook.yaml").write_text(book.replace("respondent:", "respondant:"), encoding="utf-8")


def codebook_column(folder):
    book = (folder / "codebook.yaml").read_text(encoding="utf-8")
    (folder / "codebook.yaml").write_text(book.replace("Z1[SQ001]", "Z1[SQ0O1]"), encoding="utf-8")


def twice(folder):
    book = (folder / "codebook.yaml").read_text(encoding="utf-8")
    (folder / "codebook.yaml").write_text(re.sub(r"duplicates: latest", "duplicates: error", book), encoding="utf-8")


def single_row(folder):
    table = pd.read_csv(folder / "responses.csv", sep=";", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    table[table["submitdate"] != ""].head(1).to_csv(folder / "responses.csv", sep=";", index=False, quoting=1)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (empty, "leer"), (rubbish, "responses.csv"), (wrong_delimiter, "Spalte"), (wrong_encoding, "responses.csv"),
        (codebook_typo, "respondant"), (codebook_column, "Z1[SQ0O1]"), (twice, "mehr"), (single_row, ""),
    ],
)  # fmt: skip
def test_bad_input_ends_in_one_message_and_leaves_results_alone(tmp_path, data, spoil, says):
    folder = tmp_path / "raw" / "klein"
    shutil.copytree(data / "raw" / "klein", folder)
    target = tmp_path / "processed" / "klein" / "internal"
    target.mkdir(parents=True)
    (target / "keep.txt").write_text("before")
    seal(target.parent, Maker.STUDY, "klein")
    spoil(folder)
    code, out, err = call("run", "klein", "--data", str(tmp_path), "--no-sheets", "--no-site")
    assert code == 2, (out, err)
    assert err.startswith("Fehler: ") and "Traceback" not in err
    assert says in err
    assert (target / "keep.txt").read_text() == "before"
    left = {path.name for path in (tmp_path / "processed").iterdir()}
    assert left <= {"klein", ".klein.lock"}  # the lock of a folder stays; it is empty


def drop_columns(folder: Path, pattern: str, value: str | None) -> None:
    """Overwrite all answers of the columns that match; None keeps the column but empties nothing."""
    import csv
    import io

    text = (folder / "responses.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    places = [place for place, name in enumerate(rows[0]) if re.fullmatch(pattern, name)]
    assert places
    for row in rows[1:]:
        if row:
            for place in places:
                row[place] = value or ""
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(row for row in rows if row)
    (folder / "responses.csv").write_text("\ufeff" + out.getvalue(), encoding="utf-8", newline="")


def without_consent(folder: Path) -> None:
    """A codebook that names no consent at all."""
    path = folder / "codebook.yaml"
    book = yaml.safe_load(path.read_text(encoding="utf-8"))
    book["blocks"] = [block for block in book["blocks"] if block["role"] not in ("consent", "mailbox")]
    path.write_text(yaml.safe_dump(book, allow_unicode=True, sort_keys=False), encoding="utf-8")


@pytest.mark.long
def test_a_goal_that_nobody_answered_is_a_warning(tmp_path, data, quick):
    folder = tmp_path / "raw" / "klein"
    shutil.copytree(data / "raw" / "klein", folder)
    drop_columns(folder, r"Z1\[SQ003\]", "")
    code, out, err = call("check", "klein", "--data", str(tmp_path))
    assert code == 0, err
    assert "Warnung" in out and "effizienz" in out
    code, out, err = call("run", "klein", "--data", str(tmp_path), "--no-sheets", "--no-site")
    assert code == 0 and "Traceback" not in out + err, err


def test_no_consent_block_publishes_nobody(tmp_path, data, quick, monkeypatch):
    def set_some(study, folder, **how):  # two municipalities stand for all; none is public
        return write_sheets(study, folder, keys=sorted(study.tables.municipalities.index)[:2], **how)

    monkeypatch.setattr("typology.study.store.write_sheets", set_some)
    folder = tmp_path / "raw" / "klein"
    shutil.copytree(data / "raw" / "klein", folder)
    without_consent(folder)
    code, out, err = call("check", "klein", "--data", str(tmp_path))
    assert code == 0 and "keine Kommune wird öffentlich genannt" in out, err
    assert call("run", "klein", "--data", str(tmp_path), "--jobs", "1")[0] == 0
    public = tmp_path / "processed" / "klein" / "public"
    assert len(list((public.parent / "internal" / "sheets" / "gemeinde").glob("*.pdf"))) >= 2
    assert not list((public / "sheets" / "gemeinde").glob("*.pdf"))
    assert not list(public.glob("gemeinde/*.html"))
    assert (public / "index.html").is_file()


# -- consoles that know few signs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "words", "said"),
    [
        ("cp850", ("show", "demo", "90001000"), "synthetisch - "),
        ("cp850", ("teams", "demo"), "Teams"),
        ("cp850", ("orientation", "effizienz"), "Kennziele"),
        ("cp850", ("--help",), "Schlüssel"),
        ("cp1252", ("show", "demo", "90001000"), "synthetisch – "),
        ("ascii", ("show", "demo", "90001000"), "synthetisch – "),
    ],
)
def test_a_console_without_some_signs_ends_no_command(data, monkeypatch, encoding, words, said):
    consoles = {name: io.TextIOWrapper(io.BytesIO(), encoding=encoding) for name in ("stdout", "stderr")}
    for name, console in consoles.items():
        monkeypatch.setattr(sys, name, console)
    with pytest.raises(SystemExit) as end:
        main([*words, *(("--data", str(data)) if "demo" in words else ())], prog_name="typology")
    monkeypatch.undo()
    written = {name: (console.flush(), console.buffer.getvalue())[1] for name, console in consoles.items()}
    assert not end.value.code and b"Traceback" not in written["stderr"], written["stderr"]
    # click takes a stream that says ascii for one that was never set, and writes UTF-8 to it
    assert said in written["stdout"].decode("utf-8" if encoding == "ascii" else encoding)


def test_a_command_of_its_own_writes_to_such_a_console(data):
    done = subprocess.run(
        [sys.executable, "-m", "typology", "show", "demo", "90001000", "--data", str(data)],
        capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": "cp850", "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert done.returncode == 0 and b"Traceback" not in done.stderr, done.stderr
    assert "synthetisch - " in done.stdout.decode("cp850")


def test_signs_that_an_encoding_lacks_are_written_plainly(monkeypatch):
    from typology.commands import frame

    for encoding, written in (("cp850", 'a - "b" - ... ?'), ("cp1252", "a - „b“ – … ?"), ("utf-8", "a − „b“ – … Ł")):
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
        monkeypatch.setattr(sys, "stdout", stream)
        frame.write_what_fits()
        print("a − „b“ – … Ł", end="", flush=True)
        assert stream.buffer.getvalue().decode(encoding) == written
    monkeypatch.undo()


@pytest.mark.parametrize("arguments", [("competences", "template"), ("codebook", "antworten.csv")], ids=" ".join)
def test_a_draft_that_is_there_already_stays(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "antworten.csv").write_text("ags;Z1\n01001000;Y\n01002000;\n", encoding="utf-8")
    assert call(*arguments, "--out", "entwurf.txt")[0] == 0
    (tmp_path / "entwurf.txt").write_text("von Hand weitergeschrieben", encoding="utf-8")
    code, _, said = call(*arguments, "--out", "entwurf.txt")
    assert code == 2 and "entwurf.txt gibt es schon und bleibt" in said
    assert (tmp_path / "entwurf.txt").read_text(encoding="utf-8") == "von Hand weitergeschrieben"


def test_a_warning_of_ours_is_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Without the place in the code that Python writes before it; those of other libraries keep theirs."""

    @plain_errors
    def warned() -> None:
        warnings.warn(Said("clustering.found_once", n_starts=3, name="n_init"), UserWarning, stacklevel=2)

    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warned()
    assert capsys.readouterr().err.startswith("Nur einer von 3 Starts kam zur besten Lösung")
