"""What people say of answers, kept in SQLite; the export is draft lines for the known answers."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

Verdict = Literal["right", "wrong", "wrong place"]

_SCHEMA = """
create table if not exists feedback (
    id integer primary key,
    said_at text not null,
    verdict text not null check (verdict in ('right', 'wrong', 'wrong place')),
    note text not null,
    question text not null,
    answer text not null,
    quote text not null,
    document_id text not null,
    passage integer,
    section text not null
)
"""
_SECTION = "\x1f"
"""Parts the titles of a heading path in the database."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A verdict on an answer, with the question and what was answered.

    ``answer`` is empty where none was given: "right" then says that the reports don't say.
    ``passage`` is the passage's number in the document, None without an answer.
    """

    verdict: Verdict
    question: str
    answer: str = ""
    quote: str = ""
    document_id: str = ""
    passage: int | None = None
    section: tuple[str, ...] = ()
    note: str = ""
    said_at: str = ""


class Feedback:
    """The remarks in one database file, made when the first is kept."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def keep(self, remark: Remark) -> None:
        """Add a remark, dated now (UTC)."""
        values = asdict(remark) | {
            "said_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "section": _SECTION.join(remark.section),
        }
        names = [field.name for field in fields(Remark)]
        places = ", ".join(f":{name}" for name in names)
        with closing(self._open()) as database, database:
            database.execute(f"insert into feedback ({', '.join(names)}) values ({places})", values)

    def remarks(self) -> list[Remark]:
        """All remarks, oldest first."""
        if not self.path.is_file():
            return []
        names = ", ".join(field.name for field in fields(Remark))
        with closing(self._open()) as database:
            found = database.execute(f"select {names} from feedback order by id").fetchall()
        return [
            Remark(**(dict(row) | {"section": tuple(filter(None, row["section"].split(_SECTION)))}))
            for row in found
        ]

    def export(self) -> Iterator[dict[str, object]]:
        """Each remark as a draft line of the known answers (``eval/questions.jsonl``), for a
        person to complete: a right answer is acceptable, a wrong one is not, and of one in the
        wrong place only the text is."""
        for number, remark in enumerate(self.remarks(), 1):
            right_text = remark.verdict in ("right", "wrong place") and remark.answer
            right_place = remark.verdict == "right" and remark.answer
            line: dict[str, object] = {
                "id": f"fb-{number:03}",
                "kind": "feedback",
                "question": remark.question,
                "answers": [[remark.answer]] if right_text else [],
            }
            if remark.verdict == "wrong" and remark.answer:
                line["not"] = [remark.answer]
            line["sections"] = [list(remark.section)] if right_place else []
            line["draft"] = {
                "verdict": remark.verdict,
                "note": remark.note,
                "document": remark.document_id,
                "quote": remark.quote,
                "said_at": remark.said_at,
            }
            yield line

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(self.path)
        database.row_factory = sqlite3.Row
        database.execute(_SCHEMA)
        return database
