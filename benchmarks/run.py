"""Run all studies one after the other, as ``make bench`` does; what is absent or fails is said and the rest goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).parent
SCRIPTS = (
    "latent_class_speed.py",
    "reading.py",
    "register.py",
    "naming.py",
    "calibration.py",
    "selection_study.py",
    "stability.py",
    "recovery.py",
    "distal.py",
    "coverage.py",
    "short_form.py",
)


def main() -> int:
    """Exit code 1 if a script failed; further scripts in the folder run last."""
    others = sorted(path.name for path in FOLDER.glob("*.py") if path.name not in (*SCRIPTS, "run.py"))
    wanted = sys.argv[1:] or [*SCRIPTS, *others]
    failed = []
    for name in wanted:
        if not (FOLDER / name).is_file():
            print(f"{name}: nicht vorhanden, übersprungen", flush=True)
            continue
        begun = time.perf_counter()
        print(f"{name} …", flush=True)
        code = subprocess.run(
            [sys.executable, str(FOLDER / name)], env={**os.environ, "OMP_NUM_THREADS": "1"}
        ).returncode
        print(
            f"{name}: {'fertig' if code == 0 else f'abgebrochen ({code})'}, {time.perf_counter() - begun:.0f} s",
            flush=True,
        )
        failed += [name] if code else []
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
