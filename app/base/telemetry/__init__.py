"""What the program tells about itself: log lines, metrics and spans, tied together by a correlation id."""

from app.base.telemetry.logs import bind_correlation, configure_logs, correlation_id, logger
from app.base.telemetry.metrics import Metrics
from app.base.telemetry.spans import configure_spans, span

__all__ = ["Metrics", "bind_correlation", "configure_logs", "configure_spans", "correlation_id", "logger", "span"]
