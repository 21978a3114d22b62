"""The REST face under `/api/v1`: one module per noun, each mapping HTTP to the domains' verbs and back. No SQL, no rules.

`app.main` calls `install`, and `install_endpoints` once every other route is there.
"""

from app.rest.install import install, install_endpoints

__all__ = ["install", "install_endpoints"]
