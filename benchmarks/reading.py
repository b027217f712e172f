"""What reading a large survey costs: 10,000 to 100,000 respondents and 300 columns, beside the libraries' own readers.

Three files of the same answers: CSV; XLSX with the text inside the cells, as survey tools write it; XLSX as Excel saves
it, with numbers as numbers and texts in a shared list. ``read_table`` is measured against what pandas (C engine, all
cells as text) and calamine (``to_python``) take for the same file in the same run, and ``check_survey``, the whole way
from the folder to the report, beside it. Processor time counts child processes too; memory is the peak of the process
and that of its child added up. Each figure is the median of the runs, each run a process of its own.

    python benchmarks/reading.py [csv|xlsx|excel …] [--rows N …] [--runs N] [--folder PLACE]

With ``--folder`` the files stay there and are used again: writing 100,000 rows of XLSX takes minutes. A run replaces
its own lines in ``results/reading.csv``.
"""

from __future__ import annotations

import argparse
import csv
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import yaml

KINDS = ("csv", "xlsx", "excel")
SIZES = (10_000, 50_000, 100_000)
RUNS = 3
RESULTS = Path(__file__).parent / "results" / "reading.csv"
COLUMNS = ("file", "rows", "columns", "what", "cpu_seconds", "peak_mb", "times_cpu", "times_memory")
TICKS, RATINGS, CHOICES, NUMBERS = 13, 225, 42, 18  # with key and time 300 columns
WIDTH = 2 + TICKS + RATINGS + CHOICES + NUMBERS
AT_ONCE = 5_000  # rows made at once
TEXTS = {"de": "Messung", "en": "measurement"}


def rows_of(n: int) -> Iterator[list[str]]:
    """The heading, then ``n`` respondents; 2 % of the ratings are missing."""
    rng = np.random.default_rng(0)
    yield ["id", "submitdate", *(name for names in names_of().values() for name in names)]
    for start in range(0, n, AT_ONCE):
        size = min(AT_ONCE, n - start)
        parts = [
            rng.choice(["Y", ""], (size, TICKS), p=[0.3, 0.7]),
            rng.choice(["1", "2", "3", "4", "5", "-99"], (size, RATINGS), p=[0.2, 0.2, 0.2, 0.2, 0.18, 0.02]),
            rng.choice(["A1", "A2", "A3", ""], (size, CHOICES)),
            np.char.add(rng.integers(0, 10_000, (size, NUMBERS)).astype(str), ",5"),
        ]
        for i, answers in enumerate(np.hstack(parts).tolist(), start=start):
            yield [f"k{i:06d}", f"2026-06-{1 + i % 30:02d} 10:00:00", *answers]


def names_of() -> dict[str, list[str]]:
    """Letter of a block → the names of its columns."""
    return {
        letter: [f"{letter}{i}" for i in range(n)]
        for letter, n in (("t", TICKS), ("r", RATINGS), ("c", CHOICES), ("n", NUMBERS))
    }


def write_survey(folder: Path, kind: str, n: int) -> None:
    """A survey of text answers with its codebook."""
    if kind == "csv":
        with (folder / "responses.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows_of(n))
    else:
        import xlsxwriter

        book = xlsxwriter.Workbook(folder / "responses.xlsx", {"constant_memory": kind == "xlsx"})
        sheet = book.add_worksheet()
        for i, row in enumerate(rows_of(n)):
            sheet.write_row(i, 0, [_as_excel(cell) for cell in row] if kind == "excel" else row)
        book.close()
    decimal = "point" if kind == "excel" else "comma"
    names = names_of()
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


def run_once(what: str, folder: Path) -> None:
    """Read the survey's file, or check the whole survey."""
    path = next(folder.glob("responses.*"))
    if what == "check_survey":
        from typology.survey.survey import check_survey

        report = check_survey(folder)
        if report.n_errors:
            raise SystemExit(f"{report.n_errors} errors: nothing to measure")
    elif what == "read_table":
        from typology.files.formats import read_table

        read_table(path)
    elif what == "pandas":
        import pandas as pd

        pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, engine="c", encoding="utf-8-sig")
    else:
        from python_calamine import CalamineWorkbook

        CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def measure(what: str, folder: Path, runs: int) -> tuple[float, float]:
    """Seconds of processor time and megabytes of memory of the middle run."""
    taken = []
    for _ in range(runs):
        command = [sys.executable, __file__, "--once", what, str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        taken.append([float(part) for part in done.stdout.split()])
    seconds, memory = (statistics.median(column) for column in zip(*taken, strict=True))
    return seconds, memory


def used() -> tuple[float, float]:
    """Seconds of processor time and megabytes that this process and its children took at most."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return seconds, (own.ru_maxrss + children.ru_maxrss) / unit


def results_of(kind: str, n: int, folder: Path, runs: int) -> list[list[str]]:
    """One line per way of reading, with its multiples of what the library's own reader takes."""
    peer = "pandas" if kind == "csv" else "calamine"
    figures = {what: measure(what, folder, runs) for what in (peer, "read_table", "check_survey")}
    lines = []
    for what, (seconds, memory) in figures.items():
        times = [f"{part / whole:.2f}" for part, whole in zip((seconds, memory), figures[peer], strict=True)]
        lines.append([kind, str(n), str(WIDTH), what, f"{seconds:.2f}", f"{memory:.0f}", *times])
        print(
            f"{kind}, {n:,} rows: {what} {seconds:.2f} s, {memory:.0f} MB ({times[0]} and {times[1]} times)", flush=True
        )
    return lines


def main() -> int:
    """Write each survey, read it in each way, print seconds and memory and keep them in ``results/reading.csv``."""
    if sys.argv[1:2] == ["--once"]:
        run_once(sys.argv[2], Path(sys.argv[3]))
        print(*used())
        return 0
    parser = argparse.ArgumentParser()
    parser.add_argument("kinds", nargs="*", help=", ".join(KINDS))
    parser.add_argument("--rows", nargs="+", type=int, default=SIZES)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    kinds = tuple(asked.kinds) or KINDS
    if not set(kinds) <= set(KINDS):
        parser.error(f"kinds are {', '.join(KINDS)}")
    for n in asked.rows:
        for kind in kinds:
            with tempfile.TemporaryDirectory() as name:
                folder = asked.folder / f"{kind}_{n}" if asked.folder else Path(name)
                folder.mkdir(parents=True, exist_ok=True)
                if not (folder / "codebook.yaml").exists():
                    write_survey(folder, kind, n)
                keep(results_of(kind, n, folder, asked.runs))
    return 0


def keep(lines: list[list[str]]) -> None:
    """Put these lines in the place of those of the same file and size."""
    known: dict[tuple[str, ...], list[str]] = {}
    if RESULTS.exists():
        with RESULTS.open(encoding="utf-8", newline="") as file:
            known = {(row[0], row[1], row[3]): row for row in list(csv.reader(file))[1:]}
    known |= {(row[0], row[1], row[3]): row for row in lines}
    kinds = list(KINDS)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(sorted(known.values(), key=lambda row: (kinds.index(row[0]), int(row[1]))))


if __name__ == "__main__":
    sys.exit(main())
