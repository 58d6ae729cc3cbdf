"""Robots that are a package of the index: the repository has only their settings. docs/robots.md has the tried settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Optional

from client.robot.dependencies import Dependencies
from client.robot.files import Files


@dataclass
class Known:
    name: str
    services: list[dict[str, Any]]
    reasons: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def of(files: Files, dependencies: Dependencies, own: str) -> Optional[Known]:
    """`own` is the name of the project itself: the repository of freqtrade is not a user's of freqtrade."""
    if "freqtrade" in dependencies.names and own != "freqtrade":
        return _freqtrade(files)
    if "infinity-grid" in dependencies.names and own != "infinity-grid":
        return _infinity_grid(files)
    return None


def _freqtrade(files: Files) -> Known:
    config = next((path for path in ("config.json", "user_data/config.json") if path in files), "config.json")
    strategies = next((path for path in ("strategies", "user_data/strategies") if files.has_folder(path)), "")
    page = next((path for path in ("page.json", "web.json") if path in files), "")
    robot = f"freqtrade trade -c {config}" + (f" --strategy-path {strategies}" if strategies else "") + " --db-url sqlite:///data/trades.sqlite"
    known = Known("freqtrade", [{"name": "crypto-robot", "type": "trading_robot", "command": robot, "enabled": True}])
    known.values = {"persistent_paths": ["data", "user_data"]}
    known.reasons = {"services": "requirements.txt has freqtrade; docs/robots.md has these settings",
                     "persistent_paths": "freqtrade creates folders below user_data at each start; its database is data/trades.sqlite"}  # fmt: skip
    if page:
        known.services.append({"name": "crypto-webapp", "type": "web_application", "command": f"freqtrade webserver -c {config} -c {page}", "enabled": True})
        known.values.update(port=5000, health_path="/api/v1/ping", protocol="http")
        known.reasons.update(
            port=f"it must be api_server.listen_port in {page}, with listen_ip_address 0.0.0.0",
            health_path="freqtrade answers 200 there",
            protocol="freqtrade has no TLS",
        )
    if strategies.startswith("user_data"):
        known.problems.append(
            "strategies are below user_data, a persistent path: a later commit's changes to them are not deployed. Move them: git mv "
            "user_data/strategies strategies"
        )
    known.values["secrets"] = [
        {"name": "keys", "variables": {"FREQTRADE__EXCHANGE__KEY": "key", "FREQTRADE__EXCHANGE__SECRET": "secret"}, "required_for_live": True}
    ]
    known.values["mode_variables"] = {"live": {"FREQTRADE__DRY_RUN": "false"}, "simulation": {"FREQTRADE__DRY_RUN": "true"}}
    known.values["export_env"] = True
    known.reasons["secrets"] = "freqtrade reads FREQTRADE__…; store the fields key and secret with `keys`"
    known.reasons["mode_variables"] = f"FREQTRADE__DRY_RUN overrides dry_run of {config}"
    known.reasons["export_env"] = "freqtrade reads its environment and loads no .env"
    if config not in files:
        known.problems.append(f"{config} is missing: commit one, without keys")
    return known


def _infinity_grid(files: Files) -> Known:
    known = Known("infinity-grid", [{"name": "crypto-robot", "type": "trading_robot", "command": "infinity-grid run", "enabled": True}])
    known.reasons = {"services": "requirements.txt has infinity-grid"}
    known.values["secrets"] = [
        {
            "name": "keys",
            "variables": {"INFINITY_GRID_API_PUBLIC_KEY": "public_key", "INFINITY_GRID_API_SECRET_KEY": "secret_key"},
            "required_for_live": True,
        }
    ]
    known.values["mode_variables"] = {"live": {"INFINITY_GRID_RUN_DRY_RUN": "false"}, "simulation": {"INFINITY_GRID_RUN_DRY_RUN": "true"}}
    known.values["export_env"] = True
    known.reasons["secrets"] = "infinity-grid reads INFINITY_GRID_API_…; store the fields public_key and secret_key with `keys`"
    known.reasons["mode_variables"] = "INFINITY_GRID_RUN_DRY_RUN decides whether it places orders"
    known.reasons["export_env"] = "infinity-grid reads its settings from its environment; the other settings belong into the committed .env"
    return known
