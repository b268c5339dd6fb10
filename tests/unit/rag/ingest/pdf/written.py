"""A small writer of PDF files: the same lines give the same bytes, and every line stands exactly where it is put."""

from __future__ import annotations

import math
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 595, 842
"""A4 in points."""
FONTS = {"plain": "Helvetica", "bold": "Helvetica-Bold", "mono": "Courier"}
MONO_WIDTH = 0.6
"""Width of every character of Courier, in font sizes."""


@dataclass(frozen=True)
class Put:
    """A line of text.

    Attributes:
        x, y: where its first character stands, in points from the page's lower left corner.
        font: one of ``FONTS``, or "any" for text beyond Latin.
    """

    text: str
    x: float = 72
    y: float = 720
    size: float = 11
    font: str = "plain"
    angle: int = 0
    """Degrees by which it is turned against the clock."""


def paragraph(
    lines: Sequence[str], x: float = 72, y: float = 720, size: float = 11, font: str = "plain", leading: float = 1.25
) -> list[Put]:
    """Lines below each other."""
    return [Put(line, x, y - number * size * leading, size, font) for number, line in enumerate(lines)]


def written(
    pages: Sequence[Sequence[Put]],
    facts: Mapping[str, str] | None = None,
    *,
    rotate: int = 0,
    crop: tuple[float, float, float, float] | None = None,
    password: bool = False,
    pictures: Collection[int] = (),
    values: Sequence[Put] = (),
) -> bytes:
    """A PDF file.

    Args:
        facts: its properties (``Title``, ``Author``, ``CreationDate`` …).
        rotate: by how many degrees, clockwise, every page is shown turned.
        crop: the part of every page that is shown: left, bottom, right, top.
        password: whether it asks for one; which, nobody knows.
        pictures: numbers, from 0, of the pages that a picture fills.
        values: what the fields of a form on the first page hold.
    """
    known = sorted({character for page in pages for put in page if put.font == "any" for character in put.text})
    codes = {character: number for number, character in enumerate(known, start=1)}
    names = [*FONTS, "any"]
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>" for name in FONTS.values()
    ]
    objects += _font_for_any(codes, first=len(objects) + 1)
    fonts = " ".join(f"/{name} {3 + number} 0 R" for number, name in enumerate(names))
    kids = []
    for page in pages:
        drawn = [_drawn(put, codes) for put in page]
        picture = len(kids) in pictures
        if picture:
            drawn.insert(0, f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /Im Do Q")
        content = zlib.compress("\n".join(drawn).encode("ascii"), 9).decode("latin-1")
        shown = f" /CropBox [{' '.join(map(str, crop))}]" if crop else ""
        kids.append(len(objects) + 1)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}]{shown} /Rotate {rotate} "
            f"/Resources << /Font << {fonts} >> /XObject << /Im {len(objects) + 3} 0 R >> >> "
            f"/Contents {len(objects) + 2} 0 R{_FIELDS if values and len(kids) == 1 else ''} >>"
        )
        objects.append(f"<< /Length {len(content)} /Filter /FlateDecode >>\nstream\n{content}\nendstream")
        objects.append(
            "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
            "/Length 1 >>\nstream\n7\nendstream"
        )
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(kids)} >>"
    if values:
        fields = _fields(objects, values)
        objects[0] = f"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [{fields}] >> >>"
        objects[kids[0] - 1] = objects[kids[0] - 1].replace(_FIELDS, f" /Annots [{fields}]")
    trailer = ""
    if facts:
        objects.append("<< " + " ".join(f"/{key} {_hexadecimal(value)}" for key, value in facts.items()) + " >>")
        trailer += f" /Info {len(objects)} 0 R"
    if password:
        objects.append(f"<< /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >>")
        trailer += f" /Encrypt {len(objects)} 0 R /ID [<{'43' * 16}> <{'43' * 16}>]"
    return _file(objects, trailer)


_FIELDS = " /Annots []"


def _fields(objects: list[str], values: Sequence[Put]) -> str:
    """Write fields that show their values; returns references to them."""
    numbers = []
    for number, put in enumerate(values):
        width, height = 200, put.size * 1.5
        content = f"BT /F {put.size} Tf 2 3 Td ({put.text}) Tj ET"
        objects.append(
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 {width} {height}] /Resources << /Font << /F 3 0 R >> >> "
            f"/Length {len(content)} >>\nstream\n{content}\nendstream"
        )
        objects.append(
            f"<< /Type /Annot /Subtype /Widget /FT /Tx /T (field{number}) /V ({put.text}) /F 4 "
            f"/Rect [{put.x} {put.y - 3} {put.x + width} {put.y - 3 + height}] /AP << /N {len(objects)} 0 R >> >>"
        )
        numbers.append(f"{len(objects)} 0 R")
    return " ".join(numbers)


def _file(objects: Sequence[str], trailer: str) -> bytes:
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R{trailer} >>\nstartxref\n{len(body)}\n%%EOF\n"
    )
    return body + end.encode("ascii")


def _drawn(put: Put, codes: Mapping[str, int]) -> str:
    if put.font == "any":
        text = "".join(f"{codes[character]:04X}" for character in put.text)
    else:
        text = put.text.encode("cp1252").hex()
    place = f"{put.x:.3f} {put.y:.3f} Td"
    if put.angle:
        sine, cosine = round(math.sin(math.radians(put.angle)), 6), round(math.cos(math.radians(put.angle)), 6)
        place = f"{cosine} {sine} {-sine} {cosine} {put.x:.3f} {put.y:.3f} Tm"
    return f"BT /{put.font} {put.size} Tf {place} <{text}> Tj ET"


def _hexadecimal(value: str) -> str:
    return f"<FEFF{value.encode('utf-16-be').hex()}>"


def _font_for_any(codes: Mapping[str, int], first: int) -> list[str]:
    """A font without shapes whose characters say what they stand for."""
    pairs = "\n".join(f"<{code:04X}> <{one.encode('utf-16-be').hex()}>" for one, code in codes.items())
    table = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Any def /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(codes)} beginbfchar\n{pairs}\nendbfchar\n"
        "endcmap end end"
    )
    return [
        f"<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /DescendantFonts [{first + 1} 0 R] "
        f"/ToUnicode {first + 3} 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /DW 600 /CIDSystemInfo << /Registry (Adobe) "
        f"/Ordering (Identity) /Supplement 0 >> /FontDescriptor {first + 2} 0 R >>",
        "<< /Type /FontDescriptor /FontName /Any /Flags 4 /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 "
        "/StemV 80 /FontBBox [0 -200 1000 800] >>",
        f"<< /Length {len(table)} >>\nstream\n{table}\nendstream",
    ]
