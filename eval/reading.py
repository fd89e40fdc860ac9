"""How well documents are read, measured on real files: `python -m eval.reading`.

Outline: headings found against hand-checked outlines (eval/outlines), matched in order by their
words (longest common subsequence); precision, recall, and for the matched the share with the right
level and the right page.
Page: of the known facts, the share whose passage names the fact's page.
Faithful: the share of quotable units whose words stand in the source text of the pages that they
name, and the
share of the source's words that reach a passage or a heading. The source text is taken from another
extractor than ours (pdfium), so that the reading is not compared with itself.
Official: of the report that the project was made for, what is known to be hard in it.
Guides: the share of gold heading paths that stand in the outline.
"""

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

from eval.official import official_shares
from eval.share import Share
from eval.sourcetext import Pages, source_pages
from ingest.contents import fold
from ingest.errors import SourceError
from ingest.levels import align
from ingest.read import read
from ingest.records import Passage, Reading, Unit

OUTLINES = Path(__file__).parent / "outlines"
SHARED = Path(__file__).parents[2] / "shared"


@dataclass(frozen=True, slots=True)
class Heading:
    title: str
    level: int
    page: int


@dataclass(frozen=True, slots=True)
class OutlineScore:
    """Counts for one document; ``levels`` and ``pages`` are among the matched."""

    name: str
    split: str
    found: int
    gold: int
    matched: int
    levels: int
    pages: int
    missed: tuple[str, ...]
    extra: tuple[str, ...]


def count_words(text: str) -> int:
    """Words and punctuation marks: near enough to a model's tokens for measuring the reading."""
    return len(re.findall(r"\w+|[^\w\s]", text))


@cache
def reading_of(path: Path) -> Reading:
    return read(path, count_tokens=count_words)


def gold_outline(path: Path) -> tuple[str, list[Heading]]:
    """An expected outline: "# split: dev" and lines of level, page (0 for none) and title."""
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    split = first.removeprefix("# split:").strip()
    rows = [line.split("\t") for line in lines if line.strip() and not line.startswith("#")]
    return split, [Heading(title, int(level), int(page)) for level, page, title in rows]


def score_outline(path: Path, source: Path) -> OutlineScore:
    split, gold = gold_outline(path)
    sections = [section for section in reading_of(source).document.sections if section.path]
    found = [Heading(s.title, s.level, s.page or s.printed_page or 0) for s in sections]
    pairs = align([fold(h.title) for h in gold], [fold(h.title) for h in found])
    wanted, got = {i for i, _ in pairs}, {j for _, j in pairs}
    return OutlineScore(
        path.stem,
        split,
        len(found),
        len(gold),
        len(pairs),
        sum(gold[i].level == found[j].level for i, j in pairs),
        sum(gold[i].page == found[j].page for i, j in pairs),
        tuple(f"{h.level} p{h.page} {h.title}" for i, h in enumerate(gold) if i not in wanted),
        tuple(f"{h.level} p{h.page} {h.title}" for j, h in enumerate(found) if j not in got),
    )


def outline_scores(shared: Path) -> Iterator[OutlineScore]:
    for path in sorted(OUTLINES.glob("*.txt")):
        for source in (
            shared / "benchmarks" / "ofsted" / "reports" / f"{path.stem}.pdf",
            shared / "report" / f"{path.stem}.txt",
        ):
            if source.exists():
                yield score_outline(path, source)


def page_citation(shared: Path) -> Share:
    """Facts whose passage names the page: the one that holds the value, in its text or its
    headings, with the longest run of the quote's words."""
    folder = shared / "benchmarks" / "ofsted"
    facts = [json.loads(line) for line in (folder / "facts.jsonl").open(encoding="utf-8")]
    misses = []
    for fact in facts:
        reading = reading_of(folder / "reports" / fact["document"])
        passage = _holding(reading.passages, fact["value"], fact["quote"])
        if passage is None or not passage.page <= fact["page"] <= passage.page_end:
            where = f"pp. {passage.page}–{passage.page_end}" if passage else "in no passage"
            misses.append(f"{fact['document']} p. {fact['page']} {fact['value']!r}: {where}")
    return Share("facts with the right page", len(facts) - len(misses), len(facts), tuple(misses))


def _holding(passages: Sequence[Passage], value: str, quote: str) -> Passage | None:
    """The passage with the value and the longest run of the quote's words, since passages that
    share more words with it in no order may tell of something else; among equals the one with most.
    """
    near = fold(quote).split()
    said = {p.n: fold(f"{' '.join(p.section)} {p.text}").split() for p in passages}
    holding = [p for p in passages if f" {fold(value)} " in f" {' '.join(said[p.n])} "]

    def likeness(passage: Passage) -> tuple[int, int]:
        words = said[passage.n]
        run = SequenceMatcher(None, words, near, autojunk=False).find_longest_match()
        return run.size, (Counter(words) & Counter(near)).total()

    return max(holding, key=likeness, default=None)


