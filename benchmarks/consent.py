"""What consent promises, on surveys that are drawn anew each time: the proof and the attacks of the tests.

Run ``python benchmarks/consent.py [seeds of the first test] [of the second] …``; it writes
``benchmarks/results/consent.csv`` (``test, surveys, failed, seeds``). ``TYPOLOGY_SEEDS="17" pytest FILE`` repeats one
seed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from random import SystemRandom
from xml.etree import ElementTree

import pandas as pd

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "consent.csv"
# One survey a seed; three of 45, 70 and 150, each with four shares of consent, a seed of the programmes.
TESTS = {
    "tests/attacks/test_score_equations.py::test_no_closed_row_is_certain": 200,
    "tests/attacks/test_score_equations.py::test_no_closed_row_is_certain_by_two_models_of_the_same_answers": 60,
    "tests/attacks/test_other_answers.py::test_only_safe_aggregates_may_differ": 24,
    "tests/attacks/test_other_answers.py::test_public_matches_do_not_depend_on_hidden_answers": 6,
    "tests/attacks/test_programmes.py::test_no_small_remainder_can_be_worked_out": 2,
}


def run(test: str, seeds: list[int]) -> tuple[str, int, int, str]:
    """How many surveys the test was tried on, on how many it failed, and their names (the seeds, if none failed)."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        subprocess.run(
            [sys.executable, "-m", "pytest", test, "-q", "-n", str(os.cpu_count() or 1), f"--junitxml={report}"],
            cwd=ROOT, env={**os.environ, "TYPOLOGY_SEEDS": " ".join(map(str, seeds))},
        )  # fmt: skip
        cases = list(ElementTree.parse(report).iter("testcase"))
    bad = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    names = [re.sub(r".*\[(.*)\]", r"\1", case.get("name", "")) for case in bad]
    return test.split("::")[1], len(cases), len(bad), " ".join(names) or " ".join(map(str, seeds))


def main() -> int:
    """Exit code 1 if any survey gave something away."""
    numbers = [int(word) for word in sys.argv[1:]]
    draw, rows = SystemRandom(), []
    for place, (test, usual) in enumerate(TESTS.items()):
        n = numbers[place] if place < len(numbers) else usual
        rows.append(run(test, [draw.randrange(10**6) for _ in range(n)]))
    table = pd.DataFrame(rows, columns=["test", "surveys", "failed", "seeds"])
    table.to_csv(RESULTS, index=False)
    print(table.drop(columns="seeds").to_string(index=False))
    return int(table["failed"].sum() > 0 or (table["surveys"] == 0).any())


if __name__ == "__main__":
    sys.exit(main())
