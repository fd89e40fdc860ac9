from service.feedback import Feedback, Remark


def remark(verdict, **more):
    return Remark(verdict, "how many?", "41", "There are 41.", "harbour", 2, ("A", "B › C"), **more)


def test_remarks_come_back_in_order(tmp_path):
    kept = Feedback(tmp_path / "new" / "feedback.sqlite3")
    kept.keep(remark("right", note="'); drop table feedback; --"))
    kept.keep(Remark("wrong", "where?"))
    first, second = Feedback(kept.path).remarks()
    assert first.said_at.endswith("+00:00")
    assert first.note == "'); drop table feedback; --"
    assert (first.passage, first.section) == (2, ("A", "B › C"))
    assert (second.question, second.passage, second.section) == ("where?", None, ())


def test_none_yet_is_none(tmp_path):
    assert Feedback(tmp_path / "none.sqlite3").remarks() == []
    assert not (tmp_path / "none.sqlite3").exists()


def test_export_says_what_each_verdict_means(tmp_path):
    kept = Feedback(tmp_path / "feedback.sqlite3")
    for verdict in ("right", "wrong", "wrong place"):
        kept.keep(remark(verdict))
    kept.keep(Remark("right", "where?"))
    right, wrong, place, unanswered = kept.export()
    assert (right["answers"], right["sections"], "not" in right) == (
        [["41"]],
        [["A", "B › C"]],
        False,
    )
    assert (wrong["answers"], wrong["sections"], wrong["not"]) == ([], [], ["41"])
    assert (place["answers"], place["sections"], "not" in place) == ([["41"]], [], False)
    assert (unanswered["answers"], unanswered["sections"]) == ([], [])
    assert [line["id"] for line in (right, wrong)] == ["fb-001", "fb-002"]
    assert right["draft"]["quote"] == "There are 41."
