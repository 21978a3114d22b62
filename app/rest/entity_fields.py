"""Entity types as REST takes them: each kind of field has its own rules, so a body says no more than its kind can mean."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from app.entities import FieldKind, FieldSpec, OnDelete, TypeSettings
from app.rest.fields import WHOLE, Body, Description, Name

_NAME = r"^[a-z][a-z0-9_]{0,39}$"
TYPE_NAME = r"^[a-z][a-z0-9_-]{0,39}$"
_TEXT = r"^[^\x00-\x1f\x7f-\x9f]*$"
_PATTERN = r"^[^\x00-\x1f\x7f-\x9f]{1,500}$"
_SAMPLE = {"kind": "text", "name": "title", "label": "Title", "required": True, "max_length": 80}

FieldName = Annotated[str, StringConstraints(max_length=40, pattern=_NAME), Field(examples=["title"])]
TypeName = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=TYPE_NAME), Field(examples=["ticket"])]
Label = Annotated[str, StringConstraints(max_length=100, pattern=_TEXT)]
Line = Annotated[str, StringConstraints(max_length=1_000, pattern=_TEXT)]
Choice = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_TEXT), Field(examples=["open"])]
Length = Annotated[int | None, Field(ge=0), WHOLE]
Whole = Annotated[int | None, Field(ge=-(2**63), lt=2**63), WHOLE]
Number = Annotated[float | None, Field(ge=-1e15, le=1e15, strict=True)]
Day = Annotated[str | None, Field(max_length=10, examples=["2027-01-31"])]
Moment = Annotated[str | None, Field(max_length=40, examples=["2027-01-31T12:00:00Z"])]
Truth = Annotated[bool, Field(strict=True)]


class FieldBody(Body):
    """What fields of all kinds have."""

    name: FieldName
    label: Label = ""
    description: Description = ""
    required: Truth = False
    unique: Truth = False


class TextField(FieldBody):
    """Text; `pattern` is in RE2's syntax and has to match all of it."""

    kind: Literal[FieldKind.TEXT]
    min_length: Length = None
    max_length: Length = None
    pattern: Annotated[str | None, StringConstraints(pattern=_PATTERN), Field(examples=["[A-Z]{2}-[0-9]+"])] = None
    default: Line | None = None


class IntegerField(FieldBody):
    """A whole number of 64 bits."""

    kind: Literal[FieldKind.INTEGER]
    minimum: Whole = None
    maximum: Whole = None
    default: Whole = None


class DecimalField(FieldBody):
    """A number of at most fifteen digits, `scale` of them behind the point."""

    kind: Literal[FieldKind.DECIMAL]
    minimum: Number = None
    maximum: Number = None
    scale: Annotated[int | None, Field(ge=0, le=9), WHOLE] = None
    default: Number = None


class BooleanField(FieldBody):
    """True or false."""

    kind: Literal[FieldKind.BOOLEAN]
    default: Annotated[bool | None, Field(strict=True)] = None


class DateField(FieldBody):
    """A day, `2027-01-31`."""

    kind: Literal[FieldKind.DATE]
    minimum: Day = None
    maximum: Day = None
    default: Day = None


class DatetimeField(FieldBody):
    """A moment with its zone; kept in UTC to the millisecond."""

    kind: Literal[FieldKind.DATETIME]
    minimum: Moment = None
    maximum: Moment = None
    default: Moment = None


class ChoiceField(FieldBody):
    """One of a fixed set of texts."""

    kind: Literal[FieldKind.CHOICE]
    choices: Annotated[list[Choice], Field(min_length=1, max_length=500)]
    default: Choice | None = None


class EmailField(FieldBody):
    """An e-mail address."""

    kind: Literal[FieldKind.EMAIL]
    default: Line | None = None


class UrlField(FieldBody):
    """An absolute address of http or https."""

    kind: Literal[FieldKind.URL]
    default: Line | None = None


class ReferenceField(FieldBody):
    """The id of a record of another type."""

    kind: Literal[FieldKind.REFERENCE]
    references: TypeName
    on_delete: Literal[OnDelete.RESTRICT, OnDelete.CLEAR] = OnDelete.RESTRICT


class ListField(FieldBody):
    """At most 10,000 items of one kind; the item's own name means nothing."""

    kind: Literal[FieldKind.LIST]
    item: Annotated["AnyField", Field(examples=[_SAMPLE])]
    min_length: Length = None
    max_length: Length = None


class ObjectField(FieldBody):
    """Fields inside a field, at most five levels deep."""

    kind: Literal[FieldKind.OBJECT]
    fields: Annotated[list["AnyField"], Field(min_length=1, max_length=50, examples=[[_SAMPLE]])]


AnyField = Annotated[
    TextField
    | IntegerField
    | DecimalField
    | BooleanField
    | DateField
    | DatetimeField
    | ChoiceField
    | EmailField
    | UrlField
    | ReferenceField
    | ListField
    | ObjectField,
    Field(discriminator="kind"),
]


class TypeBody(Body):
    """Everything about a type that may be changed. With `attached_to`, every record belongs to one record of that type."""

    label: Name
    description: Description = ""
    fields: Annotated[list[AnyField], Field(min_length=1, max_length=50, examples=[[_SAMPLE]])]
    attached_to: TypeName | None = None
    on_parent_delete: OnDelete = OnDelete.RESTRICT

    def settings(self) -> TypeSettings:
        """As the domain takes it."""
        fields = tuple(_spec(each) for each in self.fields)
        return TypeSettings(self.label, fields, self.description, self.attached_to, self.on_parent_delete)


def _spec(body: FieldBody) -> FieldSpec:
    given: dict[str, Any] = {name: getattr(body, name) for name in type(body).model_fields}
    if isinstance(body, ListField):
        given["item"] = _spec(body.item)
    elif isinstance(body, ObjectField):
        given["fields"] = tuple(_spec(each) for each in body.fields)
    elif isinstance(body, ChoiceField):
        given["choices"] = tuple(body.choices)
    return FieldSpec(**given)
