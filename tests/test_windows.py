"""What differs on Windows, as far as it can be shown elsewhere: names, paths, locked files, consoles, line ends."""

from __future__ import annotations

import ast
import io
import os
import shutil
import subprocess
import sys
import types
from datetime import date
from pathlib import Path

import child_readers
import pandas as pd
import pytest
from click.testing import CliRunner

import typology
from typology.commands import frame
from typology.commands.verbs import VERBS, main
from typology.content.catalogue import load_content
from typology.content.file_names import is_device
from typology.content.trainings import load_job_families
from typology.errors import CodebookError, ContentError, EstimationError, FileFormatError, StudyError
from typology.files import child, places, swapping
from typology.files.child import Limits, run_reader
from typology.files.seals import Maker, seal
from typology.matching.action.competence_file import read_competences
from typology.matching.wishes import read_wishes
from typology.publishing.workbook import WorkbookSheet, write_workbook
from typology.study import store
from typology.survey.codebook import Respondent
from typology.survey.report import Journal
from typology.survey.rows import own_keys

PACKAGE = Path(__file__).parents[1] / "typology"
SOURCES = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")}
# Only POSIX has these; the child process asks first on which system it is.
POSIX = {"fcntl", "resource", "pwd", "grp", "termios"}
POSIX_CALLS = {"fork", "geteuid", "getuid", "mkfifo", "setsid", "killpg", "uname", "setitimer", "SIGKILL", "SIGPROF"}
ASKS_FIRST = "files/child.py"


def call(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


# -- the code -------------------------------------------------------------------------------------------------------


def calls(text: str) -> list[ast.Call]:
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]


def posix_only(text: str) -> set[str]:
    tree = ast.parse(text)
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return (named & POSIX) | (used & POSIX_CALLS)


def test_nothing_that_only_posix_has_is_used_without_asking():
    found = {name: used for name, text in SOURCES.items() if (used := posix_only(text))}
    assert found == {ASKS_FIRST: {"resource", "setitimer", "SIGPROF"}}


def test_every_text_is_written_in_utf8_with_the_same_line_ends():
    written = {
        f"{name}:{node.lineno}": {word.arg: ast.unparse(word.value) for word in node.keywords}
        for name, text in SOURCES.items()
        for node in calls(text)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "write_text"
    }
    assert len(written) > 10
    assert {place: how for place, how in written.items() if how != {"encoding": "'utf-8'", "newline": "'\\n'"}} == {}


def test_every_text_is_read_in_a_named_encoding():
    read = {
        f"{name}:{node.lineno}": [word.arg for word in node.keywords]
        for name, text in SOURCES.items()
        for node in calls(text)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "read_text"
    }
    assert len(read) > 5 and [place for place, words in read.items() if "encoding" not in words] == []


# -- readers in a child process -------------------------------------------------------------------------------------

# Before the child's own words: the modules and signals that Windows lacks are gone, and the one it has is there.
WINDOWS = (
    "import signal, subprocess, sys, types; sys.platform = 'win32';"
    "sys.modules['resource'] = sys.modules['fcntl'] = None;"
    "del signal.SIGPROF, signal.setitimer, signal.ITIMER_PROF;"
    "sys.modules['msvcrt'] = types.SimpleNamespace("
    "SetErrorMode=lambda mode: None, SEM_FAILCRITICALERRORS=1, SEM_NOGPFAULTERRORBOX=2);"
)


@pytest.fixture
def child_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "START", WINDOWS + child.START)


def test_a_reader_works_without_the_modules_of_posix(child_on_windows):
    assert next(run_reader(child_readers.echo, b"ab", "Köln.xlsx")) == "Köln.xlsx"
    with pytest.raises(FileFormatError, match=r"^t\.sav: „ä“$"):
        run_reader(child_readers.refuse, b"", "t.sav")


def test_a_reader_without_end_is_ended_by_the_clock(child_on_windows, monkeypatch):
    monkeypatch.setattr(child, "limits_for", lambda size: Limits(seconds=0.3, memory=1))
    with pytest.raises(FileFormatError, match=r"in 0,3 Sekunden nicht zu Ende gelesen"):
        run_reader(child_readers.run_in_circles, b"", "t.sav")


# -- names ----------------------------------------------------------------------------------------------------------


