"""Where reportqa's own time goes, by stage: ingesting one file, and asking questions of it.

python -m eval.bench.stages [FILE]
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import onnxruntime

import service.library
from eval.bench.measuring import SHOWN
from eval.cases import load_cases
from index.encoder import CrossReranker, SentenceEncoder
from index.search import Searcher
from index.store import Store
from service.answer import Answerer
from service.assembly import make_library, make_reader
from service.guarded import GuardedReader
from service.intake import Taker, take_in
from service.library import Library
from service.settings import Settings

_ASK = (Library, "ask")
_QUERY = (service.library, "query")
_ENCODE = (Searcher, "vector")
_FIRST = (Searcher, "first_stage")
_SEARCH = (Searcher, "search")
_SCORE = (CrossReranker, "score")
_ANSWER = (Answerer, "answer")
_MODEL = (onnxruntime.InferenceSession, "run")
_READ = (GuardedReader, "__call__")
_EMBED = (SentenceEncoder, "encode")

_Place = tuple[Any, str]


def stages(file: Path, questions: Sequence[str]) -> str:
    """Two tables in Markdown. The file is ingested twice, since the first time loads libraries."""
    with TemporaryDirectory(prefix="bench-") as home, make_reader(Settings()) as read:
        library = make_library(Settings(index=Path(home) / "first"))
        take_in([file], Taker(library, read))
        library.store = Store(Path(home) / "second")
        begun = time.perf_counter()
        with timed(_READ, _EMBED, _MODEL) as spent:
            take_in([file], Taker(library, read))
        whole = time.perf_counter() - begun
        ingesting = _ingesting({place: sum(calls) for place, calls in spent.items()}, whole)
        library.ask(questions[0])
        with timed(_ASK, _QUERY, _ENCODE, _FIRST, _SEARCH, _SCORE, _ANSWER) as spent:
            for question in questions:
                library.ask(question, top_k=SHOWN)
    return f"{ingesting}\n{_asking(spent)}"


def _ingesting(spent: dict[_Place, float], whole: float) -> str:
    model, embed, read = spent[_MODEL], spent[_EMBED], spent[_READ]
    rows = [
        ("the embedding model itself", model),
        ("around it: tokens, batches, pooling", embed - model),
        ("the file read, in its child process", read),
        ("the rest: index built, checked, written", whole - embed - read),
    ]
    lines = [f"| {name} | {seconds:.2f} | {seconds / whole:.0%} |" for name, seconds in rows]
    head = f"| ingesting: {whole:.1f} s | s | share |\n|---|---|---|\n"
    return head + "\n".join([*lines, f"| outside the model | | {1 - model / whole:.0%} |"]) + "\n"


def _asking(spent: dict[_Place, list[float]]) -> str:
    def over(place: _Place, *without: _Place) -> float:
        pairs = zip(spent[place], *(spent[other] for other in without), strict=True)
        return 1000 * float(median(first - sum(rest) for first, *rest in pairs))

    rows = [
        ("question prepared: spelling, acronyms", over(_QUERY)),
        ("question embedded", over(_ENCODE)),
        ("vectors and BM25 searched, candidates made", over(_FIRST, _ENCODE)),
        ("candidates chosen for the cross-encoder", over(_SEARCH, _FIRST, _SCORE)),
        ("candidates read by the cross-encoder", over(_SCORE)),
        ("answer picked, shaped, cited", over(_ANSWER)),
        ("the rest", over(_ASK, _QUERY, _SEARCH, _ANSWER)),
    ]
    whole = over(_ASK)
    lines = [f"| {name} | {ms:.1f} | {ms / whole:.0%} |" for name, ms in rows]
    head = f"| asking: {whole:.0f} ms, medians | ms | share |\n|---|---|---|\n"
    return head + "\n".join(lines) + "\n"


@contextmanager
def timed(*places: _Place) -> Iterator[dict[_Place, list[float]]]:
    """The seconds of every call of some methods or functions, while the block lasts."""
    spent: defaultdict[_Place, list[float]] = defaultdict(list)
    with ExitStack() as stack:
        for owner, name in places:
            clocked = _clocked(getattr(owner, name), spent[owner, name])
            stack.enter_context(patch.object(owner, name, clocked))
        yield spent


def _clocked(function: Callable[..., Any], calls: list[float]) -> Callable[..., Any]:
    def clocked(*args: Any, **options: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*args, **options)
        finally:
            calls.append(time.perf_counter() - start)

    return clocked


def main() -> int:
    file = Path(sys.argv[1])
    print(stages(file, [case.question for case in load_cases() if case.answerable]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
