"""The ground every domain stands on: settings, clock, ids, database, paging, errors, telemetry and the HTTP edge.

Knows no domain and no tenant's meaning: only that rows belong to one.
"""