def fits_everywhere(name: str) -> bool:
    """Whether Windows, macOS and Linux can all hold a file or folder of this name."""
    bad = any(sign in '<>:"/\\|?*' or ord(sign) < 32 for sign in name)
    return bool(name) and not bad and not is_device(name) and name[-1] not in ". " and len(name.encode()) <= 255


@pytest.mark.parametrize("name", ["CON", "nul", "Aux", "com1", "LPT9", "prn.txt", "con.tar.gz", "COM¹", "nul "])
def test_names_of_devices_are_known(name):
    assert is_device(name) and not fits_everywhere(name)


@pytest.mark.parametrize("name", ["a.", "a ", "a:b", "a\\b", "a/b", "was?", "a\n", "", "ä" * 128, "*", 'a"'])
def test_names_that_windows_cannot_write_are_known(name):
    assert not is_device(name) and not fits_everywhere(name)


@pytest.mark.parametrize("name", ["konstanz", "console", "com10", "com", "auxerre.pdf", "a.b", "Köln"])
def test_other_names_are_free(name):
    assert not is_device(name) and fits_everywhere(name)


def keys(*names: str) -> list[str]:
    table = pd.DataFrame({"ort": list(names)}, index=range(2, 2 + len(names)))
    return own_keys(table, Respondent(name="ort"), {"ort": "ort"}, Journal("x")).tolist()


def test_no_key_names_a_device():
    made = keys("Con", "AUX", "Nul, Stadt", "Konz")
    assert made == ["Con_", "AUX_", "nul_stadt", "Konz"] and all(map(fits_everywhere, made))


def test_keys_that_differ_in_small_and_capital_letters_only_are_one_file():
    assert keys("Ahorn", "ahorn", "AHORN", "ahorn_2", "Buche", "Buche") == [*["Ahorn"] * 3, "ahorn_2", "Buche", "Buche"]
    made = keys("Αθήνα", "Θήβα", "Ohne_Namen")  # other letters leave nothing to name a file by
    assert len({key.casefold() for key in made}) == 3 and all(map(fits_everywhere, made))


def test_no_practice_survey_is_named_like_a_device(tmp_path):
    with pytest.raises(EstimationError, match="'aux' taugt nicht"):
        typology.simulate_survey(tmp_path / "aux", n=30)


def test_a_type_of_a_devices_name_is_refused(tmp_path):
    shipped = (PACKAGE / "content" / "types.yaml").read_text(encoding="utf-8")
    (tmp_path / "types.yaml").write_text(shipped.replace("optimierer", "aux"), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_content(tmp_path)
    assert ("key", "aux") in [(problem.column, problem.value) for problem in caught.value.problems]


def test_every_name_that_a_study_writes_fits(practice_processed):
    names = [path.name for path in practice_processed.rglob("*")]
    assert len(names) > 300 and [name for name in names if not fits_everywhere(name)] == []
    folders = [path for path in (practice_processed, *practice_processed.rglob("*")) if path.is_dir()]
    for folder in folders:
        beside = [path.name.casefold() for path in folder.iterdir()]
        assert len(set(beside)) == len(beside), folder


# -- long paths -----------------------------------------------------------------------------------------------------


def test_no_path_in_a_study_is_longer_than_is_reckoned_with(practice_processed):
    longest_key, mark = 61, len("..building-00000000")
    inside = [path.relative_to(practice_processed) for path in practice_processed.rglob("*")]
    municipality = [len(str(path)) - len(path.stem) + longest_key for path in inside if path.parent.name == "gemeinde"]
    assert municipality and max([*municipality, *(len(str(path)) for path in inside)]) + mark <= store.DEEPEST


@pytest.mark.parametrize("allowed", [True, False])
def test_a_study_whose_paths_would_be_too_long_is_told_before_it_is_computed(tmp_path, monkeypatch, allowed):
    monkeypatch.setattr(store, "long_paths_allowed", lambda: allowed)
    rest = places.MOST_SIGNS - store.DEEPEST - len(str(tmp_path.resolve())) - 1
    store.check_writable(tmp_path / ("a" * rest))
    if allowed:
        store.check_writable(tmp_path / ("a" * (rest + 1)))
        return
    with pytest.raises(StudyError, match="um 1 Zeichen zu lang"):
        store.check_writable(tmp_path / ("a" * (rest + 1)))


@pytest.mark.parametrize(("setting", "allowed"), [(1, True), (0, False), (None, False)])
def test_the_setting_of_windows_is_asked_for(monkeypatch, setting, allowed):
    class Key:
        def __enter__(self) -> Key:
            return self

        def __exit__(self, *_: object) -> None:
            return None

    def ask(key: Key, name: str) -> tuple[int, int]:
        assert name == "LongPathsEnabled"
        if setting is None:
            raise FileNotFoundError(2, "not there")
        return setting, 4

    fake = types.SimpleNamespace(HKEY_LOCAL_MACHINE=0, OpenKey=lambda place, name: Key(), QueryValueEx=ask)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "winreg", fake)
    assert places.long_paths_allowed() is allowed


