import io

import pytest
from fixtures_library import draw_harbour
from PIL import Image

from ingest.errors import BrokenSource, NotFound
from service.rendering import boxes, picture, shape


@pytest.fixture(scope="module")
def pdf(tmp_path_factory):
    path = tmp_path_factory.mktemp("pdf") / "harbour.pdf"
    draw_harbour(path)
    return path


def points(box):
    """Left, top, right, bottom in points of the A4 page."""
    return (box.left * 595, box.top * 842, box.right * 595, box.bottom * 842)


def test_a_page_is_a_png_of_the_width_asked_for(pdf):
    image = Image.open(io.BytesIO(picture(pdf, 1, width=600)))
    assert image.format == "PNG"
    assert image.size == (600, 850)
    assert shape(pdf, 1) == (595, 842)


def test_a_page_that_is_not_there_is_not_found(pdf):
    for number in (0, 4):
        with pytest.raises(NotFound, match=f"no page {number}: the file has pages 1 to 3"):
            picture(pdf, number, width=100)


def test_a_broken_file_is_named(tmp_path):
    path = tmp_path / "bad.pdf"
    path.write_bytes(b"%PDF-1.4 nothing")
    with pytest.raises(BrokenSource, match=r"bad\.pdf"):
        shape(path, 1)


def test_a_quote_is_boxed_line_by_line_across_a_hyphen(pdf):
    first, second = boxes(pdf, 1, ["Harbour Town has a good fire service.¹"])
    left, top, right, bottom = points(first)
    assert left == pytest.approx(72, abs=2)
    assert top < 130 - 8
    assert 130 < bottom < 136
    assert 240 < right < 270
    left, top, right, bottom = points(second)
    assert left == pytest.approx(72, abs=2)
    assert 145 < bottom < 151
    assert right < 115


def test_a_row_is_boxed_by_the_words_that_stand_together(pdf):
    found = [points(box) for box in boxes(pdf, 2, ["False alarms: 2022 512; 2023 477"])]
    assert {round(left) for left, *_ in found} >= {72}
    assert all(120 + 2 * 15 - 12 < top < 120 + 2 * 15 for _, top, _, _ in found)
    assert max(right for *_, right, _ in found) > 330


def test_values_that_stand_under_their_names_are_boxed_whole(tmp_path):
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "panel.pdf"
    canvas = Canvas(str(path), pagesize=(595, 842), invariant=1)
    for left, top, text in (
        (72, 100, "Calls answered in time, 2023"),
        (72, 120, "Harbour Town"),
        (300, 120, "All towns"),
        (72, 140, "81.5%"),
        (300, 140, "79.0%"),
        (72, 400, "81.5%"),
    ):
        canvas.drawString(left, 842 - top, text)
    canvas.save()
    quote = "Calls answered in time, 2023: Harbour Town 81.5%; All towns 79.0%"
    found = [points(box) for box in boxes(path, 1, [quote])]
    (values,) = [box for box in found if 125 < box[1] < 140]
    assert values[0] == pytest.approx(72, abs=2)
    assert values[2] == pytest.approx(300 + 33, abs=4)
    assert max(bottom for *_, bottom in found) < 150


def test_each_page_boxes_its_part_of_a_quote_that_crosses(pdf):
    quote = (
        "The oldest station stands beside the lighthouse and was opened in 1931, long before the "
        "harbour wall was built."
    )
    (first,) = boxes(pdf, 2, [quote])
    (second,) = boxes(pdf, 3, [quote])
    assert 780 < points(first)[3] < 786
    assert 100 < points(second)[3] < 106


def test_words_that_are_not_there_are_not_boxed(pdf):
    assert boxes(pdf, 1, ["A whale was seen in the bay.", "", "calls of the wild in spring"]) == []


def test_a_turned_page_is_boxed_as_it_is_shown(pdf, tmp_path):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    writer.add_page(PdfReader(pdf).pages[2].rotate(90))
    turned = tmp_path / "turned.pdf"
    writer.write(turned)
    assert shape(turned, 1) == (842, 595)
    (box,) = boxes(turned, 1, ["Ninety firefighters work at three stations."])
    # Turned clockwise, a line near the top stands near the right edge and runs downwards.
    assert box.left > 0.8
    assert box.bottom - box.top > 0.3
