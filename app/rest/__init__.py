"""The REST face under `/api/v1`: one module per noun, each mapping HTTP to the domains' verbs and back. No SQL, no rules.

`app.main` calls `install`.
"""

from app.rest.install import install

__all__ = ["install"]