# -- files that another program holds open ----------------------------------------------------------------------------


def locked(*given: object, **_: object) -> None:
    """How Windows answers when a file is open in Excel."""
    raise PermissionError(13, "The process cannot access the file because it is being used", str(given[0]))


def test_a_study_that_cannot_be_replaced_stays_whole_and_what_was_made_is_kept(tmp_path, monkeypatch, capsys):
    target = tmp_path / "demo"
    target.mkdir()
    (target / "alt.txt").write_text("alt", encoding="utf-8")

    @frame.plain_errors
    def swap() -> None:
        with store.swap_in(target) as building:
            (building / "neu.txt").write_text("neu", encoding="utf-8")

    rename = os.rename

    def locked_target(source: Path, place: Path) -> None:
        (locked if source == target else rename)(source, place)

    with monkeypatch.context() as patch:
        patch.setattr(swapping, "_exchange", lambda one, other: False)  # only Linux can
        patch.setattr(os, "rename", locked_target)
        with pytest.raises(SystemExit) as ended:
            swap()
    said = capsys.readouterr().err
    (kept,) = tmp_path.glob(".demo.made-*")
    assert ended.value.code == 2
    assert said.startswith("Fehler: demo ließ sich nicht ersetzen") and str(kept) in said
    assert [path.name for path in kept.iterdir()] == ["neu.txt"]
    assert [path.name for path in target.iterdir()] == ["alt.txt"]
    with pytest.raises(ValueError, match="mittendrin"), store.swap_in(target):
        raise ValueError("mittendrin")  # what is half made goes, what is finished stays
    assert sorted(path.name for path in tmp_path.iterdir()) == [".demo.lock", kept.name, "demo"]
    swap()
    assert [path.name for path in target.iterdir()] == ["neu.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".demo.lock", "demo"]


def test_a_study_lost_between_two_moves_is_found_again(tmp_path):
    (tmp_path / ".demo.old").mkdir()
    with pytest.raises(ValueError, match="x"), store.swap_in(tmp_path / "demo"):
        raise ValueError("x")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".demo.lock", "demo"]


OUT = {
    "run": ["run", "klein"],
    "site": ["site", "klein"],
    "export": ["export", "klein"],
    "sheet": ["sheet", "klein", "--all", "--out", "{data}/sheets"],
    "agenda": ["agenda", "klein", "{key}", "--out", "{data}/a.md"],
    "check --html": ["check", "klein", "--html", "{data}/a.html"],
    "check --csv": ["check", "klein", "--csv", "{data}/a.csv"],
    "codebook": ["codebook", "{data}/raw/klein/responses.csv", "--out", "{data}/a.yaml"],
    "fit": ["fit", "klein", "--out", "{data}/a.json"],
    "compare": ["compare", "klein", "klein", "--out", "{data}/waves"],
    "orientation": ["orientation", "effizienz", "--out", "{data}/o.csv"],
}


