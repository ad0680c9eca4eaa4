"""Judges REST requests and answers by Discord's own OpenAPI description."""

import json
import re
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

# Not part of the repository: where it is missing, nothing is judged.
DESCRIPTION = Path(__file__).parents[4] / "shared" / "discord" / "openapi.json"
DOCUMENT = "urn:discord"


class OpenApi:
    """The paths and schemas of one OpenAPI 3.1 document."""

    def __init__(self, path: Path = DESCRIPTION) -> None:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        resource: Resource[Any] = Resource.from_contents(document, DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(DOCUMENT, resource)
        self._paths: dict[str, dict[str, Any]] = document["paths"]
        # The path with the fewest placeholders comes first: `@original` before `{message_id}`.
        self._patterns = [
            (re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path)), path)
            for path in sorted(self._paths, key=lambda path: path.count("{"))
        ]

    def fault_of_request(self, method: str, path: str, body: Any) -> str | None:
        """What Discord would not accept in this request, or None. `path` begins after /api/v10."""
        template = self._template(path)
        operation = self._paths.get(template, {}).get(method.lower())
        if operation is None:
            return f"{method} {path}: Discord has no such route"
        if "requestBody" not in operation:
            return f"{method} {path}: takes no body" if body is not None else None
        return self._fault(f"{method} {path}", body, template, method.lower(), "requestBody")

    def fault_of_answer(self, method: str, path: str, status: int, body: Any) -> str | None:
        """What Discord would never have answered to a request of a known route, or None."""
        template = self._template(path)
        responses = self._paths[template][method.lower()]["responses"]
        key = str(status) if str(status) in responses else f"{status // 100}XX"
        what = f"answer {status} to {method} {path}"
        if key not in responses:
            return f"{what}: Discord never answers so"
        if key == "4XX":
            schema = f"{DOCUMENT}#/components/schemas/ErrorResponse"
            return self._judge(what, body, schema)
        if "content" not in responses[key]:
            return f"{what}: has no body" if body is not None else None
        return self._fault(what, body, template, method.lower(), "responses", key)

    def _template(self, path: str) -> str:
        return next((known for pattern, known in self._patterns if pattern.fullmatch(path)), "")

    def _fault(self, what: str, body: Any, *at: str) -> str | None:
        steps = ["paths", *at, "content", "application/json"]
        pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
        return self._judge(what, body, f"{DOCUMENT}#/{pointer}/schema")

    def _judge(self, what: str, body: Any, schema: str) -> str | None:
        validator = Draft202012Validator({"$ref": schema}, registry=self._registry)
        error = best_match(validator.iter_errors(body))
        return f"{what}: {error.json_path}: {error.message}" if error else None
