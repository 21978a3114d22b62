"""Prometheus metrics of one application object, in its own registry so that two of them can live in one process."""

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import generate_latest

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """The program's counters and histograms. A domain adds its own over `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.requests = Counter("alloy_http_requests", "Requests answered.", ["method", "status"], registry=self.registry)
        self.request_seconds = Histogram(
            "alloy_http_request_seconds", "Time to answer a request.", ["method"], buckets=_SECONDS, registry=self.registry
        )
        self.sign_ins = Counter("alloy_sign_ins", "Sign-ins by outcome.", ["outcome"], registry=self.registry)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)
