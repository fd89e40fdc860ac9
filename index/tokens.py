"""Counting tokens without loading a model."""

from functools import lru_cache
from pathlib import Path

from index.models import ENCODER, locate
from ingest.records import CountTokens


def token_counter(*, folder: Path) -> CountTokens:
    """How many tokens the default encoder makes of a text, without its special ones.

    With another encoder it is near enough: passages stay well below any model's limit. Raises
    ``MissingModel`` or ``ChangedModel``.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(locate(ENCODER, folder=folder).folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()

    @lru_cache(maxsize=4096)
    def count(text: str) -> int:
        return len(tokenizer.encode(text, add_special_tokens=False).ids)

    return count
