"""LINE's own description of its API, when it is at hand; it is never part of the project.

LINE_OPENAPI names `messaging-api.yml`; otherwise it is looked for beside the project.
"""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT.parent / "shared" / "line"
Schema = dict[str, Any]
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KINDS = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
}


def place(name: str) -> Path:
    named = os.environ.get("LINE_OPENAPI")
    return Path(named).with_name(name) if named else FOLDER / name


@cache
def load(name: str) -> Schema | None:
    """A description by file name; None if it is not at hand."""
    path = place(name)
    return yaml.load(path.read_text(), Loader=LOADER) if path.is_file() else None


def rate_limits() -> Schema | None:
    path = place("rate-limits.json")
    return json.loads(path.read_text()) if path.is_file() else None


class Description:
    """The schemas of one file."""

    def __init__(self, document: Schema) -> None:
        self.paths: Schema = document["paths"]
        self.schemas: Schema = document["components"]["schemas"]
        mappings = [
            each.get("discriminator", {}).get("mapping", {}) for each in self.schemas.values()
        ]
        self.kind_of = {ref: kind for mapping in mappings for kind, ref in mapping.items()}

    def resolve(self, schema: Schema) -> Schema:
        """A schema without references and `allOf`; a discriminator stays."""
        if "$ref" in schema:
            return self.resolve(self.schemas[schema["$ref"].rsplit("/", 1)[1]])
        merged: Schema = {"properties": {}, "required": []}
        for part in (*map(self.resolve, schema.get("allOf", ())), schema):
            merged["properties"] |= part.get("properties", {})
            merged["required"] = sorted({*merged["required"], *part.get("required", ())})
        rest = {k: v for k, v in schema.items() if k not in ("allOf", "properties", "required")}
        return merged | rest

    def kinds(self, schema: Schema) -> dict[str, Schema]:
        """What a discriminated schema may be, by `type`."""
        mapping = self.resolve(schema).get("discriminator", {}).get("mapping", {})
        return {kind: self.resolve({"$ref": ref}) for kind, ref in mapping.items()}

    def problems(self, value: Any, schema: Schema, path: str = "") -> list[str]:
        """Where a value does not follow a schema."""
        schema = self.resolve(schema)
        kind = schema.get("type", "object" if schema["properties"] else None)
        if kind and not isinstance(value, KINDS[kind]):
            return [f"{path}: {value!r} is no {kind}"]
        found = []
        if "enum" in schema and value not in schema["enum"]:
            found.append(f"{path}: {value!r} is none of {schema['enum']}")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{path}: {value!r} does not match")
        if isinstance(value, list):
            for number, item in enumerate(value):
                found += self.problems(item, schema["items"], f"{path}[{number}]")
        if isinstance(value, dict):
            found += self._object(value, schema, path)
        return found

    def _object(self, value: Schema, schema: Schema, path: str) -> list[str]:
        if kinds := self.kinds(schema):
            if value.get("type") not in kinds:
                return [f"{path}.type: {value.get('type')!r}"]
            schema = kinds[value["type"]]
        found = [f"{path}.{name} is missing" for name in schema["required"] if name not in value]
        for name, item in value.items():
            if name in schema["properties"]:
                found += self.problems(item, schema["properties"][name], f"{path}.{name}")
            elif schema["properties"]:
                found.append(f"{path}.{name} is unknown")
        return found


def messaging() -> Description | None:
    found = load("messaging-api.yml")
    return Description(found) if found else None


def webhooks() -> Description | None:
    found = load("webhook.yml")
    return Description(found) if found else None
