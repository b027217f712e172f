"""Which names no file can have on Windows, which keeps them for devices."""

from __future__ import annotations

PORTS = [f"{port}{number}" for port in ("com", "lpt") for number in "123456789¹²³"]
DEVICES = frozenset(["con", "prn", "aux", "nul", "conin$", "conout$", *PORTS])


def is_device(name: str) -> bool:
    """Whether Windows takes a file of this name for a device, whatever its ending.

    >>> is_device("con"), is_device("Aux.pdf"), is_device("konstanz")
    (True, True, False)
    """
    return name.partition(".")[0].rstrip(" ").casefold() in DEVICES
