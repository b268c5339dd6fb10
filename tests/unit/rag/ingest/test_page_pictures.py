from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from rag import ArticleNotFoundError, Assistant, InputError, PageArea, Settings, Span
from rag.ingest.pdf import document
from rag.ingest.pdf.characters import View
from tests.integration.hashed_encoder import HashedEncoder
from tests.unit.rag.ingest.pdf.written import HEIGHT, MONO_WIDTH, WIDTH, Put, paragraph, written

SIZE = 20
LEADING = 1.25
LINES = ["The harbour of Lindness was opened", "by the engineer Marta Solberg in 1911."]
FIRST = [Put("Yearbook", y=800, size=9), *paragraph(LINES, x=60, y=500, size=SIZE, font="mono")]
SECOND = [Put("Yearbook", y=800, size=9), *paragraph(["It was closed again in 1974."], size=SIZE, font="mono")]


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with Assistant(tmp_path / "store", Settings.load(), encoder=HashedEncoder()) as opened:
        yield opened


def add(assistant: Assistant, tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "harbour.pdf"
    path.write_bytes(data)
    (outcome,) = assistant.add(path)
    assert outcome.status == "added", outcome.message
    assert outcome.article_id is not None
    path.unlink()  # the store must not need it any more
    return outcome.article_id


def span_of(assistant: Assistant, article_id: str, words: str) -> Span:
    start = assistant.article(article_id).text.index(words)
    return Span(start, start + len(words))


def drawn_at(
    column: int, line: int, length: int, crop: tuple[float, float, float, float]
) -> tuple[float, float, float]:
    """Left, right and base of ``length`` characters of ``LINES`` as shares of the cropped page."""
    left = 60 + column * MONO_WIDTH * SIZE - crop[0]
    base = crop[3] - (500 - line * SIZE * LEADING)
    width, height = crop[2] - crop[0], crop[3] - crop[1]
    return left / width, (left + length * MONO_WIDTH * SIZE) / width, base / height


def check_area(area: PageArea, expected: tuple[float, float, float]) -> None:
    left, right, base = expected
    assert area.left == pytest.approx(left, abs=0.003)
    assert area.left + area.width == pytest.approx(right, abs=0.003)
    assert area.top < base < area.top + area.height


@pytest.mark.parametrize("crop", [(0, 0, WIDTH, HEIGHT), (40, 300, 595, 700)], ids=["whole", "cropped"])
def test_the_areas_lie_where_the_words_were_put(
    assistant: Assistant, tmp_path: Path, crop: tuple[float, float, float, float]
) -> None:
    article_id = add(assistant, tmp_path, written([FIRST, SECOND], crop=crop))
    spans = [span_of(assistant, article_id, words) for words in ("Marta Solberg", "opened by the")]
    picture = assistant.page_picture(article_id, 1, spans, width=800)
    assert (picture.page, picture.pages) == (1, 2)
    assert picture.width == pytest.approx(800, abs=1)
    assert picture.height == pytest.approx(800 * (crop[3] - crop[1]) / (crop[2] - crop[0]), abs=1)
    (solberg,), (opened, by_the) = picture.areas
    check_area(solberg, drawn_at(LINES[1].index("Marta"), 1, len("Marta Solberg"), crop))
    assert 0.8 * SIZE < solberg.height * (crop[3] - crop[1]) < 1.3 * SIZE
    check_area(opened, drawn_at(LINES[0].index("opened"), 0, len("opened"), crop))
    check_area(by_the, drawn_at(0, 1, len("by the"), crop))


def test_the_picture_has_ink_in_the_areas_and_nowhere_beside_them(assistant: Assistant, tmp_path: Path) -> None:
    article_id = add(assistant, tmp_path, written([paragraph(LINES, x=60, y=500, size=SIZE, font="mono")]))
    whole = Span(0, len(assistant.article(article_id).text))
    picture = assistant.page_picture(article_id, 1, [whole])
    image = Image.open(io.BytesIO(picture.png))
    assert image.size == (picture.width, picture.height)
    assert image.format == "PNG"
    ink = image.convert("L").point(lambda value: 255 if value < 128 else 0)
    for area in picture.areas[0]:
        box = (area.left, area.top, area.left + area.width, area.top + area.height)
        left, top, right, bottom = (
            round(share * most) for share, most in zip(box, (*image.size, *image.size), strict=True)
        )
        assert ink.crop((left, top, right, bottom)).getbbox() is not None
        ink.paste(0, (left - 2, top - 2, right + 2, bottom + 2))
    assert ink.getbbox() is None


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_a_turned_page_is_drawn_turned_and_its_areas_with_it(assistant: Assistant, tmp_path: Path, rotate: int) -> None:
    article_id = add(assistant, tmp_path, written([[Put("Lindness harbour", x=60, y=500, size=SIZE)]], rotate=rotate))
    picture = assistant.page_picture(article_id, 1, [Span(0, 8)])
    image = Image.open(io.BytesIO(picture.png)).convert("L")
    assert (image.width > image.height) == (rotate != 180)
    left, top = (min(getattr(area, name) for area in picture.areas[0]) for name in ("left", "top"))
    right = max(area.left + area.width for area in picture.areas[0])
    bottom = max(area.top + area.height for area in picture.areas[0])
    box = (left * image.width, top * image.height, right * image.width, bottom * image.height)
    crop = image.crop(tuple(round(edge) for edge in box))  # type: ignore[arg-type]
    assert crop.getextrema()[0] < 128, "no ink where the word should be"
    longer, shorter = max(crop.size), min(crop.size)
    assert longer > 2 * shorter
    assert (crop.height > crop.width) == (rotate != 180)


def test_a_span_on_two_pages_has_areas_on_both(assistant: Assistant, tmp_path: Path) -> None:
    article_id = add(assistant, tmp_path, written([FIRST, SECOND]))
    text = assistant.article(article_id).text
    span = Span(text.index("1911"), text.index("closed") + len("closed"))
    first, second = (assistant.page_picture(article_id, page, [span]) for page in (1, 2))
    assert len(first.areas[0]) >= 1
    assert len(second.areas[0]) >= 1
    elsewhere = assistant.page_picture(article_id, 2, [span_of(assistant, article_id, "Marta")])
    assert elsewhere.areas == ((),)


def test_what_no_longer_means_the_same_is_not_marked() -> None:
    data = written([[Put("Lindness harbour")]])
    right, wrong = document.draw(data, 0, 200, [[(0, "Lindness")], [(0, "Tarnside")]]).areas
    assert len(right) == 1
    assert wrong == []
    assert document.draw(data, 0, 200, [[(9_999, "x")]]).areas == [[]]


def test_an_enormous_page_becomes_a_picture_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "LARGEST_PICTURE", 10_000)
    drawing = document.draw(written([[Put("x")]]), 0, 3_000, [])
    assert drawing.width * drawing.height < 11_000


