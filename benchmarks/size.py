"""How a study grows with the number of respondents: ``python benchmarks/size.py [n …]``, by default 1000 3000 11000.

Practice surveys of the whole country. ``size.csv`` holds, for each n, processor seconds of all processes and the memory
of the largest of them in MB, for the study with its site (two workers, no sheets), ``show``, partners alone, and all
short sheets; of the sheets 500 are set and their seconds are multiplied. Seconds on the clock are not kept: they say
little on a machine that others use, too.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

RESULTS = Path(__file__).parent / "results" / "size.csv"
COLUMNS = ("n", "what", "processor_seconds", "memory_mb")
SHEETS = 500
PARTNERS = """
from pathlib import Path
from typology.matching.peers.peers import recommend_peers
from typology.study.workflow import read_study
tables = read_study(Path({target!r})).tables
recommend_peers(tables.assignments, tables.municipality_profiles, tables.municipalities, tables.consent)
"""
READING = """
from pathlib import Path
from typology.study.workflow import read_study
read_study(Path({target!r}))
"""
SETTING = """
from pathlib import Path
from typology.study.store import write_sheets
from typology.study.workflow import read_study
study = read_study(Path({target!r}))
write_sheets(
    study, Path({folder!r}), audience="self", progress=lambda text: None,
    keys=sorted(study.tables.municipalities.index)[:{n}],
)
"""
MEASURED = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024]))
"""


def measured(*command: str) -> tuple[float, int]:
    """Processor seconds and the memory of the largest process in MB of one command and its children."""
    told = subprocess.run(
        [sys.executable, "-c", MEASURED, sys.executable, *command], check=True, capture_output=True, text=True
    )
    code, seconds, memory = json.loads(told.stdout)
    if code:
        raise SystemExit(f"{command[0]} {command[1][:40]} ended with {code}")
    return round(seconds, 1), int(memory)


def rows_of(n: int, folder: Path) -> list[tuple[int, str, float, int]]:
    """What is measured for one number of respondents."""
    raw, target = folder / "raw" / f"n{n}", folder / "processed" / f"n{n}"
    subprocess.run(
        [sys.executable, "-m", "typology", "simulate", str(raw), "--world", "nationwide", "--n", str(n)], check=True
    )
    rows = [(n, "study with site", *measured("-m", "typology", "run", raw.name, "--data", str(folder), "--no-sheets"))]
    print(rows[-1], flush=True)
    key = next(path.stem for path in sorted((target / "internal" / "agenda").glob("*.md")))
    rows.append((n, "show", *measured("-m", "typology", "show", raw.name, key, "--data", str(folder))))
    read, _ = measured("-c", READING.format(target=str(target)))
    seconds, memory = measured("-c", PARTNERS.format(target=str(target)))
    rows.append((n, "partners", round(seconds - read, 1), memory))
    sample = min(n, SHEETS)
    setting = SETTING.format(target=str(target), folder=str(folder / "sheets"), n=sample)
    seconds, memory = measured("-c", setting)
    rows.append((n, f"short sheets, from {sample}", round((seconds - read) * n / sample, 1), memory))
    return rows


def main(sizes: list[int]) -> None:
    """Measure each size and write the table."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for n in sizes:
            rows += rows_of(n, Path(folder))
            for row in rows[-3:]:
                print(row, flush=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows(rows)


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    main([int(text) for text in sys.argv[1:]] or [1000, 3000, 11000])
