"""What is on disk of an index, looked at as another process would."""

import json

from index.models import digest


def generation(store):
    return store.folder / "generations" / store.generation()


def ids(index):
    return [d.id for d in index.documents]


def everything(folder):
    """Every file of a folder with its bytes, but the lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def believe_files(store):
    """Make the manifest's checksums those of the files as they are."""
    path = generation(store) / "manifest.json"
    manifest = json.loads(path.read_text())
    for name in manifest["checksums"]:
        manifest["checksums"][name] = digest(generation(store) / name)
    path.write_text(json.dumps(manifest))
