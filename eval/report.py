"""A summary as files: ``report.md``, ``report.html`` with plots, and ``outcomes.jsonl``."""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from eval.cases import Case
from eval.plots import by_kind, reliability_plot, risk_plot
from eval.run import Outcome
from eval.summary import Summary, interval
from service.reply import Citation


@dataclass(frozen=True, slots=True)
class Miss:
    """What is shown of an outcome that went wrong, in words."""

    case: Case
    fault: str
    expected: str
    expected_at: str
    got: str
    got_at: str
    first_at: str
    confidence: float


def write_report(summary: Summary, out: Path) -> None:
    """Write the three files into a folder, which is made if it isn't there."""
    out.mkdir(parents=True, exist_ok=True)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["interval"] = interval
    environment.filters["cell"] = lambda text: " ".join(str(text).replace("|", "\\|").split())
    shown = {"summary": summary, "misses": [miss(outcome) for outcome in summary.misses]}
    markdown = environment.get_template("report.md").render(shown)
    (out / "report.md").write_text(markdown, encoding="utf-8")
    html = environment.get_template("report.html").render(shown, plots=list(_plots(summary)))
    (out / "report.html").write_text(html, encoding="utf-8")
    lines = [json.dumps(as_dict(outcome), ensure_ascii=False) for outcome in summary.outcomes]
    (out / "outcomes.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def miss(outcome: Outcome) -> Miss:
    """Put an outcome into words: what was expected and where, what came instead and from where."""
    case, answer = outcome.case, outcome.reply.answer
    citations = outcome.reply.citations
    return Miss(
        case=case,
        fault=_fault(outcome),
        expected=" or ".join(" + ".join(strings) for strings in case.answers)
        or ("a passage of that section" if case.answerable else "that the report doesn't say"),
        expected_at="; ".join(_known_place(case)),
        got=answer.text if answer else "",
        got_at=_place(citations[answer.citation]) if answer else "",
        first_at=_place(citations[0]) if citations else "no passage",
        confidence=outcome.reply.confidence,
    )


def as_dict(outcome: Outcome) -> dict[str, object]:
    """An outcome as plain values, for comparing runs."""
    case, reply = outcome.case, outcome.reply
    return {
        "id": case.id,
        "kind": case.kind,
        "split": case.split,
        "question": case.question,
        "answerable": case.answerable,
        "answered": outcome.answered,
        "right": outcome.right,
        "cited": outcome.cited,
        "placed": outcome.placed,
        "evidence": outcome.evidence,
        "confidence": reply.confidence,
        "took_ms": reply.took_ms,
        "answer": reply.answer.text if reply.answer else None,
    }


def _fault(outcome: Outcome) -> str:
    if not outcome.case.answerable:
        return "answered though the report doesn't say"
    if not outcome.answered:
        return "refused" + (", rightly found" if outcome.right else "")
    if not outcome.right and outcome.case.answers:
        return "wrong answer"
    return "right answer, wrong place cited" if not outcome.cited else "another section first"


def _known_place(case: Case) -> Iterator[str]:
    if case.document:
        pages = " or ".join(str(page) for page in case.pages)
        yield case.document + (f", page {pages}" if pages else "")
    for path in case.sections:
        yield " › ".join(path)


def _place(citation: Citation) -> str:
    passage = citation.passage
    parts = [citation.document.name]
    if passage.page:
        parts.append(f"page {passage.page}")
    if passage.section:
        parts.append(" › ".join(passage.section))
    return ", ".join(parts)


def _plots(summary: Summary) -> Iterator[tuple[str, str]]:
    """Caption and data address of each plot."""
    drawn = [(measure.label, by_kind(summary, measure.label)) for measure in summary.measures[:2]]
    drawn += [
        ("Reliability: confidence against the share right", reliability_plot(summary)),
        ("Risk and coverage over all thresholds; the ring is where we operate", risk_plot(summary)),
    ]
    for caption, svg in drawn:
        yield caption, f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
