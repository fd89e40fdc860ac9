import threading

import pytest

import service.guarded as under_test
from ingest.errors import BrokenSource, EmptySource
from ingest.isolate import Isolated, Limits
from service.guarded import GuardedReader


class Child(Isolated):
    """Stands for a process: remembers that it was made, what it read, and that it was ended."""

    made: list["Child"]

    def __init__(self, limits):
        super().__init__(limits)
        self.made.append(self)
        self.files: list[str] = []
        self.ended = False

    def read(self, reader, path, **options):
        assert reader is under_test.read_counted
        assert options["passage_tokens"] == 100
        self.files.append(path.name)
        if path.name == "bad":
            raise BrokenSource("bad", "it is bad")
        if path.name == "slow":
            both.wait(10)
        return path.name

    def close(self):
        self.ended = True


both = threading.Barrier(2)


@pytest.fixture
def made(monkeypatch):
    Child.made = []
    monkeypatch.setattr(under_test, "Isolated", Child)
    return Child.made


@pytest.fixture
def reader(tmp_path):
    return GuardedReader(models=tmp_path, passage_tokens=100, limits=Limits())


def test_one_child_reads_files_of_many_threads_one_after_another(made, reader, tmp_path):
    for n in range(5):
        thread = threading.Thread(target=reader, args=(tmp_path / f"{n}",))
        thread.start()
        thread.join()
    assert [child.files for child in made] == [["0", "1", "2", "3", "4"]]


def test_two_files_at_once_take_two_children_that_stay_of_use(made, reader, tmp_path):
    threads = [threading.Thread(target=reader, args=(tmp_path / "slow",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reader(tmp_path / "next")
    assert sorted(child.files for child in made) == [["slow"], ["slow", "next"]]


def test_a_refused_file_costs_no_child(made, reader, tmp_path):
    with pytest.raises(BrokenSource, match="bad: it is bad"):
        reader(tmp_path / "bad")
    assert reader(tmp_path / "good") == "good"
    assert [child.files for child in made] == [["bad", "good"]]


def test_all_children_are_ended(made, reader, tmp_path):
    with reader:
        reader(tmp_path / "a")
    assert [child.ended for child in made] == [True]


def test_a_real_child_refuses_an_empty_file(reader, tmp_path):
    path = tmp_path / "empty.txt"
    path.write_text(" \n")
    with reader, pytest.raises(EmptySource):
        reader(path)