@pytest.mark.parametrize("verb", OUT)
def test_an_open_file_is_found_before_anything_is_computed(verb, practice_folder, tmp_path, monkeypatch):
    """Windows refuses to move what is open; the work itself must not have begun."""
    data = tmp_path / "data"
    shutil.copytree(practice_folder, data / "raw" / "klein")
    study = data / "processed" / "klein"
    for place in ("public", "export/public", "internal"):
        (study / place).mkdir(parents=True)
    for place, made in (("public", Maker.SITE), ("export", Maker.EXPORT), (".", Maker.STUDY)):
        seal(study / place, made, "klein")
    for path in (
        "sheets/1-a-full-de.pdf",
        "a.html",
        "a.csv",
        "a.json",
        "waves/wave_moves.csv",
        "o.csv",
        "a.md",
        "a.yaml",
    ):
        (data / path).parent.mkdir(exist_ok=True)
        (data / path).write_text("alt", encoding="utf-8")
    begun: list[str] = []

    def work(*_: object, **__: object) -> object:
        begun.append(verb)
        raise AssertionError("begun")

    part = types.SimpleNamespace(
        tables=types.SimpleNamespace(municipalities=pd.DataFrame({"name": ["A"]}, index=["1"])),
        info=types.SimpleNamespace(survey="klein"), content=None, find=lambda name: "1", agenda=work,
        municipalities=lambda keys, maps: [{"key": key, "name": "A"} for key in keys],
    )  # fmt: skip
    for place in (
        "typology.survey.survey.read_survey", "typology.survey.survey.check_survey",
        "typology.survey.draft.codebook_draft.draft_codebook", "typology.study.export.public_study",
        "typology.publishing.sheets.render.render_sheets", "typology.study.waves.compare_studies",
        "typology.types.orientation.orientation", "typology.study.store.write_site",
    ):  # fmt: skip
        monkeypatch.setattr(place, work)
    monkeypatch.setattr("typology.study.workflow.read_study", lambda *_, **__: part)
    monkeypatch.setattr("typology.publishing.views.maker.ViewMaker", lambda *_: part)
    monkeypatch.setattr(places, "MAY_BE_HELD", True)
    monkeypatch.setattr(Path, "rename", locked)
    monkeypatch.setattr(Path, "replace", locked)
    words = [word.format(data=data, key="1") for word in OUT[verb]]
    words += ["--force"] if verb not in ("run", "site", "export") else []
    code, _, said = call(*words, *(["--data", str(data)] if verb not in ("codebook", "orientation") else []))
    assert code == 2 and begun == []
    assert "lässt sich nicht lesen oder ersetzen" in said


def test_a_workbook_that_is_open_in_excel_is_one_sentence(tmp_path, monkeypatch, capsys):
    path = tmp_path / "demo-internal.xlsx"

    @frame.plain_errors
    def write() -> None:
        write_workbook(path, [WorkbookSheet("a", pd.DataFrame({"x": [1]}))], created=date(2026, 6, 30))

    monkeypatch.setattr("xlsxwriter.workbook.ZipFile", locked)
    with pytest.raises(SystemExit):
        write()
    assert capsys.readouterr().err.startswith("Fehler: demo-internal.xlsx lässt sich nicht lesen oder ersetzen.")


def test_answers_that_are_open_in_excel_are_not_forgotten_by_halves(practice_folder, tmp_path, monkeypatch):
    from typology.survey.removal import forget_key, rows_of

    folder = shutil.copytree(practice_folder, tmp_path / "klein")
    before = (folder / "responses.csv").read_bytes()
    key = typology.read_survey(folder).responses.index[0]
    monkeypatch.setattr(os, "replace", locked)
    with pytest.raises(PermissionError):
        forget_key(folder, key)
    assert (folder / "responses.csv").read_bytes() == before and rows_of(folder, key)[1]
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in practice_folder.iterdir())


def test_a_new_study_may_be_read_by_whoever_may_read_its_folder(tmp_path):
    """A folder of ``tempfile`` is its owner's alone, on Windows for good."""
    with store.swap_in(tmp_path / "demo"):
        pass
    (tmp_path / "beside").mkdir()
    assert (tmp_path / "demo").stat().st_mode == (tmp_path / "beside").stat().st_mode


# -- consoles and line ends -----------------------------------------------------------------------------------------


def test_the_help_of_every_verb_can_be_printed_on_a_console_of_windows(monkeypatch):
    said = {}
    for verb in ("", *VERBS):
        stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", stream)
            with pytest.raises(SystemExit) as ended:
                main([*filter(None, [verb]), "--help"])
            stream.flush()
        assert ended.value.code == 0
        said[verb] = stream.buffer.getvalue().decode("cp1252")
    assert len(said) > 20
    assert [verb for verb, text in said.items() if "?" in text or not text.startswith("Aufruf:")] == []


