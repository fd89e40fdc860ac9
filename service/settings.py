"""The settings: the only reader of the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each can be set as an environment variable ``REPORTQA_<NAME>``; command line options come
    before it."""

    model_config = SettingsConfigDict(env_prefix="REPORTQA_", frozen=True)

    index: Path = Field(Path("var/index"), description="the index folder")
    models: Path = Field(Path("var/models"), description="own copies of the default models")
    encoder: str = Field("default", description="any sentence-transformers model, name or path")
    reranker: str = Field("default", description="a cross-encoder, name or path; 'none' for none")
    threads: int = Field(0, ge=0, description="threads of a model; 0 is one a core")
    passage_tokens: int = Field(240, ge=32, le=480, description="largest passage, in tokens")
    min_confidence: float | None = Field(
        None, ge=0, le=1, description="an answer less probable is not given; unset: as published"
    )
    host: str = Field("127.0.0.1", description="address to serve on")
    port: int = Field(8000, ge=0, le=65535, description="port to serve on")
    max_megabytes: int = Field(200, ge=1, description="largest file taken, in MB")
    writer_url: str = Field("", description="an OpenAI-compatible endpoint; unset: no summaries")
    writer_model: str = Field("", description="the model asked for there")
    writer_key: str = Field("", repr=False, description="the key sent there, if it needs one")
    writer_seconds: float = Field(20, gt=0, le=600, description="longest wait for a summary")
    read_seconds: int = Field(120, ge=1, description="longest time for reading one file")
