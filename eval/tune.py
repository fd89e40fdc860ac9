"""Tune the models on development questions: ``index/tuned``.

    python -m eval.tune var/index [var/real:eval/questions_official.jsonl …] [--out DIR]

From the pinned weights, or with ``--begin-with DIR --epochs 1`` further from those of an earlier
tuning. The texts that the reranker is tuned on are those found by the encoder as tuned. What is
fitted after that, ``eval.calibrate`` fits on questions that neither was tuned on.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from eval.cases import case_sets
from eval.tune_encoder import TunableEncoder, asked, tune_encoder
from eval.tune_reranker import EPOCHS, TunableReranker, read, tune_reranker
from index.encoder import TUNED
from index.models import ENCODER, RERANKER, locate
from ingest.errors import ReportError
from service.assembly import make_library
from service.settings import Settings


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="+", metavar="INDEX[:CASES]", help="default: known answers")
    parser.add_argument("--out", type=Path, default=TUNED, help="folder of the tuned weights")
    parser.add_argument(
        "--only", choices=["encoder", "reranker"], help="the reranker then uses OUT's encoder"
    )
    parser.add_argument("--begin-with", type=Path, metavar="DIR", help="weights of another tuning")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of the reranker (%(default)s)")
    options = parser.parse_args(argv)
    sets = [(index, cases) for _, index, cases in case_sets(options.sets, split="dev")]
    folder = Settings().models
    if options.only != "reranker":
        encoder = TunableEncoder(locate(ENCODER, folder=folder).folder)
        if options.begin_with:
            encoder.begin_with(options.begin_with / "encoder.npz")
        questions = [
            one
            for index, cases in sets
            for one in asked(make_library(Settings(index=index), reranker=False, tuned=None), cases)
        ]
        print(f"  the encoder, {len(questions)} questions", flush=True)
        tune_encoder(encoder, questions)
        encoder.save(options.out / "encoder.npz")
    if options.only != "encoder":
        reranker = TunableReranker(locate(RERANKER, folder=folder).folder)
        if options.begin_with:
            reranker.begin_with(options.begin_with / "reranker.npz")
        texts = [
            one
            for index, cases in sets
            for one in read(
                make_library(Settings(index=index), reranker=False, tuned=options.out), cases
            )
        ]
        print(f"  the reranker, {len(texts)} questions", flush=True)
        tune_reranker(reranker, texts, epochs=options.epochs)
        reranker.save(options.out / "reranker.npz")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ReportError as error:
        sys.exit(f"eval.tune: {error}")