def test_what_cannot_be_shown_is_an_error_that_says_so(assistant: Assistant, tmp_path: Path) -> None:
    article_id = add(assistant, tmp_path, written([FIRST]))
    plain = tmp_path / "plain.txt"
    plain.write_text("The harbour was opened in May 1911.", encoding="utf-8")
    (outcome,) = assistant.add(plain)
    assert outcome.article_id is not None
    with pytest.raises(ArticleNotFoundError):
        assistant.page_picture("0" * 16, 1)
    with pytest.raises(InputError, match=r"plain\.txt has no pages to show"):
        assistant.page_picture(outcome.article_id, 1)
    for page in (0, 2):
        with pytest.raises(InputError, match=rf"no page {page}; it has the pages 1 to 1"):
            assistant.page_picture(article_id, page)
    with pytest.raises(InputError, match=r"is not in harbour\.pdf"):
        assistant.page_picture(article_id, 1, [Span(0, 10_000)])
    with pytest.raises(InputError, match="pixels wide"):
        assistant.page_picture(article_id, 1, width=10**6)
    assistant.remove(article_id)
    with pytest.raises(ArticleNotFoundError):
        assistant.page_picture(article_id, 1)


def test_threads_share_the_door(assistant: Assistant, tmp_path: Path) -> None:
    article_id = add(assistant, tmp_path, written([FIRST, SECOND]))
    with ThreadPoolExecutor(4) as pool:
        pictures = list(pool.map(lambda page: assistant.page_picture(article_id, page), [1, 2, 1, 2]))
    assert pictures[0] == pictures[2]
    assert pictures[1] == pictures[3]
    assert pictures[0].png != pictures[1].png


def test_a_turned_point_keeps_its_place_in_the_view() -> None:
    corners = {0: (0, 100), 90: (0, 0), 180: (200, 0), 270: (100, 200)}
    for rotation, expected in corners.items():
        assert View(10, 20, 210, 120, rotation).point(10, 20) == expected
