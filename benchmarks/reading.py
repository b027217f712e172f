"""How long it takes to check a large survey at the door: 11,000 respondents and 400 columns.

python benchmarks/reading.py [csv|xlsx]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from typology.survey.responses import check_survey

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
    if kind == "xlsx":
        import xlsxwriter

        book = xlsxwriter.Workbook(folder / "responses.xlsx", {"constant_memory": True})
        sheet = book.add_worksheet()
        for i, row in enumerate([heading, *table.tolist()]):
            sheet.write_row(i, 0, row)
        book.close()
    else:
        lines = [";".join(f'"{cell}"' for cell in row) for row in [heading, *table.tolist()]]
        (folder / "responses.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")
    book_text: dict[str, Any] = {
        "survey": {
            "key": "gross",
            "title": TEXTS,
            "date": "2026-06-30",
            "source": "Messung",
            "sample": TEXTS,
            "retention": TEXTS,
        },
        "files": {"responses": f"responses.{kind}"},
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
            {"role": "structure", "kind": "number", "decimal": "comma", "columns": {name: name for name in names["n"]}},
        ],
    }
    (folder / "codebook.yaml").write_text(yaml.safe_dump(book_text, allow_unicode=True), encoding="utf-8")


def main() -> int:
    """Write the survey, check it, print seconds."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "csv"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_survey(folder, kind)
        start, cpu = time.perf_counter(), time.process_time()
        report = check_survey(folder)
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    columns = 2 + TICKS + RATINGS + CHOICES + NUMBERS
    kept = int(report.counts.set_index("what")["n"]["behalten"])
    print(f"{ROWS:,} rows x {columns} columns as {kind}: {seconds:.2f} s ({cpu:.2f} s of processor time)")
    print(f"{report.n_errors} errors, {kept:,} kept")
    return 0


if __name__ == "__main__":
    sys.exit(main())
