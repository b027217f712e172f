"""Nothing is lost: what a command did not make stays, a failure leaves the old state, a killed run leaves nothing."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from pypdf import PdfReader

from typology.commands.verbs import main
from typology.content.catalogue import load_content
from typology.errors import EstimationError, StudyError
from typology.files import swapping
from typology.files.seals import SEAL, Change, Maker, changes, read_seal, refuse_others, seal
from typology.files.swapping import locked, remains, swap_in
from typology.study import export, store, workflow
from typology.study.forgetting import forget_municipality
from typology.study.workflow import asked_before, read_study, run_study
from typology.survey.removal import plan_removal

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such links, signals and rights")


def call(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def quiet(_: str) -> None:
    """No progress."""


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@dataclass
class Place:
    """A data folder with one small survey and its study, free to be changed."""

    data: Path
    key: str

    @property
    def raw(self) -> Path:
        return self.data / "raw" / "tiny"

    @property
    def target(self) -> Path:
        return self.data / "processed" / "tiny"

    def run(self, *words: str) -> tuple[int, str]:
        return call(*words, "--data", str(self.data))


@pytest.fixture
def place(tmp_path: Path, tiny: Any) -> Place:
    shutil.copytree(tiny.folder, tmp_path / "raw" / "tiny")
    shutil.copytree(tiny.target, tmp_path / "processed" / "tiny")
    return Place(tmp_path, str(tiny.study.tables.municipalities.index[3]))


@pytest.fixture(scope="module")
def shown(tiny: Any) -> Any:
    """The public part of the shared study, made once."""
    return store.public_study(tiny.study)


@pytest.fixture
def known(tiny: Any, shown: Any, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the survey and its study and leaving out what is not public take no time."""
    study = replace(tiny.study, folder=place.target)
    monkeypatch.setattr(workflow, "read_study", lambda folder, **_: study)
    monkeypatch.setattr("typology.survey.survey.read_survey", lambda folder: tiny.survey)
    monkeypatch.setattr(store, "public_study", lambda *_: shown)
    monkeypatch.setattr("typology.study.export.public_study", lambda *_: shown)


