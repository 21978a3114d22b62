"""The edge of HTTP that all faces share: problems, body limit, host and origin checks, security headers, request telemetry.

Pure ASGI: each layer adds a few microseconds to a request, none buffers a body.
"""
