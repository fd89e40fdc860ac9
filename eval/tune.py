"""Tune the models on development questions: ``index/tuned``.

    python -m eval.tune var/index [var/real:eval/questions_official.jsonl …] --out var/tuned
        [--write]

Both are tuned four times: without each third of the questions, so that ``eval.calibrate`` can fit
the rest on questions that were not tuned on, and on all, which is what ``--write`` ships. The texts
that the reranker is tuned on are those found by the encoder that was tuned without their question.
"""

import argparse
import shutil
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path

from eval.cases import Case, case_sets
from eval.tunable import Example
from eval.tune_encoder import Asked, TunableEncoder, asked, tune_encoder
from eval.tune_reranker import Read, TunableReranker, read, tune_reranker
from index.encoder import TUNED
from index.models import ENCODER, RERANKER, locate
from ingest.errors import ReportError
from service.assembly import make_library
from service.settings import Settings

THIRDS = range(3)
Sets = Sequence[tuple[Path, tuple[Case, ...]]]


def third(case: Case) -> int:
    """Which third of the questions a question belongs to: 0, 1 or 2, by a checksum of its id."""
    return zlib.crc32(case.id.encode()) % len(THIRDS)


def of_third(cases: Sequence[Case], number: int) -> list[Case]:
    """The questions of a third."""
    return [case for case in cases if third(case) == number]


def tuned_without(folder: Path, left_out: int) -> Path:
    """The folder of the weights that were tuned without a third of the questions."""
    return folder / f"without-{left_out}"


def _encoders(sets: Sets, out: Path) -> None:
    model = TunableEncoder(locate(ENCODER, folder=Settings().models).folder)
    thirds: list[list[Asked]] = [[] for _ in THIRDS]
    for index, cases in sets:
        library = make_library(Settings(index=index), reranker=False, tuned=None)
        for number in THIRDS:
            thirds[number] += asked(library, of_third(cases, number))
    for name, chosen in _rounds(thirds, out):
        print(f"  {name.name}: the encoder, {len(chosen)} questions", flush=True)
        tune_encoder(model, chosen)
        model.save(name / "encoder.npz")


def _rerankers(sets: Sets, out: Path) -> None:
    model = TunableReranker(locate(RERANKER, folder=Settings().models).folder)
    thirds: list[list[Read]] = [[] for _ in THIRDS]
    for index, cases in sets:
        for number in THIRDS:
            # What is read doesn't depend on how well it is read.
            library = make_library(
                Settings(index=index), reranker=False, tuned=tuned_without(out, number)
            )
            thirds[number] += read(model, library, of_third(cases, number))
    for name, chosen in _rounds(thirds, out):
        print(f"  {name.name}: the reranker, {len(chosen)} questions", flush=True)
        tune_reranker(model, chosen)
        model.save(name / "reranker.npz")


def _rounds(thirds: Sequence[Sequence[Example]], out: Path) -> list[tuple[Path, list[Example]]]:
    rounds = [
        (tuned_without(out, left_out), [e for n in THIRDS if n != left_out for e in thirds[n]])
        for left_out in THIRDS
    ]
    return [*rounds, (out / "all", [e for part in thirds for e in part])]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="INDEX[:CASES]", help="default: known answers")
    parser.add_argument("--out", type=Path, required=True, help="folder of all weights")
    parser.add_argument("--write", action="store_true", help="ship those tuned on all")
    options = parser.parse_args(argv)
    sets = [(index, cases) for _, index, cases in case_sets(options.sets, split="dev")]
    _encoders(sets, options.out)
    _rerankers(sets, options.out)
    if options.write:
        for file in (options.out / "all").iterdir():
            shutil.copyfile(file, TUNED / file.name)
        print(f"written to {TUNED}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ReportError as error:
        sys.exit(f"eval.tune: {error}")
