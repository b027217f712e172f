"""Damaged and harmful files at every door: read, or refused in one sentence; no crash, no hang, no memory without end.

Run ``python benchmarks/hostile.py [inputs] [door] [first]``; for all doors it writes ``benchmarks/results/hostile.csv``
(``door, inputs, refused, crashed, processor_s, slowest_s, memory_mb, first, crashes``) after every thousand inputs, so
that a run which was stopped says truly how far it came, and ``--resume`` goes on from there. An input is its door and
its number: ``python benchmarks/hostile.py 1 codebook 4711`` tries that one again. The numbers begin at one that is
drawn anew each time. A thousand inputs of a door share a process, with 2 GB of memory at most and 10 processor seconds
for one input; where a process dies, the next begins behind the input it died of.
"""

from __future__ import annotations

import csv
import faulthandler
import json
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import SystemRandom
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from hostile_inputs import DOORS, Door, prepared

from typology.errors import TypologyError

RESULTS = Path(__file__).parent / "results" / "hostile.csv"
SLOWER = 20  # a door behind which a process of its own reads gets so many times fewer inputs
INPUTS, MOST_SECONDS, MOST_MEMORY, SHOWN = 100_000, 10.0, 2_000_000_000, 5
TOGETHER = 1_000  # inputs of one process
WAITING = 1800.0  # seconds on the clock after which even a program that does nothing has hung
COLUMNS = ("door", "inputs", "refused", "crashed", "processor_s", "slowest_s", "memory_mb", "first", "crashes")


def try_door(door: Door, first: int, n: int) -> dict[str, Any]:
    """What became of ``n`` inputs of a door, from the number ``first`` on."""
    import resource
    import signal

    # processor seconds: on a busy machine the clock says nothing; where the program waits for nobody, the clock ends it
    faulthandler.register(signal.SIGPROF, chain=True)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    refused, slowest, crashes = 0, 0.0, []
    with tempfile.TemporaryDirectory() as place, prepared(door, Path(place) / "in") as try_one:
        for number in range(first, first + n):
            print(number, file=sys.stderr, flush=True)  # the last one told is the one that hangs
            signal.setitimer(signal.ITIMER_PROF, 3 * MOST_SECONDS)
            faulthandler.dump_traceback_later(WAITING, exit=True)
            begun = time.process_time()
            try:
                try_one(number)
            except (TypologyError, PermissionError):
                refused += 1
            except BaseException:  # noqa: BLE001 whatever it is, it is what is looked for
                crashes.append(f"{number}: {traceback.format_exc(limit=-2)}")
            slowest = max(slowest, time.process_time() - begun)
    faulthandler.cancel_dump_traceback_later()
    signal.setitimer(signal.ITIMER_PROF, 0)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = sum(one.ru_utime + one.ru_stime for one in used)
    return {
        "door": door.name, "inputs": n, "refused": refused, "crashed": len(crashes), "processor_s": round(seconds, 1),
        "slowest_s": round(slowest, 2), "memory_mb": used[0].ru_maxrss // 1024, "first": first,
        "crashes": crashes[:SHOWN],
    }  # fmt: skip


def in_a_process(door: Door, first: int, n: int) -> dict[str, Any]:
    """The same in a process of its own; one that did not come to its end counts as one crash."""
    command = [sys.executable, __file__, "--door", door.name, str(first), str(n)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return dict(json.loads(done.stdout))
    tried = [int(line) for line in done.stderr.splitlines() if line.isdigit()]
    told = f"{tried[-1] if tried else first}: {done.stderr[-2000:]}"
    return dict(zip(COLUMNS, (door.name, len(tried), 0, 1, 0.0, MOST_SECONDS, 0, first, [told]), strict=True))


def added(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What became of two rows of inputs of one door."""
    sums = {name: one[name] + other[name] for name in ("inputs", "refused", "crashed", "crashes")}
    most = {name: max(one[name], other[name]) for name in ("slowest_s", "memory_mb")}
    return one | sums | most | {"processor_s": round(one["processor_s"] + other["processor_s"], 1)}


def write(rows: list[dict[str, Any]]) -> None:
    """The table as far as it goes; of a crash the number that tries it again."""
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(row | {"crashes": " | ".join(crash.split(":")[0] for crash in row["crashes"])} for row in rows)


def stopped() -> dict[str, dict[str, Any]]:
    """The rows of a run that was stopped, a door each; of its crashes the numbers alone."""
    kinds = {"inputs": int, "refused": int, "crashed": int, "memory_mb": int, "first": int}
    kinds |= {"processor_s": float, "slowest_s": float}
    with RESULTS.open(encoding="utf-8", newline="") as file:
        rows = [{name: kinds.get(name, str)(told) for name, told in row.items()} for row in csv.DictReader(file)]
    return {row["door"]: row | {"crashes": [told for told in row["crashes"].split(" | ") if told]} for row in rows}


def main() -> int:
    """Exit code 1 if any input crashed the program or took longer than ten seconds."""
    if sys.argv[1:2] == ["--door"]:
        door = next(door for door in DOORS if door.name == sys.argv[2])
        print(json.dumps(try_door(door, int(sys.argv[3]), int(sys.argv[4]))))
        return 0
    resumed = "--resume" in sys.argv
    told = [word for word in sys.argv[1:] if word != "--resume"]
    n = int(told[0]) if told else INPUTS
    doors = [door for door in DOORS if len(told) < 2 or door.name == told[1]]
    rows = stopped() if resumed else {}
    first = int(told[2]) if len(told) > 2 else SystemRandom().randrange(1, 10**9)
    first = next((row["first"] for row in rows.values()), first)
    left = {door.name: -(-n * (1 if door.slow else SLOWER) // _weight(doors)) for door in doors}
    left = {name: max(0, some - rows[name]["inputs"]) if name in rows else some for name, some in left.items()}
    while any(left.values()):  # the doors in turn, so that all have had as many when the run is stopped
        for door in doors:
            begun = rows[door.name]["inputs"] if door.name in rows else 0
            if (some := min(left[door.name], TOGETHER // SLOWER if door.slow else TOGETHER)) == 0:
                continue
            row = in_a_process(door, first + begun, some)
            left[door.name] -= row["inputs"] or left[door.name]  # one that does not even begin is given up
            rows[door.name] = added(rows[door.name], row) if door.name in rows else row
            print("  ".join(f"{name} {row[name]}" for name in COLUMNS[:-1]), flush=True)
            for crash in row["crashes"]:
                print(crash)
            if len(doors) == len(DOORS):
                write(list(rows.values()))
    return int(any(row["slowest_s"] > MOST_SECONDS or row["crashed"] for row in rows.values()))


def _weight(doors: list[Door]) -> int:
    return sum(1 if door.slow else SLOWER for door in doors)


if __name__ == "__main__":
    sys.exit(main())
