"""Would a test notice? One-line changes of the code, each tried on a copy with the tests that concern it.

``make mutations`` (N=60 SEED=0) draws N changes evenly from all rooms of ``typology/``: a comparison that takes in its
border, + for −, ``and`` for ``or``, a constant one higher, the last instead of the first, a sort turned round. For each
one the tests run that import the module or come closest to it, then all others, until one fails. What comes out stands
in ``results.csv``, one row per change:

- ``killed``: the named test fails with the change and passes without it (or its time ran out);
- ``survived``: every test passes, so nothing holds this line in place: write the test, then ``--again``;
- ``equivalent``: listed in ``equivalent.csv`` with the reason why nobody could see a difference;
- ``not viable``: the changed package cannot even be imported;
- ``open``: not tried yet.

``--again`` tries only what is open or survived; a change is found by what its line says, so it may have moved.
``--near`` asks only the tests next to a module: quick, and stricter. ``--minutes`` stops in between. The working tree
is never touched.
"""

from __future__ import annotations

import argparse
import compileall
import csv
import importlib
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from changes import Change, draw
from concern import Concern

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RESULTS, EQUIVALENT = HERE / "results.csv", HERE / "equivalent.csv"
COLUMNS = ("module", "line", "before", "after", "outcome", "test")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "processed", "*.egg-info")
CPU_SECONDS = 900  # of one process, far above what all tests need
WALL_SECONDS = 3600
#: Loaded once and shared by all runs, which are forks of this process.
PRELOADED = ("pandas", "scipy.optimize", "scipy.stats", "sklearn.cluster", "hypothesis", "pydantic", "jinja2", "pytest")


class Copy:
    """A copy of the tree in which one change at a time is tried."""

    def __init__(self, folder: Path):
        self.root, self.output = folder / "tree", folder / "output.txt"
        shutil.copytree(ROOT, self.root, ignore=LEFT_OUT)
        compileall.compile_dir(self.root / "typology", quiet=2)
        self.passes: dict[str, bool] = {}  # whether a test passes without any change

    def try_out(self, change: Change, stages: Iterable[Sequence[str]]) -> tuple[str, str]:
        """(outcome, test) of one change; the copy is as before afterwards.

        Raises
        ------
        LookupError : the line is gone.
        """
        path = self.root / change.module
        whole, times = path.read_text(encoding="utf-8"), path.stat().st_mtime
        changed = change.applied(whole)
        doubtful: list[str] = []
        for files in stages:
            while True:
                path.write_text(changed, encoding="utf-8")
                os.utime(path, (times + 10, times + 10))  # so that nobody takes the compiled module for this one
                try:
                    outcome, test = self.run([*files, *(f"--deselect={name}" for name in doubtful)])
                finally:
                    path.write_text(whole, encoding="utf-8")
                    os.utime(path, (times, times))
                if outcome == "survived":
                    break
                if outcome == "not viable" and not self._passes("--collect-only"):
                    raise SystemExit(f"Without any change the tests cannot be collected: {test}")
                if "::" not in test or self._passes(test):
                    return outcome, test
                doubtful.append(test)
        return "survived", ""

    def run(self, arguments: Sequence[str]) -> tuple[str, str]:
        """Run tests in a fork until one fails: (survived, "") or (killed or not viable, the test)."""
        process = os.fork()
        if not process:
            self._test(arguments)
        end = time.monotonic() + WALL_SECONDS
        while not (done := os.waitpid(process, os.WNOHANG))[0]:
            time.sleep(0.05)
            if time.monotonic() > end:
                os.killpg(process, signal.SIGKILL)
                end = float("inf")
        code, text = os.waitstatus_to_exitcode(done[1]), self.output.read_text(encoding="utf-8", errors="replace")
        if code in (0, 5):  # 5: no test was selected
            return "survived", ""
        failed = re.search(r"^(?:FAILED|ERROR) (\S+?\.py)(::.*?)?(?: - .*)?$", text, flags=re.MULTILINE)
        if failed is None:
            return ("killed", "time ran out") if code < 0 else ("not viable", "\n".join(text.splitlines()[-1:]))
        return ("killed", failed[1] + failed[2]) if failed[2] else ("not viable", failed[1])

    def _passes(self, test: str) -> bool:
        if test not in self.passes:
            self.passes[test] = self.run([test])[0] == "survived"
        return self.passes[test]

    def _test(self, arguments: Sequence[str]) -> None:
        """What the fork does: its own process group, limits and output, then pytest in the copy."""
        code = 3
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
            with self.output.open("w") as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
            os.chdir(self.root)
            os.environ["PYTHONPATH"], os.environ["PYTHONDONTWRITEBYTECODE"] = str(self.root), "1"
            sys.dont_write_bytecode, sys.path[0] = True, str(self.root)
            import pytest

            code = int(pytest.main(["-x", "-q", "--tb=no", "-rfE", "-p", "no:cacheprovider", *arguments]))
        finally:
            sys.stdout.flush()
            os._exit(code)


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_results(rows: Iterable[dict[str, str]]) -> None:
    """``results.csv``, by module and line."""
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: (row["module"], int(row["line"]))))


def summary(rows: Sequence[dict[str, str]]) -> str:
    """All outcomes in one line; the share is what survived among what a test could notice."""
    counts = Counter(row["outcome"] for row in rows)
    noticed = counts["killed"] + counts["survived"]
    share = 100 * counts["survived"] / noticed if noticed else 0.0
    parts = ", ".join(f"{counts[name]} {name}" for name in ("killed", "survived", "equivalent", "not viable", "open"))
    return f"{len(rows)} changes in {len({row['module'] for row in rows})} modules: {parts}; {share:.1f} % unnoticed"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-n", "--number", type=int, default=60, help="how many changes")
    parser.add_argument("--seed", type=int, default=0, help="another seed draws others")
    parser.add_argument("--again", action="store_true", help="only what is open or survived in results.csv")
    parser.add_argument("--near", action="store_true", help="only the tests next to the module")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="start no further change after that time")
    options = parser.parse_args()
    if options.again:
        rows = read_table(RESULTS)
    else:
        rows = [
            {"module": change.module, "line": str(change.line), "before": change.before, "after": change.after,
             "outcome": "open", "test": ""}
            for change in draw(ROOT, options.number, options.seed)
        ]  # fmt: skip
    known = {(row["module"], row["before"], row["after"]) for row in read_table(EQUIVALENT)}
    for name in PRELOADED:
        importlib.import_module(name)
    concern = Concern(ROOT)
    end = time.monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
        copy = Copy(Path(folder))
        todo = [row for row in rows if row["outcome"] in ("open", "survived")]
        for number, row in enumerate(todo, start=1):
            if time.monotonic() > end:
                break
            change = Change(row["module"], int(row["line"]), row["before"], row["after"])
            if (change.module, change.before, change.after) in known:
                row["outcome"], row["test"] = "equivalent", ""
            else:
                try:
                    row["outcome"], row["test"] = copy.try_out(change, concern.stages(change.module, options.near))
                except (LookupError, FileNotFoundError) as gone:
                    print(f"{number}/{len(todo)} {gone}")
                    rows.remove(row)
                    continue
            write_results(rows)
            place = f"{change.module}:{change.line}"
            print(f"{number}/{len(todo)} {row['outcome']}: {place} {row['test'] or change.after}", flush=True)
    print(summary(rows))


if __name__ == "__main__":
    main()
