"""OpenTelemetry spans. Without an endpoint configured they are the API's no-ops and cost next to nothing."""

from contextlib import AbstractContextManager
from importlib import import_module

from opentelemetry import trace
from opentelemetry.trace import Span

from app.base.settings import Settings

_tracer = trace.get_tracer("alloy")


def span(name: str, **attributes: str | int | float | bool) -> AbstractContextManager[Span]:
    """A span around a block of work."""
    return _tracer.start_as_current_span(name, attributes=attributes)


def configure_spans(settings: Settings) -> bool:
    """Send spans to the configured endpoint; whether there is one.

    Raises:
        RuntimeError: an endpoint is set but the `otel` extra is not installed.
    """
    if not settings.otel_endpoint:
        return False
    try:
        sdk = import_module("opentelemetry.sdk.trace")
        export = import_module("opentelemetry.sdk.trace.export")
        resources = import_module("opentelemetry.sdk.resources")
        otlp = import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    except ImportError as error:
        raise RuntimeError("ALLOY_OTEL_ENDPOINT is set, but the exporter is missing. Install it: pip install 'alloy[otel]'.") from error
    provider = sdk.TracerProvider(resource=resources.Resource.create({"service.name": "alloy"}))
    provider.add_span_processor(export.BatchSpanProcessor(otlp.OTLPSpanExporter(endpoint=settings.otel_endpoint)))
    trace.set_tracer_provider(provider)
    return True
