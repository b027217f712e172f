"""Damaged and harmful files at every door: read, or refused in one sentence; no crash, no hang, no memory without end.

Run ``python benchmarks/hostile.py [inputs] [door] [first]``; for all doors it writes ``benchmarks/results/hostile.csv``
(``door, inputs, refused, crashed, slowest_s, memory_mb, first, crashes``). An input is its door and its number:
``python benchmarks/hostile.py 1 codebook 4711`` tries that one again. The numbers begin at one that is drawn anew each
time. Each door is tried in a process of its own, with 2 GB of memory at most and 10 seconds for one input.
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

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from hostile_inputs import DOORS, Door, prepared

from typology.errors import TypologyError

RESULTS = Path(__file__).parent / "results" / "hostile.csv"
SLOWER = 20  # a door behind which a process of its own reads gets so many times fewer inputs
INPUTS, MOST_SECONDS, MOST_MEMORY, SHOWN = 100_000, 10.0, 2_000_000_000, 5
COLUMNS = ("door", "inputs", "refused", "crashed", "slowest_s", "memory_mb", "first", "crashes")


def try_door(door: Door, first: int, n: int) -> dict[str, object]:
    """What became of ``n`` inputs of a door, from the number ``first`` on."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    refused, slowest, crashes = 0, 0.0, []
    with tempfile.TemporaryDirectory() as place, prepared(door, Path(place) / "in") as try_one:
        for number in range(first, first + n):
            print(number, file=sys.stderr, flush=True)  # the last one told is the one that hangs
            faulthandler.dump_traceback_later(3 * MOST_SECONDS, exit=True)
            begun = time.process_time()
            try:
                try_one(number)
            except (TypologyError, PermissionError):
                refused += 1
            except BaseException:  # noqa: BLE001 whatever it is, it is what is looked for
                crashes.append(f"{number}: {traceback.format_exc(limit=-2)}")
            slowest = max(slowest, time.process_time() - begun)
    faulthandler.cancel_dump_traceback_later()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "door": door.name, "inputs": n, "refused": refused, "crashed": len(crashes), "slowest_s": round(slowest, 2),
        "memory_mb": memory, "first": first, "crashes": crashes[:SHOWN],
    }  # fmt: skip


def in_a_process(door: Door, first: int, n: int) -> dict[str, object]:
    """The same in a process of its own; one that did not come to its end counts as one crash."""
    command = [sys.executable, __file__, "--door", door.name, str(first), str(n)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return dict(json.loads(done.stdout))
    tried = [int(line) for line in done.stderr.splitlines() if line.isdigit()]
    told = f"{tried[-1] if tried else first}: {done.stderr[-2000:]}"
    return dict(zip(COLUMNS, (door.name, len(tried), 0, 1, MOST_SECONDS, 0, first, [told]), strict=True))


def main() -> int:
    """Exit code 1 if any input crashed the program or took longer than ten seconds."""
    if sys.argv[1:2] == ["--door"]:
        door = next(door for door in DOORS if door.name == sys.argv[2])
        print(json.dumps(try_door(door, int(sys.argv[3]), int(sys.argv[4]))))
        return 0
    n = int(sys.argv[1]) if len(sys.argv) > 1 else INPUTS
    doors = [door for door in DOORS if len(sys.argv) < 3 or door.name == sys.argv[2]]
    first = int(sys.argv[3]) if len(sys.argv) > 3 else SystemRandom().randrange(1, 10**9)
    rows = []
    for door in doors:
        share = n // len(doors) // (SLOWER if door.slow else 1)
        rows.append(row := in_a_process(door, first, max(1, share)))
        print("  ".join(f"{name} {row[name]}" for name in COLUMNS[:-1]), flush=True)
        for crash in row["crashes"]:
            print(crash)
    if len(doors) == len(DOORS):
        with RESULTS.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            table.writeheader()
            table.writerows(
                row | {"crashes": " | ".join(crash.split(":")[0] for crash in row["crashes"])} for row in rows
            )
    slow = [row for row in rows if float(str(row["slowest_s"])) > MOST_SECONDS]
    return int(bool(slow) or any(row["crashed"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
