"""Every notebook runs, some on the demo and some on a smaller survey; its page asks nobody outside."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import shutil
from pathlib import Path

import pytest

from typology.errors import StudyError
from typology.study import notebooks
from typology.study.notebooks import notebook_page, publish_notebooks

pytest_plugins = ["notebook_here"]
ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.py"))
ON_PRACTICE = ("02", "03", "05", "06")  # these run on another survey than the one they were written on, a smaller one
# What takes its time is not what is tried here; ``make notebooks`` runs them as they are.
FEWER = {
    "02_clusters": {
        "n_resamples=10": "n_resamples=2, n_replicates=9", "used, n_replicates=200": "used, n_replicates=10",
        "range(1, 9)": "range(1, 5)", "prior=clustering.prior": "prior=clustering.prior, n_resamples=2",
    },
    "03_types": {"named, n_replicates=200": "named, n_replicates=10"},
}  # fmt: skip


@pytest.fixture(scope="module")
def data(tmp_path_factory, demo_folder, demo_processed, practice_folder, practice_processed) -> Path:
    folder = tmp_path_factory.mktemp("notebook-data")
    (folder / "raw").mkdir()
    (folder / "processed").mkdir()
    (folder / "raw" / "demo").symlink_to(demo_folder)
    (folder / "processed" / "demo").symlink_to(demo_processed)
    (folder / "raw" / "klein").symlink_to(practice_folder)
    (folder / "processed" / "klein").symlink_to(practice_processed)
    return folder


@pytest.mark.long
@pytest.mark.parametrize("source", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.usefixtures("no_kernels")
def test_notebook_runs_to_its_end_and_its_page_asks_nobody(source, data, tmp_path, monkeypatch):
    text = source.read_text(encoding="utf-8")
    for usual, fewer in FEWER.get(source.stem, {}).items():
        assert text.count(usual) == 1
        text = text.replace(usual, fewer)
    short = tmp_path / source.name
    short.write_text(text, encoding="utf-8")
    whole, ran = notebooks.run_notebook, []
    monkeypatch.setattr(notebooks, "run_notebook", lambda *given, **how: ran.append(whole(*given, **how)) or ran[-1])
    page = notebook_page(short, survey="klein" if source.stem[:2] in ON_PRACTICE else "demo", data=data)
    assert len(ran[0].cells) > 5
    outputs = [output for cell in ran[0].cells if cell.cell_type == "code" for output in cell.outputs]
    said = "".join(output.text for output in outputs if output.output_type == "stream")
    assert not re.search("Hier endet|nicht bekannt|fragt diese Befragung nicht|in dieser Studie (nicht|niemand)", said)
    assert ("ohne passendes Angebot" in said and "# Digitale Agenda" in said) == (source.stem == "06_action")
    assert page.startswith("<!doctype html>")
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "<script" not in page and "tbody tr th" not in page and "¶" not in page
    assert "Übungsdaten" in page
    style = re.search(r"<style>(.*?)</style>", page, flags=re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page
    pictures = re.findall(r"<img\b[^>]*>", page)
    for picture in pictures:
        assert re.search(r'alt="[^"]{20,}"', picture), "picture without description"
    assert ("plt." in text) <= bool(pictures)


def test_there_are_the_notebooks_that_the_readme_names():
    assert {path.stem[:2] for path in NOTEBOOKS} >= {"01", "02", "03", "04", "05"}


def test_a_failing_notebook_names_itself(tmp_path, data):
    (tmp_path / "01_bad.py").write_text("# %% [markdown]\n# # Titel\n\n# %%\n1 / 0\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"01_bad\.py.*ZeroDivisionError"):
        publish_notebooks(tmp_path, tmp_path / "out", survey="demo", data=data)
    shutil.rmtree(tmp_path / "out", ignore_errors=True)
    with pytest.raises(StudyError, match="keine Notebooks"):
        publish_notebooks(tmp_path / "leer", tmp_path / "out", survey="demo", data=data)


def test_a_notebook_is_told_where_its_data_lie_and_nobody_else_is(tmp_path, monkeypatch):
    monkeypatch.delenv("TYPOLOGY_SURVEY", raising=False)
    source = tmp_path / "01_where.py"
    source.write_text(
        "# %% [markdown]\n# # <Titel>\n\n# %%\nimport os\nprint(os.environ['TYPOLOGY_SURVEY'], 7 * 6)\n",
        encoding="utf-8",
    )
    page = notebook_page(source, survey="kleine", data=tmp_path)
    assert "kleine 42" in page and "<title>&lt;Titel&gt;</title>" in page
    assert "TYPOLOGY_SURVEY" not in os.environ
