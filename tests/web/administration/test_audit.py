"""The audit log: what an entry changed."""

from app.web.administration.audit import diff_of


def test_a_difference_names_nested_values_and_marks_changed_ones() -> None:
    lines = diff_of({"role": "viewer", "user": {"active": True}}, {"role": "author", "user": {"active": True}, "tags": []})
    assert [(line.name, line.before, line.after, line.is_changed) for line in lines] == [
        ("role", "viewer", "author", True),
        ("user.active", "yes", "yes", False),
        ("tags", None, "none", True),
    ]