@pytest.fixture
def at_once(tiny: Any, shown: Any, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Computing takes no time: the tables are those of the shared study, whoever is in the survey; drafts are short."""
    asked: list[dict[str, Any]] = []

    def fit(survey: Any, settings: Any = None, **how: Any) -> Any:
        asked.append({"settings": settings, **how, "keys": set(survey.municipalities.index)})
        return tiny.study

    def write_agendas(study: Any, folder: Path, *_: Any) -> None:
        folder.mkdir()
        for key in study.tables.municipalities.index:
            (folder / f"{key}.md").write_text(f"# {key}\n", encoding="utf-8")

    monkeypatch.setattr(workflow, "fit_study", fit)
    monkeypatch.setattr(store, "public_study", lambda *_: shown)
    monkeypatch.setattr(store, "write_agendas", write_agendas)
    monkeypatch.setattr("typology.tables.package.check_tables", lambda *_, **__: None)  # they were checked before
    return asked


# -- what a command did not make stays --------------------------------------------------------------------------------


WRITING = {
    "codebook": ["codebook", "{raw}/responses.csv", "--out", "{file}"],
    "agenda": ["agenda", "tiny", "{key}", "--out", "{file}", "--data", "{data}"],
    "competences template": ["competences", "template", "--out", "{file}"],
    "check --csv": ["check", "tiny", "--csv", "{file}", "--data", "{data}"],
    "check --html": ["check", "tiny", "--html", "{file}", "--data", "{data}"],
    "questionnaire": ["questionnaire", "--tool", "word", "--out", "{file}", "--data", "{data}"],
    "fit": ["fit", "tiny", "--out", "{file}", "--data", "{data}"],
    "assign": ["assign", "{target}/internal/typology.json", "tiny", "--out", "{file}", "--data", "{data}"],
    "orientation": ["orientation", "effizienz", "--out", "{file}"],
    "compare": ["compare", "tiny", "tiny", "--out", "{folder}", "--data", "{data}"],
    "sheet": ["sheet", "tiny", "{key}", "--pattern", "{key}", "--out", "{folder}", "--data", "{data}"],
}  # fmt: skip
SLOW = {"fit"}  # its work is shown elsewhere


@pytest.mark.parametrize("verb", WRITING)
def test_a_file_that_is_there_stays_unless_it_may_be_written_over(
    verb: str, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typology.types.movement.MOST_STEPS", 2)  # how exact a comparison is, is not looked at
    folder = place.data / "other"
    folder.mkdir()
    files = {"compare": "wave_moves.csv", "sheet": f"{place.key}.pdf"}
    file = folder / files.get(verb, "mine.csv")
    file.write_text("by hand", encoding="utf-8")
    names = {"raw": place.raw, "target": place.target, "data": place.data, "file": file, "folder": folder}
    words = [word.format(**names, key=place.key) for word in WRITING[verb]]
    code, said = call(*words)
    assert code == 2 and "--force" in said and file.name in said
    assert content(folder) == {file.name: b"by hand"}
    if verb not in SLOW:
        code, _ = call(*words, "--force")
        assert code in (0, 2) and file.read_bytes() != b"by hand"  # 2: the survey has findings
        assert not [path for path in folder.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("verb", ["site", "export", "notebooks"])
def test_a_folder_of_somebody_else_stays(verb: str, place: Place) -> None:
    folder = place.data / "project"
    folder.mkdir()
    (folder / "typology.json").write_text("the very file that the site offers", encoding="utf-8")
    (folder / "thesis.docx").write_bytes(b"three years")
    before = content(folder)
    code, said = place.run(verb, "tiny", "--out", str(folder))
    assert code == 2 and "--replace" in said and "project" in said
    assert content(folder) == before
    code, said = place.run(verb, "tiny", "--out", str(place.raw))
    assert code == 2 and (place.raw / "responses.csv").is_file()


def test_an_export_replaces_its_own_folder_and_no_file_that_was_put_there(
    place: Place, known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = export.workbook_sheets
    monkeypatch.setattr(export, "workbook_sheets", lambda *given, **how: few(*given, **how)[:2])
    folder = place.data / "export"
    assert place.run("export", "tiny", "--out", str(folder))[0] == 0
    first = content(folder)
    assert place.run("export", "tiny", "--out", str(folder))[0] == 0
    assert content(folder).keys() == first.keys() and len(first) > 10
    note = folder / "public" / "note.txt"
    note.write_text("mine", encoding="utf-8")
    workbook = folder / "public" / "tiny-public.xlsx"
    workbook.write_bytes(workbook.read_bytes() + b" ")
    code, said = place.run("export", "tiny", "--out", str(folder))
    assert code == 2 and "public/note.txt" in said and "public/tiny-public.xlsx" in said
    assert note.read_text(encoding="utf-8") == "mine"
    assert place.run("export", "tiny", "--out", str(folder), "--replace")[0] == 0
    assert not note.exists() and changes(folder) == {}


def test_a_site_in_the_study_or_elsewhere_replaces_only_its_own_folder(
    place: Place, known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "write_site", lambda study, register, folder: (folder / "index.html").write_text("x"))
    elsewhere = place.data / "www"
    for folder, words in ((place.target / "public", []), (elsewhere, ["--out", str(elsewhere)])):
        for _ in range(2):
            assert place.run("site", "tiny", *words)[0] == 0
            assert changes(place.target) == {} and changes(folder) == {} and (folder / "index.html").is_file()
        (folder / "CNAME").write_text("ziele.example", encoding="utf-8")
        code, said = place.run("site", "tiny", *words)
        assert code == 2 and "CNAME" in said and (folder / "CNAME").is_file()
        (folder / "CNAME").unlink()
    table = place.target / "public" / "tables" / "types.csv"
    table.write_bytes(table.read_bytes() + b"\n")
    code, said = place.run("site", "tiny", "--out", str(place.data / "new"))
    assert code == 2 and "tables/types.csv" in said and not (place.data / "new").exists()


@pytest.mark.long
def test_two_surveys_of_one_name_do_not_share_a_study(place: Place, at_once: list[Any]) -> None:
    here, there = place.data / "a" / "tiny", place.data / "b" / "tiny"
    for folder in (here, there):
        shutil.copytree(place.raw, folder)
    (there / "wishes.yaml").write_text("# another one\n", encoding="utf-8")
    target = place.data / "processed" / "both"
    run_study(here, target, site=False, sheets=False, progress=quiet)
    with pytest.raises(StudyError, match="heißt nur genauso") as caught:
        run_study(there, target, site=False, sheets=False, progress=quiet)
    assert str(here) in str(caught.value) and str(there) in str(caught.value)
    run_study(there, target, site=False, sheets=False, replace=True, progress=quiet)
    here.rename(place.data / "a" / "old")
    shutil.rmtree(there)
    run_study(place.data / "a" / "old", target, site=False, sheets=False, progress=quiet)  # nobody else claims it
    assert len(at_once) == 3


def test_a_run_keeps_edited_drafts_and_refuses_to_replace_other_edited_files(place: Place, at_once: list[Any]) -> None:
    agenda = place.target / "internal" / "agenda"
    draft, more = agenda / f"{place.key}.md", agenda / "notes.md"
    draft.write_text("our own words", encoding="utf-8")
    more.write_text("what we still have to ask", encoding="utf-8")
    said: list[str] = []
    for _ in range(2):  # also the next time
        run_study(place.raw, place.target, sheets=False, site=False, force=True, progress=said.append)
        assert draft.read_text(encoding="utf-8") == "our own words"
        assert more.read_text(encoding="utf-8") == "what we still have to ask"
    assert sum("Entwürfe bleiben" in step for step in said) == 2
    table = place.target / "internal" / "tables" / "types.csv"
    table.write_bytes(table.read_bytes() + b"\n")
    (place.target / "internal" / "lecture.pptx").write_bytes(b"slides")
    with pytest.raises(StudyError, match="--replace") as caught:
        run_study(place.raw, place.target, sheets=False, site=False, progress=quiet)
    assert {problem.file for problem in caught.value.problems} == {"internal/tables/types.csv", "internal/lecture.pptx"}
    assert (place.target / "internal" / "lecture.pptx").exists()
    run_study(place.raw, place.target, sheets=False, site=False, replace=True, progress=quiet)
    assert (
        draft.read_text(encoding="utf-8") == "our own words" and not (place.target / "internal/lecture.pptx").exists()
    )


def test_a_run_does_not_take_a_folder_that_is_no_study(place: Place, at_once: list[Any]) -> None:
    target = place.data / "processed" / "photos"
    target.mkdir()
    (target / "holiday.jpg").write_bytes(b"sea")
    with pytest.raises(StudyError, match="nicht von diesem Befehl"):
        run_study(place.raw, target, progress=quiet)
    assert content(target) == {"holiday.jpg": b"sea"} and at_once == []
    empty = place.data / "processed" / "empty"
    empty.mkdir()
    (empty / ".DS_Store").write_bytes(b"")  # a system put it there
    refuse_others(empty, Maker.STUDY, "tiny")


# -- one writer, no gap, no remains -----------------------------------------------------------------------------------


@pytest.mark.parametrize("in_one_step", [True, False])
def test_many_swaps_at_once_all_succeed_and_readers_always_find_a_whole_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_one_step: bool
) -> None:
    if not in_one_step:
        monkeypatch.setattr(swapping, "_exchange", lambda one, other: False)
    target, failed, seen, done = tmp_path / "study", [], set(), threading.Event()

    def write(number: int) -> None:
        try:
            for turn in range(10):
                with swap_in(target) as building:
                    for name in "ab":
                        (building / name).write_text(f"{number} {turn}", encoding="utf-8")
        except (StudyError, OSError) as error:
            failed.append(error)

    def read() -> None:
        while not done.is_set():
            try:
                seen.add((target / "a").read_text(encoding="utf-8"))
            except FileNotFoundError:
                seen.add("missing")

    with swap_in(target) as building:
        (building / "a").write_text("first", encoding="utf-8")
    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    reader = threading.Thread(target=read)
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert failed == [] and len(seen) > 1
    if in_one_step and swapping._exchange(tmp_path / "study", tmp_path / "study"):
        assert "missing" not in seen
    assert sorted(path.name for path in tmp_path.iterdir()) == [".study.lock", "study"]


def test_a_second_run_says_who_runs_since_when_and_waits(tmp_path: Path) -> None:
    target, said, order = tmp_path / "study", [], []
    entered = threading.Event()

    def second() -> None:
        def tell(step: str) -> None:
            said.append(step)
            entered.set()

        with locked(target, tell):
            order.append("second")

    with locked(target):
        thread = threading.Thread(target=second)
        thread.start()
        assert entered.wait(30)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]
    assert f"Prozess {os.getpid()}" in said[0] and "seit 20" in said[0]


KILLED = """
import os, signal, sys
from pathlib import Path
from typology.files import swapping
step, target = sys.argv[1], Path(sys.argv[2])
swapping._exchange = lambda one, other: False
rename, count = os.rename, 0
def killed(*given):
    global count
    count += 1
    if step == f"before move {count}":
        os.kill(os.getpid(), signal.SIGKILL)
    rename(*given)
    if step == f"after move {count}":
        os.kill(os.getpid(), signal.SIGKILL)
os.rename = killed
with swapping.swap_in(target) as building:
    (building / "a").write_text("new")
    if step == "while it grows":
        os.kill(os.getpid(), signal.SIGKILL)
"""


@posix
@pytest.mark.parametrize(
    ("step", "stands"),
    [("while it grows", "old"), ("before move 1", "old"), ("after move 1", "old"), ("after move 2", "new")],
)
def test_a_run_that_is_killed_leaves_a_study_and_the_next_one_removes_what_it_left(
    tmp_path: Path, step: str, stands: str
) -> None:
    target = tmp_path / "study"
    target.mkdir()
    (target / "a").write_text("old", encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", KILLED, step, str(target)], check=False)
    assert done.returncode == -signal.SIGKILL and remains(target)
    with locked(target):
        assert (target / "a").read_text(encoding="utf-8") == stands
    assert sorted(path.name for path in tmp_path.iterdir()) == [".study.lock", "study"]


def test_a_reader_finds_a_study_whose_run_was_killed_between_two_moves(place: Place) -> None:
    place.target.rename(place.target.parent / ".tiny.old-0123abcd")
    assert read_study(place.target).info.survey == "tiny"
    assert place.target.is_dir() and remains(place.target) == []


def test_a_run_that_goes_on_is_not_cleaned_up_by_another(tmp_path: Path) -> None:
    target = tmp_path / "study"
    with swap_in(target) as building:
        command = "import sys; from pathlib import Path; from filelock import FileLock, Timeout\n" \
            "try: FileLock(sys.argv[1]).acquire(timeout=0)\nexcept Timeout: print('held')"  # fmt: skip
        lock = str(tmp_path / ".study.lock")
        done = subprocess.run([sys.executable, "-c", command, lock], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "held" and building.is_dir()


@posix
def test_remains_that_cannot_be_removed_are_told_before_the_work(
    place: Place, at_once: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    left = place.target.parent / ".tiny.building-0123abcd"
    left.mkdir()
    monkeypatch.setattr(shutil, "rmtree", lambda path: (_ for _ in ()).throw(PermissionError(13, "no", str(path))))
    with pytest.raises(StudyError, match=r"\.tiny\.building-0123abcd ist der Rest eines abgebrochenen Laufs"):
        run_study(place.raw, place.target, force=True, progress=quiet)
    assert at_once == []


def test_copies_of_answers_that_a_killed_run_left_go_also_where_nothing_has_changed(place: Place, tiny: Any) -> None:
    left = [folder.parent / ".tiny.building-0123abcd" for folder in (place.raw, place.target)]
    for folder in left:
        folder.mkdir()
        (folder / "responses.csv").write_text("answers", encoding="utf-8")
    said: list[str] = []
    run_study(place.raw, place.target, tiny.settings, sheets=False, site=False, progress=said.append)
    assert said == ["Nichts hat sich geändert; die vorhandene Studie gilt."]
    assert [folder for folder in left if folder.exists()] == []


@posix
def test_foreign_things_beside_a_study_are_in_nobodys_way(place: Place, at_once: list[Any]) -> None:
    beside = place.target.parent
    (beside / ".tiny.old").write_text("a plain file of somebody", encoding="utf-8")
    (beside / ".tiny.building-notes").mkdir()
    run_study(place.raw, place.target, sheets=False, site=False, force=True, progress=quiet)
    assert (beside / ".tiny.old").is_file() and (beside / ".tiny.building-notes").is_dir()


@posix
def test_a_link_to_the_study_stays_a_link(place: Place, at_once: list[Any]) -> None:
    real = place.data / "large disk" / "tiny"
    real.parent.mkdir()
    place.target.rename(real)
    place.target.symlink_to(real)
    run_study(place.raw, place.target, sheets=False, site=False, force=True, progress=quiet)
    assert place.target.is_symlink() and read_study(place.target).info.survey == "tiny"


def test_an_input_that_changes_meanwhile_is_noticed(
    place: Place, tiny: Any, at_once: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(place.target)

    def fit(*_: Any, **__: Any) -> Any:
        (place.raw / "wishes.yaml").write_text("# somebody writes\n", encoding="utf-8")
        return tiny.study

    monkeypatch.setattr(workflow, "fit_study", fit)
    with pytest.raises(StudyError, match=r"haben sich Dateien der Befragung geändert: wishes\.yaml"):
        run_study(place.raw, place.target, sheets=False, site=False, force=True, progress=quiet)
    assert content(place.target) == before and remains(place.target) == []


@pytest.mark.long
@posix
def test_a_reader_that_goes_away_does_not_stop_the_work(place: Place) -> None:
    program = (
        "import sys; from pathlib import Path; import typology; from typology.study import store, workflow\n"
        f"study = typology.read_study({str(place.target)!r}); workflow.fit_study = lambda *a, **b: study\n"
        "store.public_study = lambda study, *_: study\n"
        "from typology.commands.verbs import main; main()"
    )
    shutil.rmtree(place.target / "internal" / "agenda")  # so that a run has something to make anew
    words = ["run", "tiny", "--no-site", "--no-sheets", "--data", str(place.data)]
    piped = f'set -o pipefail; {sys.executable} -c "$1" {" ".join(words)} | true'
    done = subprocess.run(["bash", "-c", piped, "bash", program], capture_output=True, text=True, check=False)
    assert (place.target / "internal" / "agenda").is_dir() or done.returncode not in (0, None), done.stderr
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr


# -- forgetting -------------------------------------------------------------------------------------------------------


def forget(place: Place, **how: Any) -> Any:
    return forget_municipality(place.raw, place.target, plan_removal(place.raw, place.key), progress=quiet, **how)


def test_forgetting_keeps_to_what_the_study_was_made_with(place: Place, at_once: list[Any], tiny: Any) -> None:
    run_study(place.raw, place.target, frozen=tiny.study.typology, sheets=False, site=False, force=True, progress=quiet)
    answers = place.raw / "responses.csv"
    answers.chmod(0o640)
    done = forget(place)
    assert answers.stat().st_mode & 0o777 == 0o640 or sys.platform == "win32"
    assert place.key not in answers.read_text(encoding="utf-8-sig")
    assert done.study is not None and done.left == {}
    assert place.key not in at_once[-1]["keys"] and len(at_once[-1]["keys"]) == 59
    assert at_once[-1]["frozen"].version == tiny.study.typology.version
    assert not (place.target / "internal" / "sheets").exists() and not (place.target / "public" / "index.html").exists()
    before = asked_before(place.target)
    assert before is not None and before.frozen is not None and (before.sheets, before.site) == (False, False)
    assert sorted(path.name for path in place.raw.parent.iterdir()) == [".tiny.lock", "tiny"]
    seen = read_seal(place.target)
    assert seen is not None and seen.source == "../../raw/tiny"


@pytest.mark.parametrize("fails", ["computing", "replacing the answers", "taking the place"])
def test_forgetting_that_fails_leaves_answers_and_study_as_they_were(
    place: Place, at_once: list[Any], monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    (place.raw / "competences").mkdir()
    before = content(place.data)

    def too_few(*_: Any, **__: Any) -> Any:
        raise EstimationError("Zu wenige Antworten.")

    def full(*_: Any) -> Any:
        raise OSError(28, "No space left on device")

    if fails == "computing":
        monkeypatch.setattr(workflow, "fit_study", too_few)
    elif fails == "replacing the answers":
        monkeypatch.setattr(os, "replace", full)
    else:
        monkeypatch.setattr(swapping, "_take_the_place", full)
    reason = {"computing": "Zu wenige Antworten"}.get(fails, "kein Platz mehr")
    with pytest.raises(StudyError, match=r"Antworten und Studie sind, wie sie waren.*--without-study") as caught:
        forget(place)
    assert reason in str(caught.value)
    after = {name: data for name, data in content(place.data).items() if not name.endswith(".lock")}
    made = {name for name in after if ".made-" in name}
    assert {name: data for name, data in after.items() if name not in made} == before
    assert not made or fails == "taking the place"


def test_what_cannot_be_computed_without_a_municipality_can_go_as_a_whole(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "fit_study", lambda *_, **__: pytest.fail("computed"))
    code, said = place.run("forget", "tiny", place.key, "--yes", "--without-study")
    assert code == 0 and f"Gelöschte Zeilen von {place.key}: 1" in said and not place.target.exists()
    assert place.key not in (place.raw / "responses.csv").read_text(encoding="utf-8-sig")


def test_an_unknown_key_is_told_before_anybody_is_asked(place: Place) -> None:
    result = CliRunner().invoke(main, ["forget", "tiny", "99999999", "--data", str(place.data)])
    assert result.exit_code == 2 and "unwiderruflich" not in result.output and "keine Antwort" in result.output


@posix
def test_a_link_inside_the_survey_is_followed_and_one_that_leads_out_is_refused(place: Place) -> None:
    answers = place.raw / "responses.csv"
    real = place.raw / "export 2026.csv"
    answers.rename(real)
    answers.symlink_to(real.name)
    plan_removal(place.raw, place.key).carry_out()
    assert answers.is_symlink() and place.key not in real.read_text(encoding="utf-8-sig")
    outside = place.data / "outside.csv"
    real.rename(outside)
    answers.unlink()
    answers.symlink_to(outside)
    other = read_study(place.target).tables.municipalities.index[5]
    before = outside.read_bytes()
    with pytest.raises(StudyError, match="liegt in Wahrheit außerhalb"):
        plan_removal(place.raw, other)
    assert outside.read_bytes() == before


@posix
def test_what_still_tells_of_a_forgotten_municipality_is_listed(place: Place, at_once: list[Any]) -> None:
    os.link(place.raw / "responses.csv", place.data / "second name.csv")
    (place.raw / "wishes.yaml").write_text(f"# {place.key} asked for this\n", encoding="utf-8")
    rows = f"key;a\n{place.key};1\n"
    (place.raw / "old.csv.gz").write_bytes(gzip.compress(rows.encode()))
    (place.raw / "broken.csv.gz").write_bytes(gzip.compress(rows.encode() * 99)[:40])
    (place.raw / "excel.csv").write_bytes(rows.encode("utf-16"))
    with zipfile.ZipFile(place.raw / "mails.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mail.txt", "x" * 3_000_000 + place.key)
    (place.raw / "other.csv.gz").write_bytes(gzip.compress(b"key;a\n1;1\n"))
    draft = place.target / "internal" / "agenda" / f"{read_study(place.target).tables.municipalities.index[5]}.md"
    draft.write_text(f"Together with {place.key}", encoding="utf-8")
    (place.target / "internal" / "agenda" / f"{place.key}.md").write_text("their own words", encoding="utf-8")
    code, said = place.run("forget", "tiny", place.key, "--yes")
    assert code == 0 and f"{draft.name} ist von Hand" in said
    for name in ("wishes.yaml", "old.csv.gz", "excel.csv", "mails.zip"):
        assert f"{name} nennt den Schlüssel noch" in said
    assert "broken.csv.gz ist gepackt und lässt sich nicht öffnen" in said and "other.csv.gz" not in said
    assert (
        not (place.target / "internal" / "agenda" / f"{place.key}.md").read_text(encoding="utf-8").startswith("their")
    )


def test_forgetting_deletes_the_competences_of_that_municipality_also_by_its_short_key(place: Place) -> None:
    (place.raw / "competences").mkdir()
    own = place.raw / "competences" / f"{place.key}.csv"
    own.write_text("x", encoding="utf-8")
    plan_removal(place.raw, place.key.lstrip("0")).carry_out()
    assert not own.exists()


# -- seals ------------------------------------------------------------------------------------------------------------


def test_what_was_changed_is_printed_only_when_asked_for_and_says_so_everywhere(place: Place, tmp_path: Path) -> None:
    said = load_content().say("unverified_banner", "de")
    table = place.target / "internal" / "tables" / "stand.csv"
    head, first, *rows = table.read_text(encoding="utf-8-sig").splitlines()
    cells = first.split(";")
    cells[1] = "1" if cells[1] != "1" else "2"
    orders = {
        "export": ("export", "tiny", "--out", str(tmp_path / "export")),
        "sheet": ("sheet", "tiny", cells[0], "--out", str(tmp_path / "sheets")),
        "site": ("site", "tiny", "--out", str(tmp_path / "site")),
    }
    code, _ = place.run(*orders["sheet"], "--unverified")
    pages = PdfReader(next((tmp_path / "sheets").glob("*.pdf"))).pages
    assert code == 0 and not any(said in " ".join(page.extract_text().split()) for page in pages)  # it is as written
    table.write_text("\n".join([head, ";".join(cells), *rows]) + "\n", encoding="utf-8-sig")
    for order in orders.values():
        code, output = place.run(*order)
        assert code != 0 and "stand.csv" in output and not (tmp_path / "export").exists()
    for order in orders.values():
        code, output = place.run(*order, "--unverified", *(["--force"] if order[0] == "sheet" else []))
        assert code == 0, output
    pages = PdfReader(next((tmp_path / "sheets").glob("*.pdf"))).pages
    assert len(pages) == 3 and all(said in " ".join(page.extract_text().split()) for page in pages)
    html = sorted((tmp_path / "site").rglob("*.html"))
    assert len(html) > 20 and not [
        path.name
        for path in html
        if said not in path.read_text(encoding="utf-8")
        and load_content().say("unverified_banner", "en") not in path.read_text("utf-8")
    ]
    book = load_workbook(next((tmp_path / "export").rglob("*internal*.xlsx")))
    assert all(said in {str(cell.value) for row in sheet.iter_rows(max_row=8) for cell in row} for sheet in book)


def test_a_seal_tells_what_was_changed_added_and_removed(tmp_path: Path) -> None:
    for name in ("a", "b/c", "b/d"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    seal(tmp_path / "b", Maker.SITE, "x")
    seal(tmp_path, Maker.STUDY, "x")
    assert changes(tmp_path) == {} and set(json.loads((tmp_path / SEAL).read_text())["files"]) == {"a"}
    (tmp_path / "b" / "c").write_text("C", encoding="utf-8")
    (tmp_path / "b" / "d").unlink()
    (tmp_path / "e").write_text("", encoding="utf-8")
    assert changes(tmp_path) == {"b/c": Change.CHANGED, "b/d": Change.MISSING, "e": Change.ADDED}
    (tmp_path / "b" / SEAL).unlink()
    assert changes(tmp_path) == {"b/c": Change.ADDED, "e": Change.ADDED}


def test_a_study_of_a_version_before_may_be_replaced_unless_files_are_later_than_its_record(tmp_path: Path) -> None:
    (tmp_path / "internal").mkdir()
    for name in ("table.csv", "run.json"):
        (tmp_path / "internal" / name).write_text("{}", encoding="utf-8")
    refuse_others(tmp_path, Maker.STUDY, "")
    record = tmp_path / "internal" / "run.json"
    os.utime(record, (record.stat().st_atime, record.stat().st_mtime - 60))
    with pytest.raises(StudyError, match="nicht mehr oder nie"):
        refuse_others(tmp_path, Maker.STUDY, "")
