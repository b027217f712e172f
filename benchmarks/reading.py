"""How long it takes to check a large survey at the door: 11,000 respondents and 400 columns.

Three files of the same answers: CSV; XLSX with the text inside the cells, as LimeSurvey's writer does it; XLSX as Excel
saves it, with numbers as numbers and texts in a shared list. Seconds of processor time, the least of three runs, each
in a process of its own, and how much of it calamine takes to unpack the sheet.

    python benchmarks/reading.py [csv|xlsx|excel]
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from typology.survey.survey import check_survey

KINDS = ("csv", "xlsx", "excel")
RUNS = 3
RESULTS = Path(__file__).parent / "results" / "reading.csv"
ROWS, TICKS, RATINGS, CHOICES, NUMBERS = 11_000, 20, 300, 60, 18
TEXTS = {"de": "Messung", "en": "measurement"}


def write_survey(folder: Path, kind: str, *, random_state: int = 0) -> None:
    """A survey of text answers, 2 % of them missing, with its codebook."""
    rng = np.random.default_rng(random_state)
    blocks = {
        "t": rng.choice(["Y", ""], (ROWS, TICKS), p=[0.3, 0.7]),
        "r": rng.choice(["1", "2", "3", "4", "5", "-99"], (ROWS, RATINGS), p=[0.2, 0.2, 0.2, 0.2, 0.18, 0.02]),
        "c": rng.choice(["A1", "A2", "A3", ""], (ROWS, CHOICES)),
        "n": np.char.add(rng.integers(0, 10_000, (ROWS, NUMBERS)).astype(str), ",5"),
    }
    keys = np.array([[f"k{i:06d}", f"2026-06-{1 + i % 30:02d} 10:00:00"] for i in range(ROWS)])
    names = {letter: [f"{letter}{i}" for i in range(table.shape[1])] for letter, table in blocks.items()}
    heading = ["id", "submitdate", *(name for part in names.values() for name in part)]
    table = np.hstack([keys, *blocks.values()])
    if kind in ("xlsx", "excel"):
        import xlsxwriter

        book = xlsxwriter.Workbook(folder / "responses.xlsx", {"constant_memory": kind == "xlsx"})
        sheet = book.add_worksheet()
        for i, row in enumerate([heading, *table.tolist()]):
            sheet.write_row(i, 0, [_as_excel(cell) for cell in row] if kind == "excel" else row)
        book.close()
    else:
        lines = [";".join(f'"{cell}"' for cell in row) for row in [heading, *table.tolist()]]
        (folder / "responses.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    decimal = "point" if kind == "excel" else "comma"
    book_text: dict[str, Any] = {
        "survey": {
            "key": "gross",
            "title": TEXTS,
            "date": "2026-06-30",
            "source": "Messung",
            "sample": TEXTS,
            "retention": TEXTS,
        },
        "files": {"responses": "responses.csv" if kind == "csv" else "responses.xlsx"},
        "register": "none",
        "respondent": {"id": "id", "completed": {"column": "submitdate", "rule": "not_empty"}},
        "missing": {"codes": {"-99": "verweigert"}},
        "goals": {
            "kind": "pick",
            "question": TEXTS,
            "chosen": ["Y"],
            "not_chosen": [""],
            "columns": {name: name for name in names["t"]},
        },
        "blocks": [
            {
                "role": "structure",
                "kind": "rating",
                "scale": ["1", "5"],
                "columns": {name: name for name in names["r"]},
            },
            {
                "role": "structure",
                "kind": "choice",
                "codes": {"A1": "a", "A2": "b", "A3": "c"},
                "columns": {name: name for name in names["c"]},
            },
            {"role": "structure", "kind": "number", "decimal": decimal, "columns": {name: name for name in names["n"]}},
        ],
    }
    (folder / "codebook.yaml").write_text(yaml.safe_dump(book_text, allow_unicode=True), encoding="utf-8")


def _as_excel(cell: str) -> str | float | None:
    """A cell as Excel keeps it: numbers as numbers, nothing where nothing was written."""
    plain = cell.replace(",", ".")
    return (float(plain) if plain.lstrip("-").replace(".", "", 1).isdigit() else cell) if cell else None


def measure_once(folder: Path) -> tuple[float, float]:
    """Seconds of processor time for the whole check, and for calamine alone (0 for CSV)."""
    start = time.process_time()
    report = check_survey(folder)
    whole = time.process_time() - start
    kept = int(report.counts.set_index("what")["n"]["behalten"])
    if report.n_errors or kept != ROWS:
        raise SystemExit(f"{report.n_errors} errors, {kept} of {ROWS} rows kept: nothing to measure")
    path = folder / "responses.xlsx"
    if not path.exists():
        return whole, 0.0
    from python_calamine import CalamineWorkbook

    start = time.process_time()
    CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return whole, time.process_time() - start


def main() -> int:
    """Write each survey, check it, print seconds and write them to ``results/reading.csv``."""
    if len(sys.argv) == 3 and sys.argv[1] == "--once":
        print(*measure_once(Path(sys.argv[2])))
        return 0
    kinds = sys.argv[1:] or list(KINDS)
    rows = []
    for kind in kinds:
        with tempfile.TemporaryDirectory() as name:
            write_survey(Path(name), kind)
            runs = []
            for _ in range(RUNS):
                command = [sys.executable, __file__, "--once", name]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                runs.append([float(part) for part in done.stdout.split()])
        whole, alone = (min(column) for column in zip(*runs, strict=True))
        rows.append([kind, ROWS, 2 + TICKS + RATINGS + CHOICES + NUMBERS, f"{whole:.2f}", f"{alone:.2f}"])
        print(f"{kind}: {rows[-1][1]:,} rows x {rows[-1][2]} columns: {whole:.2f} s, of it calamine {alone:.2f} s")
    if kinds == list(KINDS):
        with RESULTS.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["file", "rows", "columns", "cpu_seconds", "of_it_calamine"])
            writer.writerows(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
