"""What the OpenAPI document says beyond what follows from the routes: problems, uploads, login."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from ui.api.problems import BUSY, KINDS, LOGIN_NEEDED, MEDIA_TYPE, UNEXPECTED, Problem

DESCRIPTION = (
    "Ask your own articles and get the answer as a verbatim quote with an exact citation. Answers are the objects that "
    "`citespan ask --json` prints. Offsets count Unicode code points; the end is not included."
)
UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "additionalProperties": False,
                    "properties": {
                        "files": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "format": "binary"},
                            "description": "Files of any format in docs/formats.md; settings say how many, how large.",
                        }
                    },
                }
            }
        },
    }
}
_SCHEMAS = "#/components/schemas/"


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The failures that a route documents, with those that every route has."""
    titles: dict[int, str] = {}
    for kind in KINDS:
        titles[kind.status] = f"{titles[kind.status]}, or: {kind.title}" if kind.status in titles else kind.title
    content = {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}Problem"}}}
    wanted = sorted({*statuses, LOGIN_NEEDED.status, 403, 421, UNEXPECTED.status})
    responses: dict[int | str, dict[str, Any]] = {
        status: {"description": titles[status], "content": content} for status in wanted
    }
    if BUSY.status in responses:
        seconds = {"description": "Seconds to wait.", "schema": {"type": "integer"}, "required": False}
        responses[BUSY.status] = responses[BUSY.status] | {"headers": {"Retry-After": seconds}}
    return responses


def describe(application: FastAPI, *, with_login: bool) -> None:
    """Make the application's OpenAPI document complete."""

    def document() -> dict[str, Any]:
        if application.openapi_schema is None:
            application.openapi_schema = _document(application, with_login)
        return application.openapi_schema

    application.openapi = document  # type: ignore[method-assign]


def _document(application: FastAPI, with_login: bool) -> dict[str, Any]:
    made = get_openapi(
        title=application.title, version=application.version, description=DESCRIPTION, routes=application.routes
    )
    schema = TypeAdapter(Problem).json_schema(ref_template=_SCHEMAS + "{model}")
    components = made.setdefault("components", {})
    components.setdefault("schemas", {}).update({**schema.pop("$defs", {}), "Problem": schema})
    made["servers"] = [{"url": "/api"}]
    made["x-problems"] = [asdict(kind) for kind in KINDS]
    if with_login:
        components["securitySchemes"] = {"password": {"type": "http", "scheme": "basic"}}
        made["security"] = [{"password": []}]
    return made
