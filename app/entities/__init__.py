"""Entity types that tenants define at run time, and their records: validated on write, filtered, paged, guarded by scripts.

Verbs take `(work, actor, ...)` and check their permission first:

    list_types(work, actor, request) -> Page[EntityType]                        entities.type.list
    get_type(work, actor, name) -> EntityType                                   entities.type.read
    create_type(work, actor, name, settings) -> EntityType                      entities.type.create
    check_type_change(work, actor, name, settings) -> TypeChange                entities.type.read
    update_type(work, actor, name, settings, *, version, adapt) -> EntityType   entities.type.update
    delete_type(work, actor, name) -> None                                      entities.type.delete
    get_record(work, actor, entity_type, record_id) -> Record                   entities.record.read
    find_records(work, actor, entity_type, query) -> Page[Record]               entities.record.list
    count_records(work, actor, entity_type, query) -> int                       entities.record.list
    rebuild_step(work, actor, entity_type, after) -> Rebuilt                    entities.index.update

Saving and deleting run scripts in between, so they are awaited: `Entities.save(actor, SaveRecord(...))`, `Entities.delete(...)`.
"""

from app.entities.bridge import EntityRecords
from app.entities.entities import BegunSave, Entities, Keep
from app.entities.hooks import NoHooks, SaveHooks
from app.entities.index import Rebuilt, rebuild_step
from app.entities.keeper import RecordIndex
from app.entities.memory import known_type
from app.entities.permissions import PERMISSIONS
from app.entities.schema import fields_document
from app.entities.service.deleting import begin_delete
from app.entities.service.records import count_records, find_records, get_record
from app.entities.service.types import check_type_change, create_type, delete_type, get_type, list_types, update_type
from app.entities.types import (
    Deleted,
    DeleteOutcome,
    DeleteRecord,
    EntityType,
    FieldFault,
    FieldKind,
    FieldSpec,
    Misfit,
    OnDelete,
    Operator,
    Query,
    Record,
    RecordInvalid,
    Saved,
    SaveMode,
    SaveOutcome,
    SaveRecord,
    TypeChange,
    TypeSettings,
)

__all__ = [
    "PERMISSIONS",
    "BegunSave",
    "DeleteOutcome",
    "DeleteRecord",
    "Deleted",
    "Entities",
    "EntityRecords",
    "EntityType",
    "FieldFault",
    "FieldKind",
    "FieldSpec",
    "Keep",
    "Misfit",
    "NoHooks",
    "OnDelete",
    "Operator",
    "Query",
    "Rebuilt",
    "Record",
    "RecordIndex",
    "RecordInvalid",
    "SaveHooks",
    "SaveMode",
    "SaveOutcome",
    "SaveRecord",
    "Saved",
    "TypeChange",
    "TypeSettings",
    "begin_delete",
    "check_type_change",
    "count_records",
    "create_type",
    "delete_type",
    "fields_document",
    "find_records",
    "get_record",
    "get_type",
    "known_type",
    "list_types",
    "rebuild_step",
    "update_type",
]