def test_the_findings_of_a_check_can_be_printed_on_a_console_of_windows(practice_folder, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(SystemExit) as ended:
        main(["check", str(practice_folder)])
    stream.flush()
    monkeypatch.undo()
    assert ended.value.code == 0
    assert "Prüfbericht" in stream.buffer.getvalue().decode("cp1252")


@pytest.mark.parametrize("console", ["cp850", "ascii"])
def test_a_message_may_be_redirected_in_any_code_page(console, tmp_path):
    name = ascii("Übungsort – „Köln“")
    words = f"from typology.commands.verbs import main; main(['check', {name}])"
    done = subprocess.run(
        [sys.executable, "-c", words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": console, "PYTHONUTF8": "0", "TYPOLOGY_LANGUAGE": "de"},
        capture_output=True,
        check=False,
    )
    # click takes ASCII for a system that was not set up, and writes UTF-8
    said = done.stderr.decode("utf-8" if console == "ascii" else console)
    assert done.returncode == 2 and said.startswith("Fehler:") and "Übungsort" in said and "Köln" in said


def test_files_with_the_line_ends_of_windows_mean_the_same(practice_folder, tmp_path):
    folder = shutil.copytree(practice_folder, tmp_path / "klein")
    (folder / "wishes.yaml").write_text('wishes:\n  - {key: "1", pin: ["2"]}\n', encoding="utf-8")
    shutil.copytree(PACKAGE / "content", folder / "content", ignore=lambda _, names: [
        name for name in names if not name.endswith(".yaml")
    ])  # fmt: skip
    texts = sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".csv"))
    for path in texts:
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert len(texts) > 10
    plain, windows = typology.read_survey(practice_folder), typology.read_survey(folder)
    pd.testing.assert_frame_equal(plain.responses, windows.responses)
    pd.testing.assert_frame_equal(plain.municipalities, windows.municipalities)
    assert plain.codebook == windows.codebook
    assert plain.content.types == windows.content.types
    assert read_wishes(folder / "wishes.yaml").pins("similar") == [("1", "2")]


WIDE = ["utf-16", "utf-8-sig"]  # as Notepad and PowerShell's > save a text


@pytest.mark.parametrize("encoding", WIDE)
def test_texts_saved_by_windows_mean_the_same(encoding, practice_folder, tmp_path):
    folder = shutil.copytree(practice_folder, tmp_path / "klein")
    key = typology.read_survey(folder).responses.index[0]
    (folder / "wishes.yaml").write_text(f'wishes:\n  - {{key: "{key}", pin: ["2"]}}\n', encoding="utf-8")
    (folder / "content").mkdir(exist_ok=True)
    for name in ("types.yaml", "website.yaml"):
        shutil.copy(PACKAGE / "content" / name, folder / "content" / name)
    (folder / "competences").mkdir(exist_ok=True)
    levels = folder / "competences" / f"{key}.csv"
    levels.write_text("berufsgruppe;bereich;soll;ist\nkita;inhalte;7;2\n", encoding="utf-8")
    texts = [folder / "responses.csv", levels, *folder.rglob("*.yaml")]
    for path in texts:
        text = path.read_text(encoding="utf-8-sig")
        path.write_bytes(text.replace("\n", "\r\n").replace("\r\r", "\r").encode(encoding))
    assert len(texts) == 6 and texts[0].read_bytes()[:2] in (b"\xff\xfe", b"\xef\xbb")
    plain, saved = typology.read_survey(practice_folder), typology.read_survey(folder)
    pd.testing.assert_frame_equal(plain.responses, saved.responses)
    assert plain.codebook == saved.codebook and plain.content.types == saved.content.types
    assert read_wishes(folder / "wishes.yaml").pins("similar") == [(key, "2")]
    found = read_competences(levels, key, load_job_families())
    assert found[["soll", "ist"]].to_numpy().tolist() == [[7.0, 2.0]]
    assert saved.report.findings["kind"].eq("offen_website").sum() == 26  # with the line of each


def test_a_codebook_in_another_encoding_says_so(practice_folder, tmp_path):
    folder = shutil.copytree(practice_folder, tmp_path / "klein")
    book = folder / "codebook.yaml"
    book.write_bytes(book.read_text(encoding="utf-8").replace("key:", "# ä\nkey:", 1).encode("cp1252", "replace"))
    with pytest.raises(CodebookError, match="nicht in UTF-8"):
        typology.read_survey(folder)
    book.write_bytes(b"\xff\xfea")  # half a sign
    with pytest.raises(CodebookError, match="nicht in UTF-8"):
        typology.read_survey(folder)
