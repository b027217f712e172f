"""Run a reader of foreign binary formats in a process of its own, with a limit of time and of memory.

The libraries that read Excel, SPSS and Stata files are written in Rust and C. On some damaged files they never end, ask
for hundreds of gigabytes or end the whole process; here that is one sentence about the file.

The file goes in through the standard input, behind one line of JSON that says what to run; what the reader yields comes
back as lines of JSON, a row of text as its cells with a sign between them. Nothing is unpickled and nothing is written
to disk. The child ends by itself when its time is up, also when the program that started it is no longer there.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typology.errors import FileFormatError
from typology.writing import Number, Said

ON_THE_CLOCK = 3
"""So many times its processor time a reader may take on the clock; on Windows, only the clock is watched."""
REFUSED = 65
"""Exit code of a reader that says itself what is wrong with the file."""
END = b'"end"'
# A row of text, as nearly all of a large table are, is joined and cut many times faster than JSON is written and read.
ROW, CELL = "\x1e", "\x1f"
# Without site packages a child starts twice as fast; its search path is the parent's, wherever that came from.
START = (
    "import json, sys; task = json.loads(sys.stdin.buffer.readline()); sys.path[:] = task.pop('path');"
    "from typology.files.child import answer; answer(**task)"
)
OUT_OF_MEMORY = ("MemoryError", "memory allocation of")  # Python and Rust
MODULES = re.compile(r"^(\w+\.)+(?=\w+(: |$))")  # of an exception: a reader does not need to know them
# One thread is enough, and each further one asks for memory that the limit would have to allow.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

Reader = Callable[..., Iterator[Any]]


@dataclass(frozen=True)
class Limits:
    """What one reader may take: seconds of processor time, and bytes of memory (on Linux; elsewhere unlimited)."""

    seconds: float
    memory: int


def limits_for(size: int) -> Limits:
    """The limits for a file of so many bytes.

    11,000 rows × 400 columns are 15 MB as XLSX and take 5 seconds and 0.5 GB.

    >>> limits_for(15_000_000)
    Limits(seconds=75, memory=2600000000)
    """
    return Limits(seconds=30 + 3 * (size // 10**6), memory=2 * 10**9 + 40 * size)


def run_reader(reader: Reader, raw: bytes, file: str, **options: Any) -> Iterator[Any]:
    """All that a reader yields for one file, item by item, once it has come to its end.

    Parameters
    ----------
    reader : a generator function at the top of a module, called in the child as ``reader(raw, file, **options)``. What
        it yields, and the options, must be writable as JSON. What it prints is thrown away.
    raw : the bytes of the file.
    file : its name, for the sentence.

    Raises
    ------
    FileFormatError : the reader says so, or it crashed, ran too long or asked for too much memory.
    """
    limits = limits_for(len(raw))
    task = {
        "path": [*map(str, sys.path), str(Path(__file__).parents[2])],
        "module": reader.__module__,
        "name": reader.__name__,
        "file": file,
        "options": options,
        "seconds": limits.seconds,
        "memory": limits.memory,
    }
    try:
        done = subprocess.run(  # ends the child also when it is itself interrupted
            [sys.executable, "-I", "-S", "-c", START],
            input=json.dumps(task).encode() + b"\n" + raw,
            capture_output=True,
            timeout=ON_THE_CLOCK * limits.seconds + 10,
            env={**os.environ, **ONE_THREAD},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise FileFormatError(_endless(file, limits)) from None
    if done.returncode == REFUSED:
        raise FileFormatError(_received(json.loads(done.stdout.rpartition(b"\n")[2])))
    if done.returncode == 0 and done.stdout.rpartition(b"\n")[2] == END:
        lines = io.BytesIO(done.stdout)  # which does not copy them
        return map(_item, iter(lines.readline, END))
    raise FileFormatError(_why_not(file, done, limits))


def answer(module: str, name: str, file: str, options: dict[str, Any], seconds: float, memory: int) -> None:
    """What the child does: the rest of the standard input is the file, what the reader yields goes to the output."""
    from importlib import import_module

    _limit(seconds, memory)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    try:
        for item in getattr(import_module(module), name)(sys.stdin.buffer.read(), file, **options):
            out.write(_line(item) + b"\n")
        out.write(END)
        out.close()
    except FileFormatError as error:
        out.write(b"\n" + json.dumps(_sent(error.message)).encode())
        out.close()
        sys.exit(REFUSED)


def _line(item: Any) -> bytes:
    """What a reader yields as one line: a row of text joined, if nothing in it would be taken for an end."""
    if type(item) is list and len(item) > 1:
        try:
            row = CELL.join(item)
            if row.count(CELL) == len(item) - 1 and "\n" not in row:
                return (ROW + row).encode()
        except (TypeError, UnicodeEncodeError):  # cells that are no text, or half a sign
            pass
    return json.dumps(item).encode()


def _item(line: bytes) -> Any:
    """What :func:`_line` wrote."""
    text = line.decode()
    return text[1:-1].split(CELL) if text.startswith(ROW) else json.loads(text)


def _sent(text: Any) -> Any:
    """A message, or a value of one, as JSON: its key and its values, so that the parent can say it in any language."""
    if isinstance(text, list):
        return [_sent(item) for item in text]
    if isinstance(text, Said):
        return {"key": text.key, "values": {name: _sent(value) for name, value in text.values.items()}}
    return text


def _received(text: Any) -> Any:
    """What :func:`_sent` wrote."""
    if isinstance(text, list):
        return [_received(item) for item in text]
    if isinstance(text, dict):
        return Said(text["key"], **{name: _received(value) for name, value in text["values"].items()})
    return text


def _limit(seconds: float, memory: int) -> None:
    """Let the system end this process; code in C keeps Python from doing so."""
    import faulthandler

    faulthandler.dump_traceback_later(ON_THE_CLOCK * seconds, exit=True)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.SetErrorMode(msvcrt.SEM_FAILCRITICALERRORS | msvcrt.SEM_NOGPFAULTERRORBOX)  # no window about a crash
        return  # Windows has neither the module resource nor a timer that sends signals; the clock above is enough
    import resource
    import signal

    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        most = resource.getrlimit(resource.RLIMIT_AS)[1]  # nobody may raise it again
        memory = memory if most == resource.RLIM_INFINITY else min(memory, most)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _why_not(file: str, done: subprocess.CompletedProcess[bytes], limits: Limits) -> Said:
    """One sentence about a reader that came to no end of its own."""
    said = done.stderr.decode("utf-8", "replace").splitlines()
    if any(line.startswith("Timeout (") for line in said) or _signal(done) == "SIGPROF":
        return _endless(file, limits)
    if any(line.startswith(OUT_OF_MEMORY) for line in said):
        return Said("files.too_much_memory", file=file, memory=Number(limits.memory / 1e9, 1))
    reason = MODULES.sub("", _signal(done) or next((line.strip() for line in reversed(said) if line.strip()), ""))
    return Said("files.unreadable", file=file, reason=reason[:200] or Said("files.no_reason"))


def _signal(done: subprocess.CompletedProcess[bytes]) -> str:
    """The name of the signal that ended the child, "" for none."""
    import signal

    return signal.Signals(-done.returncode).name if done.returncode < 0 else ""


def _endless(file: str, limits: Limits) -> Said:
    return Said("files.endless", file=file, seconds=Number(limits.seconds, None))
