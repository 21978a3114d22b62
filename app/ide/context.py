"""What is known around a script while it is edited: its phase, its entity's fields, what it can call and see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.engine.natives import ANY, Natives
from app.engine.stdlib import STANDARD
from app.host import HOST_TABLE, HostTable, Phase, Plain


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an entity: its type as ``type_of`` names it (``?`` if any), and what is inside.

    ``fields`` are a map's known keys (none: not described), ``items`` an array's elements.
    """

    type: str = ANY
    fields: Mapping[str, Field] = field(default_factory=dict)
    items: Field | None = None
    doc: str = ""

    @classmethod
    def from_plain(cls, data: Plain) -> Field:
        """A field from its plain form: a type's name, or a map of ``type``, ``fields``, ``items``, ``doc``.

        Raises:
            ValueError: it is neither.
        """
        if isinstance(data, str):
            return cls(data)
        if isinstance(data, Mapping) and data.keys() <= {"type", "fields", "items", "doc"}:
            items = data.get("items")
            return cls(
                str(data.get("type", ANY)),
                schema_from_plain(data.get("fields", {})),
                None if items is None else cls.from_plain(items),
                str(data.get("doc", "")),
            )
        raise ValueError(f"not a field: {data!r}")


def schema_from_plain(data: Plain) -> dict[str, Field]:
    """Fields by name from their plain form.

    Raises:
        ValueError: it is no map of fields.
    """
    if not isinstance(data, Mapping):
        raise ValueError(f"not a map of fields: {data!r}")
    return {str(name): Field.from_plain(value) for name, value in data.items()}


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of a script. Without a phase it is plain Rhai: no helpers, no host variables.

    ``entity`` are the fields of ``entity`` and ``entity_before`` (None: not known, any field goes), ``bindings`` further
    variables with their types.
    """

    phase: Phase | None = None
    entity: Mapping[str, Field] | None = None
    bindings: Mapping[str, str] = field(default_factory=dict)
    table: HostTable = HOST_TABLE
    standard: Natives = STANDARD

    @property
    def natives(self) -> Natives:
        """Everything written in Python that the script can call."""
        return self.standard if self.phase is None else self.table.extend(self.standard, self.phase)

    def variables(self) -> dict[str, str]:
        """The host's variables and their types."""
        host = [] if self.phase is None else self.table.variables_of(self.phase)
        return {variable.name: variable.type for variable in host} | dict(self.bindings)
