"""What the commands print, at its borders: columns that stay in line, signs, counts."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
import views

from typology.commands.frame import BROKEN_PIPE, plain_errors
from typology.commands.show import municipality_text
from typology.commands.study import type_lines
from typology.content.catalogue import load_content
from typology.content.reading import Text
from typology.errors import StudyError
from typology.register.register import read_register
from typology.study import notebooks
from typology.study.record import Study


def study(label: str, weighted: bool) -> Any:
    types = pd.DataFrame(
        {"type": ["a", "nicht_zuzuordnen"], "label": [label, "nicht zuzuordnen"], "share": [0.4, float("nan")],
         "n": [12, 3], "clear": [10, 0], "mixed": [2, 0]}
    )  # fmt: skip
    shares = (
        pd.DataFrame({"measure": ["type"], "item": ["a"], "weighted": [0.5]})
        if weighted
        else pd.DataFrame(columns=["measure", "item", "weighted"])
    )
    kind = SimpleNamespace(key="a", label=Text(de=label, en="?"))
    return SimpleNamespace(
        tables=SimpleNamespace(types=types, weighted=shares), content=load_content(),
        typology=SimpleNamespace(types=[kind]),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (StudyError("So geht es nicht."), 2, "Fehler: So geht es nicht.\n"),
        (FileNotFoundError(2, "No such file or directory", "/tmp/liste.csv"), 2, "Fehler: liste.csv: nicht gefunden\n"),
        (BrokenPipeError(), BROKEN_PIPE, None),  # whoever read the output has gone
    ],
)
def test_errors_end_with_their_code_and_one_line(
    error: Exception, code: int, said: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)

    @plain_errors
    def command() -> None:
        raise error

    with pytest.raises(SystemExit) as left:
        command()
    assert left.value.code == code
    assert stream.getvalue() == (said or "")


def test_of_many_bodies_of_one_name_the_eight_largest_are_offered(tmp_path: Path) -> None:
    rows = [f"9{place}101001,Neuenkirchen,gemeinde,Kreis {place},Neuland,{1000 * (place + 1)}" for place in range(10)]
    path = tmp_path / "register.csv"
    path.write_text("\n".join(["key,name,kind,kreis_name,land_name,population", *rows]), encoding="utf-8")
    table = read_register(path, date="2026-01-01").table
    nothing: Any = None
    one = Study(nothing, nothing, SimpleNamespace(municipalities=table), load_content(), {})  # type: ignore[arg-type]
    with pytest.raises(StudyError, match="nicht eindeutig") as caught:
        one.find("Neuenkirchen")
    assert [problem.key[1] for problem in caught.value.problems] == list("98765432")
    assert one.find("90101001") == "90101001"


def test_notebooks_become_pages_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("02_b.py", "01_a.py", "10_c.py", "hilfe.py"):
        (tmp_path / name).write_text("")
    monkeypatch.setattr(notebooks, "notebook_page", lambda source, **_: source.stem)
    paths = notebooks.publish_notebooks(tmp_path, tmp_path / "pages", survey="demo", data=tmp_path)
    assert [path.name for path in paths] == ["01_a.html", "02_b.html", "10_c.html"]
    assert paths[0].read_text() == "01_a"


@pytest.mark.parametrize("label", ["Optimierer", "Der Typ mit dem sehr langen Namen, der nicht endet"])
@pytest.mark.parametrize("weighted", [False, True])
def test_columns_of_the_types_stay_in_line_whatever_their_names(label: str, weighted: bool) -> None:
    lines = type_lines(study(label, weighted))
    assert len({len(line) for line in lines}) == 1
    assert lines[0].startswith("Typ ") and all(len(line) >= 26 + 18 + 12 + 12 for line in lines)
    assert lines[1].startswith(label + "  ") and ("50" if weighted else "10") in lines[1].split()[-2:]


def test_only_fields_that_stand_out_from_a_known_type_are_named() -> None:
    def field(label: str, standing: str, mean: float | None) -> dict[str, Any]:
        return {"label": {"de": label, "en": label}, "standing": standing, "own": 5.0, "type": mean, "all": 2.5}

    fields = [field("Daten", "stark", 3.0), field("Wissen", "", 3.0), field("Prozesse", "schwach", 4.26),
              field("Portale", "stark", None)]  # fmt: skip
    view = views.municipality() | {"goals": [], "fields": fields}
    lines = municipality_text(view | {"missing_complementary": None, "missing_similar": None}).splitlines()
    assert [line for line in lines if "im Vergleich" in line] == [
        "Stark im Vergleich: Daten (5; Typ 3,0, alle 2,5)", "Schwach im Vergleich: Prozesse (5; Typ 4,3, alle 2,5)"
    ]  # fmt: skip
