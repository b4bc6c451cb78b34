"""The JSON Schema of the native language, for editors and tools that know YAML and JSON but not Calibrant."""

from calibrant.dialects.dialect import JsonSchema
from calibrant.dialects.native.language import LANGUAGE
from calibrant.model.connector import ConnectorSpec, ParameterSpec, Specs
from calibrant.model.language import KeySpec

_OWN_KEYS: JsonSchema = {"^x-": True}
_TEMPLATE: JsonSchema = {"type": "string", "pattern": r"\{\{"}
_ID: JsonSchema = {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$"}


def schema(specs: Specs) -> JsonSchema:
    """Return the JSON Schema (2020-12) of workflow files, with the parameters of the given connectors."""
    workflow = _keys("workflow")
    properties = _properties(workflow)
    properties["inputs"] |= {"additionalProperties": {"$ref": "#/$defs/input"}, "patternProperties": _OWN_KEYS}
    properties["secrets"] |= {"items": {"type": "string"}}
    properties["steps"] |= {"items": {"$ref": "#/$defs/step"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Calibrant workflow",
        **_object(workflow, properties),
        "$defs": {
            "input": _input(),
            "retry": _retry(),
            "step": _step(specs),
        },
    }


def _keys(place: str) -> tuple[KeySpec, ...]:
    return LANGUAGE.keys[place]


def _properties(keys: tuple[KeySpec, ...]) -> dict[str, JsonSchema]:
    return {
        key.name: _value(key.types) | ({"enum": list(key.values)} if key.values else {}) | _doc(key.doc) for key in keys
    }


def _doc(text: str) -> JsonSchema:
    return {"description": text}


def _object(keys: tuple[KeySpec, ...], properties: dict[str, JsonSchema]) -> JsonSchema:
    required = [key.name for key in keys if key.required]
    return {
        "type": "object",
        "properties": properties,
        "patternProperties": _OWN_KEYS,
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }


def _value(types: tuple[str, ...]) -> JsonSchema:
    """Return the schema of a value that has one of some types of the language."""
    if "any" in types:
        return {}
    names = {"path": ["string"], "expression": ["string", "boolean"]}
    found = sorted({name for kind in types for name in names.get(kind, [kind])})
    return {"type": found[0] if len(found) == 1 else found}


def _input() -> JsonSchema:
    return _object(_keys("input"), _properties(_keys("input")))


def _retry() -> JsonSchema:
    properties = _properties(_keys("retry"))
    properties["attempts"] |= {"minimum": 1}
    properties["delay"] |= {"minimum": 0}
    return _object(_keys("retry"), properties)


def _step(specs: Specs) -> JsonSchema:
    keys = _keys("step")
    properties = _properties(keys)
    properties["id"] |= _ID | {"not": {"enum": sorted(LANGUAGE.reserved_ids)}}
    properties["uses"] |= {"enum": sorted(specs)}
    properties["needs"] |= {"items": _ID}
    properties["scope"] |= {"items": {"type": "string"}}
    properties["retry"] = {"$ref": "#/$defs/retry"}
    properties["for_each"] = {
        "anyOf": [{"type": "array"}, _TEMPLATE],
        "description": properties["for_each"]["description"],
    }
    properties["timeout"] |= {"exclusiveMinimum": 0}
    return {
        **_object(keys, properties),
        "oneOf": [{"required": ["uses"]}, {"required": ["run"]}],
        "dependentRequired": {"with": ["uses"], "cwd": ["run"], "env": ["run"], "shell": ["run"]},
        "allOf": [_connector(spec) for _, spec in sorted(specs.items()) if not spec.broken],
    }


def _connector(spec: ConnectorSpec) -> JsonSchema:
    required = [parameter.name for parameter in spec.parameters if parameter.required]
    given: JsonSchema = {
        "type": "object",
        "properties": {parameter.name: _parameter(parameter) for parameter in spec.parameters},
        "patternProperties": _OWN_KEYS,
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }
    then: JsonSchema = {"properties": {"uses": _doc(spec.summary), "with": given}}
    if required:
        then["required"] = ["with"]
    return {"if": {"properties": {"uses": {"const": spec.name}}, "required": ["uses"]}, "then": then}


def _parameter(parameter: ParameterSpec) -> JsonSchema:
    if parameter.role == "per_item" or parameter.type == "any":
        return _doc(parameter.doc)
    value = _value((parameter.type,))
    if parameter.enum:
        value = {"enum": list(parameter.enum)}
    if value.get("type") == "string":
        return value | _doc(parameter.doc)
    return {"anyOf": [value, _TEMPLATE]} | _doc(parameter.doc)
