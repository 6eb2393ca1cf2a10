"""Hugging Face's features: which Arrow columns hold images and labels, and the names of the classes."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from hardy.errors import LayoutError

_LABELS = ("label", "labels", "fine_label", "class")


def image_and_label(file: Path, schema: pa.Schema) -> tuple[str, str | None]:
    """The names of both columns; None where there is no label.

    Raises:
        LayoutError: no column holds images.
    """
    images = [
        field.name
        for field in schema
        if pa.types.is_binary(field.type)
        or pa.types.is_large_binary(field.type)
        or (pa.types.is_struct(field.type) and field.type.get_field_index("bytes") >= 0)
    ]
    features = read_features(schema)
    labels = [name for name, feature in features.items() if feature.get("_type") == "ClassLabel"]
    labels += [name for name in schema.names if name in _LABELS and name not in labels]
    labels = [name for name in labels if name in schema.names]
    if not images:
        raise LayoutError(f"{file} has the columns {', '.join(schema.names)}; expected one of images and one of labels")
    return images[0], labels[0] if labels else None


def read_features(schema: pa.Schema) -> dict[str, Any]:
    """Features by column, from the schema's metadata; nothing where there are none."""
    try:
        features = json.loads((schema.metadata or {}).get(b"huggingface", b"{}"))["info"]["features"]
        return {name: feature for name, feature in features.items() if isinstance(feature, dict)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def feature_names(schema: pa.Schema, label: str | None) -> list[str] | None:
    """The class names of a ClassLabel column."""
    names = read_features(schema).get(label or "", {}).get("names")
    return [str(name) for name in names] if isinstance(names, list) else None


def without_minus_one(labels: list[Any]) -> list[Any]:
    """Hugging Face writes −1 where a label is unknown."""
    return [None if isinstance(label, int) and label < 0 else label for label in labels]


def picture_bytes(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The bytes of a column of images, null where a row has none; nothing is copied.

    The fields' names are not looked at again: in a damaged file they need not be text.
    """
    if not pa.types.is_struct(column.type):
        return column
    place = column.type.get_field_index("bytes")
    return pa.chunked_array([chunk.flatten()[place] for chunk in column.chunks], column.type.field(place).type)
