"""Serves the built front end. Names carry the content's hash, so an answer never changes; it was compressed when it was built.

The files are few and small, and kept in memory: a file response costs several switches between threads.
"""

import gzip
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.access import public
from app.base.errors import not_found
from app.web.assets import Assets

_FOREVER: Final = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
# Named here: what the standard library would guess depends on the machine's own list.
_MEDIA_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))


def static_routes(assets: Assets, made: Mapping[str, bytes]) -> APIRouter:
    """The route that serves the built files, and `made` ones, which get names with a hash of their own; nothing else."""
    router = APIRouter()
    contents = {path.name: path.read_bytes() for path in assets.folder.iterdir() if path.is_file() and path.name != "manifest.json"}
    for plain_name, content in made.items():
        stem, _, kind = plain_name.rpartition(".")
        name = assets.hashed_names[plain_name] = f"{stem}-{sha256(content).hexdigest()[:8].upper()}.{kind}"
        contents |= {name: content, f"{name}.gz": gzip.compress(content, 9, mtime=0)}
    media_types = {name: _MEDIA_TYPES[kind] for name in contents if (kind := PurePath(name).suffix) in _MEDIA_TYPES}

    @router.get("/static/{name}", include_in_schema=False)
    @public("The front end's own files hold nothing of a tenant.")
    async def static_file(request: Request, name: str) -> Response:
        if name not in media_types:
            raise not_found("file", name)
        accepted = request.headers.get("accept-encoding", "")
        for encoding, suffix in _ENCODINGS:
            if encoding in accepted and name + suffix in contents:
                return Response(contents[name + suffix], 200, {**_FOREVER, "Content-Encoding": encoding}, media_types[name])
        return Response(contents[name], 200, _FOREVER, media_types[name])

    return router
