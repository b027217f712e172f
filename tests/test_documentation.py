"""What READMEs and method report say exists and runs: links, pictures, examples, tables. Pages: ``test_docs.py``."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path

import click
import pandas as pd
import pytest
from click.testing import CliRunner

from typology.commands.verbs import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GERMAN = (ROOT / "README.de.md").read_text(encoding="utf-8")
METHOD = (ROOT / "docs" / "pages" / "method.md").read_text(encoding="utf-8")
RESULTS = ROOT / "benchmarks" / "results"
COMMANDS = [line.split("#")[0].strip() for line in README.splitlines() if line.startswith("typology ")]
QUICK = ("show", "peers", "teams", "agenda", "cooperation", "trainings", "competences", "verify")


def test_every_verb_of_the_readme_exists():
    verbs = set(re.findall(r"(?:^|`)typology ([a-z]+)", README, flags=re.M))
    assert {"run", "check", "show", "peers", "teams", "agenda", "cooperation", "trainings", "export"} <= verbs
    assert verbs <= set(main.list_commands(click.Context(main)))


def test_every_make_target_named_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README + GERMAN + METHOD, flags=re.M))
    assert {"run", "test", "bench"} <= named <= targets


@pytest.mark.parametrize(
    "document",
    [
        "README.md", "README.de.md", "docs/pages/method.md", "CHANGELOG.md", "CHANGELOG.de.md", "data/raw/README.md",
        "data/raw/README.de.md", "data/processed/README.md", "data/processed/README.de.md",
    ],
)  # fmt: skip
def test_every_link_and_picture_exists(document):
    path = ROOT / document
    links = re.findall(r"\]\(([^)#\s]+)\)", path.read_text(encoding="utf-8"))
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not (path.parent / link).exists()] == []
    pictures = {"README.md": "sheet.en.png", "README.de.md": "sheet.png"}
    expected = [f"docs/pages/images/{pictures[document]}"] if document in pictures else []
    assert [link for link in local if "/sheet." in link] == expected


@pytest.mark.parametrize("text", [README, GERMAN], ids=["en", "de"])
def test_pictures_have_a_description(text):
    assert re.findall(r"!\[([^\]]*)\]", text)
    assert all(len(said) >= 20 for said in re.findall(r"!\[([^\]]*)\]", text))


def test_every_file_named_in_the_method_report_exists():
    named = set(re.findall(r"`((?:typology|benchmarks|notebooks)/[\w/]+\.\w+)`", METHOD))
    named |= {f"benchmarks/results/{name}" for name in re.findall(r"`(\w+\.csv)`", METHOD)}
    assert len(named) > 10
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (README, ("synthetic", "not an offer of ÖFIT or KGSt", "make run", "make test", "no ranking",
                  "kommunen-typologie")),
        (GERMAN, ("synthetisch", "kein Angebot von ÖFIT oder KGSt", "make run", "make test", "keine Rangfolge",
                  "kommunen-typologie")),
    ],
    ids=["en", "de"],
)  # fmt: skip
def test_the_first_screen_says_what_the_demo_is(text, words):
    opening = text.split("\n## ")[0]
    assert [word for word in words if word not in opening] == []
    assert len(re.findall(r"^- [●■▲◆]", opening, flags=re.M)) == 4


def test_the_python_examples_run_on_the_demo(monkeypatch, tmp_path, capsys, demo_folder, demo_processed):
    for name, folder in (("raw", demo_folder), ("processed", demo_processed)):
        (tmp_path / "data" / name).mkdir(parents=True)
        (tmp_path / "data" / name / "demo").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.S)
    assert len(blocks) == 2
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    printed = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    for text in (README, GERMAN):
        (shown,) = re.findall(r"```text\n(.*?)```", text, flags=re.S)
        assert shown.splitlines() == printed
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert len(names["named"].types) == 4
    assert list(names["named"].assign(names["goals"])["status"].unique())


def test_the_wishes_example_names_municipalities_of_the_demo(tmp_path, demo_survey):
    from typology.matching.wishes import read_wishes

    (text,) = re.findall(r"```yaml\n(.*?)```", README, flags=re.S)
    (tmp_path / "wishes.yaml").write_text(text, encoding="utf-8")
    assert read_wishes(tmp_path / "wishes.yaml").pins("similar") == [("90051004", "90051006")]
    keys = set(re.findall(r'"([0-9]{8})"', text))
    assert keys <= set(demo_survey.municipalities.index)


@pytest.mark.long
@pytest.mark.parametrize("command", [line for line in COMMANDS if line.split()[1] in QUICK and " mine" not in line])
def test_the_consultants_commands_answer(command, demo_folder, demo_processed, tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "processed").mkdir()
    (tmp_path / "raw" / "demo").symlink_to(demo_folder)
    (tmp_path / "processed" / "demo").symlink_to(demo_processed)
    words = shlex.split(command)[1:]
    data = [] if words[0] == "competences" else ["--data", str(tmp_path)]
    result = CliRunner().invoke(main, [*words, *data])
    assert result.exit_code == 0, result.output
    assert len(result.output.splitlines()) >= 5


def benchmark(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def method_tables():
    return benchmark("method_tables")


def test_the_tables_of_the_method_report_are_those_of_the_results():
    tables = method_tables()
    assert set(re.findall(r"<!-- table: (\w+) -->", METHOD)) == set(tables.TABLES)
    assert tables.fit_tables(METHOD) == METHOD, "results changed: run python benchmarks/method_tables.py"


def test_what_the_site_weighs_in_the_docs_is_what_was_measured(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    page = (ROOT / "docs" / "pages" / "scaling.md").read_text(encoding="utf-8")
    assert "<!-- table: site -->" in page
    assert benchmark("site").fitted(page) == page, "results changed: run python benchmarks/site.py"


def test_the_limits_in_the_method_report_are_those_of_the_program():
    from typology.clustering.engine.prior import PRIOR
    from typology.clustering.selection import LEVEL, N_REPLICATES
    from typology.clustering.stability import RECOVERED, STARTS
    from typology.publishing.gate.rules import RULES
    from typology.tables.figures import LEAST_STABILITY
    from typology.types.certainty import WEAK_ENTROPY
    from typology.types.threshold import GATE, THRESHOLD

    text = " ".join(METHOD.split())
    assert (method_tables().STABLE, method_tables().CLEAR) == (LEAST_STABILITY, WEAK_ENTROPY)
    for sentence in (
        f"α = {PRIOR:.0f} pseudo-answers", f"B = {N_REPLICATES} replicates", f"p < {LEVEL} for two classes",
        f"from {STARTS} fresh random starts", f"found again from {RECOVERED} on",
        f"mean Jaccard index (weighted by shares) is below {LEAST_STABILITY}", f"below {WEAK_ENTROPY}. Both limits",
        f"**threshold** of {THRESHOLD:.2f}", f"**gate** of {GATE:.2f}",
        f"might be none or all, or is at least {RULES.minimum} and leaves as many others",
    ):  # fmt: skip
        assert sentence in text, sentence


def test_what_the_method_report_says_of_the_calibration_holds():
    from typology.clustering.engine.prior import PRIOR
    from typology.types.certainty import WEAK_ENTROPY

    cells = pd.read_csv(RESULTS / "calibration.csv")
    used = cells[cells["prior"] == PRIOR]
    strong = used[used["true_ari"] >= 0.5]
    missed = strong[strong["calibration_error"] > 0.03]
    text = " ".join(METHOD.split())
    assert f"in {len(strong) - len(missed)} of {len(strong)} cells" in text
    large, found = strong[strong["n_rows"] >= 412], missed[missed["n_rows"] >= 412]
    assert f"in {len(large) - len(found)} of {len(large)} from 412 rows on" in text
    assert (missed["kind"] == "rating").all() and (missed["stated"] > missed["right"]).all()
    assert (missed["repeat_ari"] < 0.5).all() and (missed["entropy"] > WEAK_ENTROPY).all()
    assert f"up to {missed['calibration_error'].max():.3f} (ratings at 0.5 with 200 rows)" in text
    assert (cells["fresh_rows"] >= 20_000).all()
