import pytest

from service.subjects import subjects


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (
            [
                "Leeds City Council – Inspection of services",
                "Inspection of the Leeds authority",
                "Re-inspection – Isle of Wight Council",
                "Isle of Wight – Inspection",
                "London Borough of Bexley – Inspection",
                "London Borough of Brent – Inspection",
                "Bury Borough Council – Re-inspection",
                "Hull City Council – Inspection",
            ],
            ["Leeds", "Leeds", "Isle of Wight", "Isle of Wight", "Bexley", "Brent", "Bury", "Hull"],
        ),
        (["Lights of Ambridge", "Lights of Dunwich"], ["Ambridge", "Dunwich"]),
        (
            ["Corrow Harbour – Inspection", "Port Ellery Harbour – Inspection"] * 2,
            ["Corrow", "Port Ellery"] * 2,
        ),
        (["Harbour Town 2015", "Harbour Town 2016"], ["Harbour Town", "Harbour Town"]),
        (["the same", "the same"], ["the same", "the same"]),
        (["Only one of 2015"], ["Only one of 2015"]),
        ([], []),
    ],
)
def test_a_subject_is_what_tells_titles_apart(titles, expected):
    assert subjects(titles) == expected


def test_a_subject_has_no_figure_of_one_report():
    found = subjects(["Water 2015 – Quality of Rivers", "Water 2016 – Quality of Rivers"])
    assert found == ["Quality of Rivers"] * 2
