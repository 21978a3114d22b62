"""What may be done with entity types and their records."""

from typing import Final

from app.access import BuiltinRole, Permission

PERMISSIONS: Final = (
    Permission("entities.type.list", "List entity types.", BuiltinRole.VIEWER),
    Permission("entities.type.read", "See an entity type with its fields and rules.", BuiltinRole.VIEWER),
    Permission("entities.type.create", "Define entity types.", BuiltinRole.AUTHOR),
    Permission("entities.type.update", "Change the fields and rules of entity types.", BuiltinRole.AUTHOR),
    Permission("entities.type.delete", "Delete entity types that have no records.", BuiltinRole.ADMIN),
    Permission("entities.record.list", "List, filter, count and search records.", BuiltinRole.VIEWER),
    Permission("entities.record.read", "See a record.", BuiltinRole.VIEWER),
    Permission("entities.record.create", "Create records.", BuiltinRole.AUTHOR, (BuiltinRole.OPERATOR,)),
    Permission("entities.record.update", "Change records.", BuiltinRole.AUTHOR, (BuiltinRole.OPERATOR,)),
    Permission("entities.record.delete", "Delete records.", BuiltinRole.AUTHOR, (BuiltinRole.OPERATOR,)),
    Permission("entities.hook.run", "Run scripts around the changes of a host application.", BuiltinRole.AUTHOR, (BuiltinRole.OPERATOR,)),
    Permission("entities.index.update", "Build the read model of records anew.", BuiltinRole.OPERATOR),
)
