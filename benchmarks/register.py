"""How long reading the register and finding in it takes; run by ``make bench``, never a timed test.

Needs the official files, see ``data/raw/README.md``; the folder may be given as first argument, otherwise
``TYPOLOGY_EXTERNAL_DATA``/register is used.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from typology.register.register import Register, read_register

QUERIES = (
    "Neuenkirchen", "Flensburg, Stadt", "Frankfurt a. M.", "Bad Homburg vor der Höhe", "St. Georgen im Schwarzwald",
    "Düseldorf", "Wunschendorf an der Elster", "Landkreis München", "1001000", "010010000000", "a", "bad", "xqzxqz",
    "Neuenkirchen, Kreis Steinfurt", "Mühlhausen in Thüringen in der Mitte von Deutschland",
)  # fmt: skip


def timed_finds(register: Register, repeats: int = 20) -> dict[str, float]:
    """Mean milliseconds of each query after the index was built."""
    register.find("Flensburg")
    register.find("01001000")
    result = {}
    for query in QUERIES:
        start = time.perf_counter()
        for _ in range(repeats):
            register.find(query)
        result[query] = (time.perf_counter() - start) / repeats * 1000
    return result


def main() -> None:
    given = os.environ.get("TYPOLOGY_EXTERNAL_DATA", ".")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(given) / "register"
    files = sorted([*folder.glob("GV100AD*"), *folder.glob("*Auszug*")])
    if not files:
        sys.exit(f"no register files in {folder}")
    for path in files:
        register = read_register(path)  # once unmeasured: imports and the catalogue
        seconds, processor = [], []
        for _ in range(3):
            start, used = time.perf_counter(), time.process_time()
            register = read_register(path)
            seconds.append(time.perf_counter() - start)
            processor.append(time.process_time() - used)
        start = time.perf_counter()
        register.find("Flensburg")
        index = time.perf_counter() - start
        print(
            f"{path.name}: {len(register.table)} bodies, read {min(seconds):.2f} s "
            f"({min(processor):.2f} s of processor, best of 3), index {index:.2f} s"
        )
    for query, milliseconds in sorted(timed_finds(register).items(), key=lambda item: -item[1]):
        print(f"  find {query!r}: {milliseconds:.2f} ms")


if __name__ == "__main__":
    main()
