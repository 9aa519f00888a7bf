"""The messages in TensorBoard's event files, as far as scalars need them.

The fields and their numbers are those of ``event.proto``, ``summary.proto`` and ``tensor.proto``.
"""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "tocha.events"

Fields = dict[str, tuple[int, str]]
"""By name: number and type; "*" after a type means many, "|" one of several."""

MESSAGES: dict[str, Fields] = {
    "PluginData": {"plugin_name": (1, "string")},
    "SummaryMetadata": {"plugin_data": (1, "PluginData")},
    "Tensor": {
        "dtype": (1, "int32"),
        "content": (4, "bytes"),
        "float_val": (5, "float*"),
        "double_val": (6, "double*"),
        "int_val": (7, "int32*"),
        "int64_val": (10, "int64*"),
    },
    "Value": {
        "tag": (1, "string"),
        "simple_value": (2, "float|"),
        "tensor": (8, "Tensor"),
        "metadata": (9, "SummaryMetadata"),
    },
    "Summary": {"value": (1, "Value*")},
    "SessionLog": {"status": (1, "int32")},
    "Event": {
        "wall_time": (1, "double"),
        "step": (2, "int64"),
        "summary": (5, "Summary"),
        "session_log": (7, "SessionLog"),
    },
}


def event_class() -> type[Any]:
    """The class of an event."""
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(
        name=f"{PACKAGE}.proto", package=PACKAGE, syntax="proto3"
    )
    for name, fields in MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            made = message.field.add(name=field, number=number)
            made.label = kinds.LABEL_REPEATED if kind.endswith("*") else kinds.LABEL_OPTIONAL
            bare = kind.rstrip("*|")
            if kind.endswith("|"):
                # Only so can a zero be told from nothing.
                message.oneof_decl.add(name="one")
                made.oneof_index = 0
            if bare in MESSAGES:
                made.type, made.type_name = kinds.TYPE_MESSAGE, f".{PACKAGE}.{bare}"
            else:
                made.type = getattr(kinds, f"TYPE_{bare.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    made_class: type[Any] = message_factory.GetMessageClass(
        pool.FindMessageTypeByName(f"{PACKAGE}.Event")
    )
    return made_class
