"""Serves the built front end. Names carry the content's hash, so an answer never changes; it was compressed when it was built."""

from mimetypes import guess_type
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from app.access import public
from app.base.errors import not_found
from app.web.assets import Assets

_FOREVER: Final = "public, max-age=31536000, immutable"
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))


def static_routes(assets: Assets) -> APIRouter:
    """The route that serves the files of the manifest and nothing else."""
    router = APIRouter()
    known = frozenset(path.name for path in assets.folder.iterdir() if path.suffix in {".js", ".css", ".svg", ".woff2"})

    @router.get("/static/{name}", include_in_schema=False)
    @public("The front end's own files hold nothing of a tenant.")
    async def static_file(request: Request, name: str) -> Response:
        if name not in known:
            raise not_found("file", name)
        media_type = guess_type(name)[0] or "application/octet-stream"
        headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
        accepted = request.headers.get("accept-encoding", "")
        for encoding, suffix in _ENCODINGS:
            if encoding in accepted:
                return FileResponse(
                    assets.folder / f"{name}{suffix}", media_type=media_type, headers={**headers, "Content-Encoding": encoding}
                )
        return FileResponse(assets.folder / name, media_type=media_type, headers=headers)

    return router
