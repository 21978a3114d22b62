"""The built front end: where it is, whether it is current, and the content-hashed name of each file.

Standard library only: the wheel's build hook loads this module by path, in an environment without the program's dependencies.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent.parent
_CHECKOUT: Final = _PACKAGE.parent
_BUILD_FILES: Final = ("package.json", "package-lock.json", "build.mjs", "build.py")


class AssetsStale(Exception):
    """The front end is missing or was built from other sources. Remedy: `make assets`."""


@dataclass(frozen=True, slots=True)
class Assets:
    """The built files by the name that templates use."""

    folder: Path
    templates: Path
    hashed_names: dict[str, str]
    imports: dict[str, list[str]]
    """What a module needs at once, by its plain name; these have hashed names only."""

    def url(self, name: str) -> str:
        """The address of a built file, `theme.css` say.

        Raises:
            KeyError: nothing of that name is built.
        """
        return f"/static/{self.hashed_names[name]}"

    def imported_urls(self, name: str) -> list[str]:
        """The addresses of what a built module needs at once.

        Raises:
            KeyError: nothing of that name is built.
        """
        return [f"/static/{file}" for file in self.imports[name]]


def source_digest(static: Path) -> str:
    """A digest of everything that the build reads."""
    digest = sha256()
    sources = sorted(path for path in (static / "src").rglob("*") if path.is_file())
    for path in [*sources, *(static / name for name in _BUILD_FILES)]:
        digest.update(str(path.relative_to(static)).encode())
        digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def load_assets() -> Assets:
    """The front end of this installation: inside the package, or in the working tree of a checkout.

    Raises:
        AssetsStale: it has to be built first.
    """
    if (_PACKAGE / "static" / "manifest.json").is_file():
        return _read(_PACKAGE / "static", _PACKAGE / "templates")
    static = _CHECKOUT / "static"
    stamp = static / "dist" / "stamp"
    if not stamp.is_file():
        raise AssetsStale("The front end is not built. Run `make assets`, then start again.")
    if stamp.read_text("ascii") != source_digest(static):
        raise AssetsStale("The front end was built from older sources. Run `make assets`, then start again.")
    return _read(static / "dist", _CHECKOUT / "templates")


def _read(folder: Path, templates: Path) -> Assets:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return Assets(folder, templates, manifest["files"], manifest["imports"])
