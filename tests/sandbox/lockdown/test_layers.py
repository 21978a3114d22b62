"""What a survey of this machine says, and what strict mode makes of it."""

from app.sandbox.lockdown.layers import Layer, LayerReport, missing_for_strict


def reports(*active: Layer) -> list[LayerReport]:
    return [LayerReport(layer, layer in active, "applied" if layer in active else "not on this kernel") for layer in Layer]


def test_strict_is_content_with_landlock_where_namespaces_are_forbidden() -> None:
    assert missing_for_strict(reports(Layer.SECCOMP, Layer.RESOURCES, Layer.IDENTITY, Layer.LANDLOCK)) == []


def test_strict_is_content_with_namespaces_where_landlock_is_missing() -> None:
    assert missing_for_strict(reports(Layer.SECCOMP, Layer.RESOURCES, Layer.IDENTITY, Layer.NAMESPACES)) == []


def test_strict_names_what_it_lacks_and_why() -> None:
    assert missing_for_strict(reports(Layer.RESOURCES, Layer.IDENTITY)) == [
        "seccomp (not on this kernel)",
        "landlock (not on this kernel) or namespaces (not on this kernel)",
    ]
