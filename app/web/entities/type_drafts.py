"""The fields of a type while they are edited: texts in a tree, as a form without any script sends them.

Each field's inputs are named by its place, `fields.2.item.fields.0.kind`. Buttons that change the tree are named alike. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from app.entities import FieldKind, FieldSpec, fields_document

MOST_DRAFTS: Final = 60
DEEPEST: Final = 5
FLAGS: Final = ("required", "unique")
TEXTS: Final = (
    "name", "label", "description", "kind", "default", "minimum", "maximum", "min_length", "max_length", "scale", "pattern", "choices",
    "references", "on_delete",
)  # fmt: skip
_LONGEST: Final = 100_000


@dataclass(slots=True)
class Draft:
    """A field as typed: its texts, the item of a list, the fields of an object. `path` is its place and the names of its inputs."""

    path: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    item: "Draft | None" = None
    fields: "list[Draft]" = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The chosen kind."""
        return self.texts.get("kind", FieldKind.TEXT.value)

    @property
    def id(self) -> str:
        """The beginning of its ids on the page."""
        return self.path.replace(".", "-")

    @property
    def depth(self) -> int:
        """How deep it is, 1 for a field of the record itself."""
        return self.path.count("fields") + self.path.count("item")

    def text(self, name: str) -> str:
        """What was typed into one of its inputs."""
        return self.texts.get(name, "")


def drafts_of(fields: tuple[FieldSpec, ...]) -> tuple[Draft, ...]:
    """The fields of a type, to edit."""
    return tuple(_numbered([_draft(each) for each in fields_document(fields)], "fields"))


def sent_drafts(posted: Mapping[str, tuple[str, ...]]) -> tuple[Draft, ...]:
    """What a form holds, numbered anew from zero; more than a type could have is left out."""
    root = _Node()
    for name, texts in posted.items():
        if name.startswith("fields."):
            _put(root, name.split("."), texts[-1][:_LONGEST])
    return tuple(_numbered([each.draft() for each in root.ordered()][:MOST_DRAFTS], "fields"))


def done_to(drafts: tuple[Draft, ...], wanted: str) -> tuple[Draft, ...]:
    """The fields after a button was pressed: `add:fields`, `remove:fields.1`, `up:fields.1`, `down:fields.1`.

    Anything else shows them again. Lists get the item, and objects the first field, that they can't be without.
    """
    step, _, place = wanted.partition(":")
    tree = list(drafts)
    where, _, last = place.rpartition(".")
    if step == "add":
        siblings = _list_at(tree, place)
        if siblings is not None and len(siblings) < MOST_DRAFTS:
            siblings.append(Draft())
    elif last.isdecimal() and (siblings := _list_at(tree, where)) is not None:
        _moved(siblings, step, int(last[:4]))
    for each in _all(tree):
        _complete(each)
    return tuple(_numbered(tree, "fields"))


def _moved(siblings: list[Draft], step: str, index: int) -> None:
    if index >= len(siblings):
        return
    if step == "remove":
        del siblings[index]
    elif step in ("up", "down"):
        siblings.insert(max(0, index + (-1 if step == "up" else 1)), siblings.pop(index))


def _complete(draft: Draft) -> None:
    if draft.kind == FieldKind.LIST and draft.item is None:
        draft.item = Draft()
    if draft.kind == FieldKind.OBJECT and not draft.fields:
        draft.fields = [Draft()]


def _list_at(tree: list[Draft], place: str) -> list[Draft] | None:
    """The list of fields at a place such as `fields.2.item.fields`."""
    parts, siblings, owner = place.split("."), tree, None
    if not parts or parts[0] != "fields":
        return None
    for part in parts[1:]:
        if part.isdecimal() and int(part[:4]) < len(siblings):
            owner = siblings[int(part[:4])]
        elif part == "item" and owner is not None and owner.item is not None:
            owner = owner.item
        elif part == "fields" and owner is not None:
            siblings = owner.fields
        else:
            return None
    return siblings


def _all(drafts: list[Draft]) -> Iterator[Draft]:
    for each in drafts:
        yield each
        if each.item is not None:
            yield from _all([each.item])
        yield from _all(each.fields)


def _numbered(drafts: list[Draft], path: str) -> list[Draft]:
    for index, each in enumerate(drafts):
        _place(each, f"{path}.{index}")
    return drafts


def _place(draft: Draft, path: str) -> None:
    draft.path = path
    if draft.item is not None:
        _place(draft.item, f"{path}.item")
    _numbered(draft.fields, f"{path}.fields")


def _draft(document: Mapping[str, object]) -> Draft:
    spec = msgspec.convert(document, FieldSpec)
    made = Draft(texts={name: _text(getattr(spec, name)) for name in TEXTS})
    made.texts |= {name: "on" for name in FLAGS if getattr(spec, name)}
    if spec.item is not None:
        made.item = drafts_of((spec.item,))[0]
    made.fields = list(drafts_of(spec.fields))
    return made


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value).removesuffix(".0")
        case tuple():
            return "\n".join(map(str, value))
    return str(value)


class _Node:
    """A place in the tree while names are sorted into it."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.item: _Node | None = None
        self.fields: dict[int, _Node] = {}

    def ordered(self) -> "list[_Node]":
        """Its fields in the order of their numbers."""
        return [self.fields[index] for index in sorted(self.fields)]

    def draft(self) -> Draft:
        """As a draft that has no place yet."""
        return Draft("", self.texts, self.item.draft() if self.item else None, [each.draft() for each in self.ordered()])


def _put(node: _Node, parts: list[str], text: str) -> None:
    """Put a text where its name says; a name that leads nowhere, or too deep, is left out."""
    depth = 0
    while len(parts) > 1 and depth <= DEEPEST:
        depth += 1
        if parts[0] == "item":
            node.item = node.item or _Node()
            node, parts = node.item, parts[1:]
        elif parts[0] == "fields" and len(parts) > 2 and parts[1].isdecimal() and len(parts[1]) <= 4:
            node, parts = node.fields.setdefault(int(parts[1]), _Node()), parts[2:]
        else:
            return
    if len(parts) == 1 and (parts[0] in TEXTS or parts[0] in FLAGS):
        node.texts[parts[0]] = text
