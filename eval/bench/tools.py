"""The tools compared: what each is run with, its environment, its process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from eval.bench.worker import ENCODER as ENCODER_FOLDER
from eval.bench.worker import RERANKER as RERANKER_FOLDER
from index.models import ENCODER, RERANKER, ModelSpec, locate
from ingest.errors import ReportError
from service.settings import Settings

HERE = Path(__file__).parent
HOME = Path("var/bench")
"""Where environments, models and measurements are kept."""


class BenchError(ReportError):
    """A tool could not be installed or did not answer."""


@dataclass(frozen=True, slots=True)
class Tool:
    """``name`` is how it is called in the table, ``module`` what runs it, ``environment`` the
    requirements file that makes it, ``package`` the one whose version is shown."""

    name: str
    module: str
    environment: str
    package: str
    reranked: bool = False


OURS = Tool("reportqa", "use_reportqa", "reportqa", "reportqa", reranked=True)
TOOLS = (
    OURS,
    Tool("reportqa without reranking", "use_reportqa", "reportqa", "reportqa"),
    Tool("LangChain", "use_langchain", "langchain", "langchain"),
    Tool("LlamaIndex", "use_llamaindex", "llamaindex", "llama-index-core"),
    Tool("txtai", "use_txtai", "txtai", "txtai"),
    Tool("Haystack, hybrid", "use_haystack", "haystack", "haystack-ai"),
    Tool("Haystack, hybrid, reranked", "use_haystack", "haystack", "haystack-ai", reranked=True),
)


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment: its interpreter, its size in MB (models aside), the tool's version."""

    python: Path
    megabytes: float
    version: str


def install(tool: Tool) -> Installed:
    """The tool's environment, made if its requirements changed since. Raises ``BenchError``."""
    folder = HOME.resolve() / tool.environment
    requirements = HERE / f"requirements-{tool.environment}.txt"
    python, stamp = folder / "bin" / "python", folder / "requirements.txt"
    wanted = requirements.read_text(encoding="utf-8")
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        print(f"installing {tool.environment} …", file=sys.stderr, flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--requirement", str(requirements)])
        stamp.write_text(wanted, encoding="utf-8")
    found = _run([str(python), "-c", _VERSION, tool.package])
    size = sum(p.lstat().st_size for p in folder.rglob("*") if p.is_file() or p.is_symlink())
    return Installed(python, size / 1e6, found.strip())


_VERSION = "import sys, importlib.metadata as m; print(m.version(sys.argv[1]))"


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BenchError(f"{' '.join(command)} failed ({last}): check the connection, try again")
    return done.stdout


def lay_out_models() -> Path:
    """The models' files in folders that sentence-transformers reads, the same for all tools."""
    folder = HOME.resolve() / "models"
    for spec, name in ((ENCODER, ENCODER_FOLDER), (RERANKER, RERANKER_FOLDER)):
        _lay_out(spec, folder / name)
    parts = ("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")
    encoder = folder / ENCODER_FOLDER
    modules = [
        {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for n, (kind, path) in enumerate(parts)
    ]
    pooling = {"word_embedding_dimension": 384, "pooling_mode_cls_token": True}
    pooling |= {"pooling_mode_mean_tokens": False}
    (encoder / "1_Pooling").mkdir(exist_ok=True)
    (encoder / "2_Normalize").mkdir(exist_ok=True)
    _write(encoder / "modules.json", modules)
    _write(encoder / "1_Pooling" / "config.json", pooling)
    _write(encoder / "sentence_bert_config.json", {"max_seq_length": 512, "do_lower_case": False})
    return folder


def _lay_out(spec: ModelSpec, folder: Path) -> None:
    found = locate(spec, folder=Settings().models)
    folder.mkdir(parents=True, exist_ok=True)
    for file in spec.files:
        link = folder / file
        link.unlink(missing_ok=True)
        link.symlink_to((found.folder / file).resolve())
    _write(folder / "config.json", dict(spec.config))


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


class Process:
    """A tool's process, answering one request after the other."""

    def __init__(self, tool: Tool, python: Path, models: Path) -> None:
        self.tool = tool
        self.started = perf_counter()
        command = [str(python), "worker.py", tool.module, "--models", str(models)]
        self._log = (HOME / f"{tool.module}.log").open("a", encoding="utf-8")
        self._process = subprocess.Popen(
            command + ["--reranked"] * tool.reranked,
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"},
        )

    def do(self, do: str, **more: object) -> dict[str, Any]:
        """Ask for one thing and wait for it. Raises ``BenchError``."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **more}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        answer: dict[str, Any] = json.loads(line) if line else {"error": "its process ended"}
        if "error" in answer:
            raise BenchError(f"{self.tool.name}: {do}: {answer['error']}: see {self._log.name}")
        return answer

    def peak(self) -> float:
        """The most memory held so far by the process and those that it started, in MB."""
        return sum(map(_most_held, _family(self._process.pid))) / 1024

    def busy(self) -> float:
        """Processor time spent so far by the process and those that it started, in seconds."""
        return sum(map(_ticks, _family(self._process.pid))) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """End the process, which it does by itself when nothing more is asked."""
        with suppress(BrokenPipeError):
            self._process.communicate()
        self._log.close()


@contextmanager
def running(tool: Tool, python: Path, models: Path) -> Iterator[Process]:
    """The tool's process, ended with the block."""
    process = Process(tool, python, models)
    try:
        yield process
    finally:
        process.close()


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    # Threads start children of their own.
    for task in Path(f"/proc/{pid}/task").iterdir():
        children += (task / "children").read_text().split()
    return [pid, *(own for child in {int(c) for c in children} for own in _family(child))]


def _ticks(pid: int) -> int:
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(stat[11]) + int(stat[12])


def _most_held(pid: int) -> int:
    """In kB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])
