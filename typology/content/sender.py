"""Who sends the printed sheets: name, mark, contact and the colour of headings, as ``sender.yaml`` says."""

from __future__ import annotations

import base64
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from typology.content.colours import READABLE, channels, contrast
from typology.content.reading import FOLDER, UNFIT, Language, Strict, Text, is_open, load, remembered
from typology.errors import ContentError, Findings, file_bytes
from typology.writing import Said

FILE = "sender.yaml"
WHITE = (255, 255, 255)
LARGEST = 500_000
"""Bytes of a mark: it stands on every sheet."""
PNG = b"\x89PNG\r\n\x1a\n"


class SenderFile(Strict):
    """``sender.yaml``; what stays empty is not printed."""

    name: Text = Field(default=Text(de="", en=""), description="name of the body that sends the sheets")
    contact: Text = Field(
        default=Text(de="", en=""), description="whom to ask, in one line: person or office, mailbox, telephone"
    )
    logo: Annotated[str, Field(pattern=r"(?i)^([^/\\]+\.(png|svg))?$")] = Field(
        default="", description="file with the mark, PNG or SVG, beside this one"
    )
    colour: Annotated[str, Field(pattern=r"^(#[0-9A-Fa-f]{6})?$")] = Field(
        default="", description="colour of headings as #RRGGBB, readable on white"
    )


@dataclass(frozen=True)
class Sender:
    """What the sheets print of their sender; ``logo``: a drawing in SVG, empty where there is none."""

    name: Text
    contact: Text
    logo: str
    colour: str

    def printed(self, language: Language) -> dict[str, str | None]:
        """Plain data in one language, open places left out."""
        name, contact = ("" if is_open(said) else said for said in (self.name.of(language), self.contact.of(language)))
        return {
            "name": name, "contact": contact, "colour": self.colour, "logo": self.logo or None,
            "logo_says": name or "Logo",
        }  # fmt: skip


@remembered
def load_sender(overlay: Path | None = None) -> Sender:
    """Read ``sender.yaml`` of the survey's content folder, else the shipped one, which names nobody.

    Raises
    ------
    ContentError : the file is wrong, the colour cannot be read on white, or the mark is missing, too large or no
        drawing.

    Examples
    --------
    >>> load_sender().printed("de")["name"]
    ''
    """
    file = load(SenderFile, FILE, overlay)
    found = Findings(FILE)
    if file.colour and contrast(channels(file.colour), WHITE) < READABLE:
        found.error(
            "inhalt", Said("content.colour_not_readable"), column="colour", value=file.colour,
            expected=Said("content.contrast", least=READABLE),
        )  # fmt: skip
    logo = _logo((overlay or FOLDER) / file.logo, found) if file.logo else ""
    found.raise_if_failed(ContentError, UNFIT)
    return Sender(file.name, file.contact, logo, file.colour)


def _logo(path: Path, found: Findings) -> str:
    """The mark as SVG; a picture of pixels stands in a frame of its size."""
    if not path.is_file():
        found.error("inhalt", Said("content.logo_missing"), column="logo", value=path.name)
        return ""
    data = file_bytes(path)
    if len(data) > LARGEST:
        found.error("inhalt", Said("content.logo_too_large", most=LARGEST // 1000), column="logo", value=path.name)
        return ""
    if _is_png(data):
        width, height = (int.from_bytes(data[start : start + 4], "big") for start in (16, 20))
        inside = base64.b64encode(data).decode()
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
            f'<image width="{width}" height="{height}" href="data:image/png;base64,{inside}"/></svg>'
        )
    return _drawing(data, path, found)


def _is_png(data: bytes) -> bool:
    """Whether this is a whole picture: each of its parts is there, and as its checksum says."""
    if data[:8] != PNG or data[12:16] != b"IHDR":
        return False
    place, kind = len(PNG), b""
    while kind != b"IEND" and place < len(data):
        length, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        if zlib.crc32(data[place + 4 : place + 8 + length]).to_bytes(4, "big") != data[place + 8 + length :][:4]:
            return False
        place += 12 + length
    return kind == b"IEND" and int.from_bytes(data[16:20], "big") > 0 and int.from_bytes(data[20:24], "big") > 0


def _drawing(data: bytes, path: Path, found: Findings) -> str:
    """An SVG that needs no other file."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    text, tag = "", ""
    try:
        text = data.decode("utf-8-sig")
        tag = fromstring(text).tag
    except (UnicodeDecodeError, ParseError, DefusedXmlException):
        pass  # the finding below says that it is no drawing
    if not tag.endswith("}svg") or re.search(r"href\s*=\s*[\"'](?!#|data:)", text):
        found.error("inhalt", Said("content.logo_no_drawing"), column="logo", value=path.name)
        return ""
    return text
