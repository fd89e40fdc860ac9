"""The page for programs: the JSON contract, from the OpenAPI description itself."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from service.pages import render

pages = APIRouter(include_in_schema=False)

_Schema = dict[str, Any]


@pages.get("/docs")
def docs_page(request: Request) -> HTMLResponse:
    """Every operation with its parameters, and every shape that goes in or out."""
    spec: _Schema = request.app.openapi()
    operations = [
        {
            "method": method.upper(),
            "path": path,
            "about": described.get("description", ""),
            "parameters": [
                {
                    "name": p["name"],
                    "where": p["in"],
                    "shape": shape(p["schema"]),
                    "required": p.get("required", False),
                }
                for p in described.get("parameters", [])
            ],
            "takes": _body(described.get("requestBody", {})),
            "gives": _body(_success(described)),
        }
        for path, methods in spec["paths"].items()
        for method, described in methods.items()
    ]
    shapes = [
        {
            "name": name,
            "about": found.get("description", ""),
            "fields": [
                {
                    "name": field,
                    "shape": shape(inner),
                    "required": field in found.get("required", []),
                }
                for field, inner in found.get("properties", {}).items()
            ],
        }
        for name, found in spec["components"]["schemas"].items()
        if "properties" in found and not name.startswith(("HTTPValidation", "Validation", "Body_"))
    ]
    return render(
        request,
        "docs.html",
        operations=operations,
        shapes=shapes,
        site=str(request.base_url).rstrip("/"),
    )


def shape(schema: _Schema) -> str:
    """A JSON schema in a few words: ``list of string or null, 1 to 20``."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(shape(inner) for inner in schema["anyOf"])
    if schema.get("type") == "array":
        inner = schema.get("items") or {}
        if "prefixItems" in schema:
            return f"[{', '.join(shape(item) for item in schema['prefixItems'])}]"
        return f"list of {shape(inner)}"
    words = str(schema.get("type", "any"))
    if "enum" in schema:
        words = " | ".join(map(str, schema["enum"]))
    least, most = schema.get("minimum"), schema.get("maximum")
    return f"{words}, {least} to {most}" if least is not None and most is not None else words


def _body(described: _Schema) -> str:
    """The shape of a request's or response's body, "" where it has none."""
    for media_type, content in described.get("content", {}).items():
        if media_type == "multipart/form-data":
            return f"files as {media_type}"
        if content.get("schema"):
            return shape(content["schema"])
        return str(media_type)
    return ""


def _success(described: _Schema) -> _Schema:
    found = (r for status, r in described["responses"].items() if status.startswith("2"))
    return next(found, {})
