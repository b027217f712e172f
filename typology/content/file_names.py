"""Which names a file or folder may have on every system: Windows keeps some for devices and forbids some signs."""

from __future__ import annotations

PORTS = [f"{port}{number}" for port in ("com", "lpt") for number in "123456789¹²³"]
DEVICES = frozenset(["con", "prn", "aux", "nul", "conin$", "conout$", *PORTS])
FORBIDDEN = '<>:"/\\|?*'


def is_device(name: str) -> bool:
    """Whether Windows takes a file of this name for a device, whatever its ending.

    >>> is_device("con"), is_device("Aux.pdf"), is_device("konstanz")
    (True, True, False)
    """
    return name.partition(".")[0].rstrip(" ").casefold() in DEVICES


def fits_everywhere(name: str) -> bool:
    """Whether Windows, macOS and Linux can all hold a file or folder of this name.

    >>> [name for name in ("umfrage_2026", "nul", "a:b", "ende.", "ende ", "") if fits_everywhere(name)]
    ['umfrage_2026']
    """
    return not (
        not name
        or is_device(name)
        or name[-1] in ". "
        or any(sign in FORBIDDEN or ord(sign) < 32 for sign in name)
        or len(name.encode("utf-8")) > 255
    )
