"""What the read API promises, as an OpenAPI 3.1 document; the tests hold the views to it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

VERSION: Final = "1.0.0"
JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
SUGGESTIONS: Final = "application/x-suggestions+json"


def description(*, types: Sequence[str], most_pages: int = 10_000) -> dict[str, Any]:
    """`types`: what may be asked for, by its English names."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Cổng cải cách hành chính – read API",
            "version": VERSION,
            "description": (
                "Search over administrative procedures, units and pages. Free to use from any origin, without a key; "
                "answers may be kept as their Cache-Control says. Addresses in answers are relative to this host."
            ),
        },
        "paths": {
            "/api/v1/search": _search(types, most_pages),
            "/api/v1/suggest": _suggest(types),
            "/api/v1/openapi.json": _own(),
        },
        "components": {"schemas": _schemas(types), "responses": _responses()},
    }


def _search(types: Sequence[str], most_pages: int) -> dict[str, Any]:
    return {
        "get": {
            "operationId": "search",
            "summary": "Search",
            "description": (
                "With or without accents, codes in any writing, abbreviations, everyday words. Where nothing is found for "
                "the words as typed, a repaired query is answered and named in Content-Location and `suggestion`. Twenty "
                "results a page; a page behind the last one has none."
            ),
            "parameters": [
                _q("What to search for; longer texts are cut. Empty: everything."),
                _type(types, "Only documents of this type."),
                _unit("Only what this unit lists; addresses lead to its listings."),
                _parameter(
                    "page",
                    "Page of the results.",
                    {"type": "integer", "minimum": 1, "maximum": most_pages, "default": 1},
                ),
            ],
            "responses": {
                "200": {
                    "description": "What was found.",
                    "headers": {
                        "Content-Location": {
                            "description": "The query that was answered, where it isn't the one that was asked.",
                            "schema": {"type": "string"},
                        }
                    },
                    "content": {JSON: {"schema": _ref("SearchResult")}},
                },
                **_errors(),
            },
        }
    }


def _suggest(types: Sequence[str]) -> dict[str, Any]:
    return {
        "get": {
            "operationId": "suggest",
            "summary": "Suggestions while typing",
            "description": "Names of documents, and queries of others that found something; the last word may be unfinished.",
            "parameters": [
                _q("What has been typed so far."),
                _type(types, "Only documents of this type."),
                _parameter(
                    "format",
                    "`opensearch`: the array that browsers expect (OpenSearch Suggestions).",
                    {"type": "string", "enum": ["json", "opensearch"], "default": "json"},
                ),
            ],
            "responses": {
                "200": {
                    "description": "Best first; none where nothing was typed.",
                    "content": {
                        JSON: {"schema": _ref("Suggestions")},
                        SUGGESTIONS: {"schema": _ref("OpenSearchSuggestions")},
                    },
                },
                **_errors(),
            },
        }
    }


def _own() -> dict[str, Any]:
    return {
        "get": {
            "operationId": "openapi",
            "summary": "This description",
            "responses": {
                "200": {"description": "OpenAPI 3.1.", "content": {JSON: {"schema": {"type": "object"}}}}
            },
        }
    }


def _parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _q(description: str) -> dict[str, Any]:
    return _parameter("q", description, {"type": "string", "default": ""})


def _type(types: Sequence[str], description: str) -> dict[str, Any]:
    return _parameter("type", description, {"type": "string", "enum": list(types)})


def _unit(description: str) -> dict[str, Any]:
    return _parameter(
        "unit",
        f"{description} The unit's short name, as in its address.",
        {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 120},
    )


def _errors() -> dict[str, Any]:
    return {
        "400": {"$ref": "#/components/responses/BadRequest"},
        "503": {"$ref": "#/components/responses/Unavailable"},
    }


def _responses() -> dict[str, Any]:
    content = {PROBLEM: {"schema": _ref("Problem")}}
    return {
        "BadRequest": {"description": "A parameter can't be understood.", "content": content},
        "Unavailable": {"description": "The search does not answer now.", "content": content},
    }


def _schemas(types: Sequence[str]) -> dict[str, Any]:
    text = {"type": "string"}
    count = {"type": "integer", "minimum": 0}
    value = _object({"value": text, "label": text, "count": count})
    facets = ("type", "field", "level", "audience", "unit", "online", "year")
    return {
        "SearchResult": _object(
            {
                "total": count,
                "results": {"type": "array", "maxItems": 200, "items": _ref("Result")},
                "facets": _object({name: {"type": "array", "items": value} for name in facets}),
                "suggestion": {
                    "type": ["string", "null"],
                    "description": "Another way to write the query, where that finds more.",
                },
            }
        ),
        "Result": _object(
            {
                "type": {"type": "string", "enum": list(types)},
                "code": {"type": ["string", "null"], "examples": ["1.004194"]},
                "title": text,
                "url": {"type": "string", "format": "uri-reference", "examples": ["/thu-tuc/1.004194/"]},
                "score": {"type": "number"},
            }
        ),
        "Suggestions": _object({"suggestions": {"type": "array", "items": _ref("Suggestion")}}),
        "Suggestion": _object(
            {
                "type": {"type": "string", "enum": [*types, "query"]},
                "title": text,
                "url": {"type": "string", "format": "uri-reference"},
                "facts": {"type": "array", "items": text},
            }
        ),
        "OpenSearchSuggestions": {
            "type": "array",
            "description": "What was typed; then names, facts and addresses, each in an array.",
            "items": {"anyOf": [text, {"type": "array", "items": text}]},
            "minItems": 4,
            "maxItems": 4,
        },
        "Problem": {
            **_object(
                {
                    "type": text,
                    "title": text,
                    "status": {"type": "integer"},
                    "detail": text,
                    "detail_vi": text,
                }
            ),
            "description": "RFC 9457; `detail_vi` says the same in Vietnamese.",
        },
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
