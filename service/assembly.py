"""Settings → the parts put together: the one place that chooses implementations."""

from pathlib import Path

from index.encoder import TUNED, load_encoder, load_reranker
from index.store import Store
from ingest.isolate import Limits
from service.guarded import GuardedReader
from service.library import Library
from service.settings import Settings
from service.writer import Endpoint, Write, make_writer


def make_library(
    settings: Settings, *, reranker: bool = True, tuned: Path | None = TUNED
) -> Library:
    """The library of the index folder, its models loaded; ``tuned`` is the folder of the
    default models' tuned weights, None for the models as they are pinned."""
    folder, threads = settings.models, settings.threads
    return Library(
        Store(settings.index),
        load_encoder(settings.encoder, folder=folder, tuned=tuned, threads=threads),
        load_reranker(settings.reranker, folder=folder, tuned=tuned, threads=threads)
        if reranker and settings.reranker != "none"
        else None,
        min_confidence=settings.min_confidence,
    )


def make_reader(settings: Settings) -> GuardedReader:
    """Reads files in child processes, within the settings' limits."""
    return GuardedReader(
        models=settings.models,
        passage_tokens=settings.passage_tokens,
        limits=Limits(seconds=settings.read_seconds),
    )


def make_write(settings: Settings) -> Write:
    """Adds a summary to a reply, where an endpoint is set; raises ``WriterUnset``."""
    return make_writer(
        Endpoint(
            settings.writer_url,
            settings.writer_model,
            key=settings.writer_key,
            seconds=settings.writer_seconds,
        )
    )