def faithful(sources: Sequence[Path]) -> tuple[Share, Share]:
    """Units whose words stand in their pages, and source words that reach a passage or heading."""
    units = good = words = reached = 0
    misses: list[str] = []
    lost: list[str] = []
    for source in sources:
        reading = reading_of(source)
        pages = source_pages(source)
        for passage in reading.passages:
            for unit in passage.units:
                units += 1
                if _stands(passage, unit, pages):
                    good += 1
                else:
                    said = passage.text[unit.start : unit.end]
                    misses.append(f"{source.stem} p. {passage.page} {said[:120]!r}")
        body = pages.body_words()
        ours = Counter(word for text in _texts(reading) for word in _words(text))
        words += body.total()
        reached += (body & ours).total()
        share = (body & ours).total() / max(body.total(), 1)
        if share < 0.99:
            most = ", ".join(f"{w}×{n}" for w, n in (body - ours).most_common(8))
            lost.append(f"{source.stem}: {share:.4f}, lost {most}")
    return (
        Share("units that stand in the source", good, units, tuple(misses)),
        Share("source words that reach a passage or heading", reached, words, tuple(lost)),
    )


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]{2,}|\d+", text.casefold())


def _texts(reading: Reading) -> Iterator[str]:
    for passage in reading.passages:
        yield passage.text
    for section in reading.document.sections:
        yield section.title


def _stands(passage: Passage, unit: Unit, pages: Pages) -> bool:
    said = passage.text[unit.start : unit.end]
    first, last = unit.page, unit.page_end
    if unit.kind == "row":
        parts = [*(cell.value for cell in unit.cells), *re.split(r"[:;]| – ", said)]
        return all(pages.hold_words(part, first, last) for part in parts)
    return pages.hold(said, first, last)


def guide_paths(shared: Path) -> Share:
    """Gold heading paths of the guides' questions that stand in the outline."""
    folder = shared / "benchmarks" / "govuk"
    total = 0
    misses = []
    for line in (folder / "questions.jsonl").open(encoding="utf-8"):
        question = json.loads(line)
        sections = reading_of(folder / "docs" / question["document"]).document.sections
        outline = {section.path for section in sections}
        for evidence in question["evidence"]:
            for path in map(tuple, evidence["sections"]):
                total += 1
                if path not in outline:
                    misses.append(f"{question['document']}: {' › '.join(path)}")
    return Share("gold paths of guides in the outline", total - len(misses), total, tuple(misses))


def outline_table(scores: Sequence[OutlineScore]) -> str:
    """The scores by document and by split, as a table."""
    lines = [f"{'outline':44} {'split':5} {'P':>6} {'R':>6} {'level':>6} {'page':>6}"]
    groups = [[score] for score in scores]
    groups += [[s for s in scores if s.split == split] for split in ("dev", "held")]
    for group in filter(None, groups):
        name = group[0].name if len(group) == 1 else f"all of {group[0].split}"
        found, gold, matched = (
            sum(getattr(s, field) for s in group) for field in ("found", "gold", "matched")
        )
        levels, pages = sum(s.levels for s in group), sum(s.pages for s in group)
        lines.append(
            f"{name:44} {group[0].split:5} {matched / max(found, 1):6.3f} "
            f"{matched / max(gold, 1):6.3f} {levels / max(matched, 1):6.3f} "
            f"{pages / max(matched, 1):6.3f}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of real material")
    parser.add_argument(
        "--only",
        choices=["outline", "page", "faithful", "official", "guides"],
        help="one measurement",
    )
    parser.add_argument("--misses", type=int, default=5, help="how many misses to show of each")
    args = parser.parse_args()
    if args.only in (None, "outline"):
        scores = list(outline_scores(args.shared))
        print(outline_table(scores))
        for score in scores:
            if score.split == "dev":
                _show("missed", score.name, score.missed[: args.misses])
                _show("extra", score.name, score.extra[: args.misses])
    shares: list[Share] = []
    if args.only in (None, "page"):
        shares.append(page_citation(args.shared))
    if args.only in (None, "faithful"):
        pdfs = sorted((args.shared / "benchmarks" / "ofsted" / "reports").glob("*.pdf"))
        shares.extend(faithful([*pdfs, *sorted((args.shared / "report").glob("*.txt"))]))
    if args.only in (None, "official"):
        for path in sorted((args.shared / "report").glob("*.txt")):
            shares.extend(official_shares(path, reading_of(path)))
    if args.only in (None, "guides"):
        shares.append(guide_paths(args.shared))
    for share in shares:
        print(share)
        _show("miss", "", share.misses[: args.misses])


def _show(what: str, name: str, lines: Sequence[str]) -> None:
    for line in lines:
        print(f"  {what} {name} {line}".replace("  ", " ", 1))


if __name__ == "__main__":
    try:
        main()
    except SourceError as error:
        raise SystemExit(str(error)) from error
