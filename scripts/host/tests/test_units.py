"""The units of a release."""

import json
import os
from typing import Any, Dict, List

from robothost.layout import UNIT_MARK
from robothost.rules import Refused
from robothost.units import render
from tests import hostile
from tests.fixture import FolderTest

PATHS = ["data", "logs", "state/robot.db"]


def service(name: str, kind: str = "trading_robot", command: str = "python main.py", **others: Any) -> Dict[str, Any]:
    return {"name": name, "type": kind, "command": command, "enabled": True, **others}


class UnitsTest(FolderTest, hostile.HostileTest):
    def setUp(self) -> None:
        super().setUp()
        self.environment = os.path.join(self.layout.environments, "0123")
        os.chmod(self.write(os.path.join(self.environment, "bin/python"), ""), 0o755)

    def rendered(self, *services: Dict[str, Any], port: int = 5000) -> Dict[str, str]:
        return render(self.layout, self.environment, json.dumps(services), port, PATHS)

    def unit(self, one: Dict[str, Any], port: int = 5000) -> List[str]:
        return self.rendered(one, port=port)[one["name"]].splitlines()

    def refusal(self, requested: str, port: int = 5000) -> str:
        with self.assertRaises(Refused) as caught:
            render(self.layout, self.environment, requested, port, [])
        return str(caught.exception)

    def test_runs_the_command_with_the_releases_environment_and_no_shell(self) -> None:
        unit = self.unit(service("crypto-webapp", "web_application", "python app.py --x '50% of $A'"), 8443)
        self.assertEqual([UNIT_MARK, "# Type: web_application"], unit[:2])
        self.assertIn('ExecStart=%s/bin/python app.py --x "50%%%% of $$A"' % self.environment, unit)
        self.assertIn("Environment=PORT=8443", unit)
        self.assertIn("WorkingDirectory=%s/current" % self.layout.application, unit)
        self.assertIn("CapabilityBoundingSet=", unit, "a high port needs no capability")
        others = [line.replace(self.root, "") for line in unit if not line.startswith("#") and self.root not in line]
        self.assertEqual([], [line for line in others if "/opt/crypto-robot" in line], "a default path is left")

    def test_runs_in_the_folder_of_the_code(self) -> None:
        one = render(self.layout, self.environment, json.dumps([service("crypto-robot")]), 5000, PATHS, "src/bot")["crypto-robot"].splitlines()
        self.assertIn("WorkingDirectory=%s/current/src/bot" % self.layout.application, one)

    def test_makes_only_what_outlives_a_release_writable(self) -> None:
        shared = self.layout.shared
        # The robot can change what is on the disk.
        for name in ("data", "state", "of-another-robot"):
            os.mkdir(os.path.join(shared, name))
        os.symlink(self.root, os.path.join(shared, "state/robot.db"))
        unit = self.unit(service("crypto-robot"))
        self.assertEqual(["ReadWritePaths=" + " ".join("-%s/%s -%s/.deployer-files/%s" % (shared, path, shared, path) for path in PATHS)],
                         [line for line in unit if line.startswith("ReadWritePaths")])
        self.assertIn("ProtectSystem=strict", unit)

    def test_bounds_what_an_application_may_use(self) -> None:
        for kind in ("trading_robot", "web_application"):
            unit = self.unit(service("some-service", kind))
            for bound in ("MemoryMax=75%", "MemorySwapMax=0", "CPUQuota=150%", "CPUWeight=50", "TasksMax=256", "LogRateLimitIntervalSec=10",
                          "LogRateLimitBurst=2000", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "Environment=HOME=/var/tmp/home",
                          "PrivateTmp=yes", "ProtectHome=yes", "IPAddressDeny=169.254.169.254 fd00:ec2::254"):
                self.assertIn(bound, unit)
            self.assertRegex("\n".join(unit), r"(?m)^After=.* crypto-robot-metadata\.service ", "starts before the credentials are out of reach")

    def test_gives_a_web_application_on_a_low_port_that_one_capability(self) -> None:
        unit = self.unit(service("crypto-webapp", "web_application"), 443)
        for line in ("AmbientCapabilities=CAP_NET_BIND_SERVICE", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE", "PrivateUsers=no"):
            self.assertIn(line, unit)

    def test_leaves_a_crash_bundle_of_its_own_application_after_each_end(self) -> None:
        unit = self.unit(service("crypto-robot", heartbeat_file="data/heartbeat", max_age_seconds=30))
        self.assertIn("ExecStopPost=-+/usr/local/lib/crypto-robot-deployer/crash %s %%N" % self.layout.application, unit)

    def test_a_service_describes_settings_of_its_unit(self) -> None:
        unit = self.unit(service("crypto-robot", stop_signal="SIGINT", stop_seconds=900, success_exit_statuses=[130, 3], memory_max="2G",
                                 cpu_quota="50%", tasks_max=1000, restart="on-failure", restart_limit=5,
                                 env={"PYTHONPATH": "src", "X": 'a "b" \\ 50% $HOME'}))
        for line in ("KillSignal=SIGINT", "TimeoutStopSec=900", "SuccessExitStatus=130 3", "MemoryMax=2G", "CPUQuota=50%", "TasksMax=1000",
                     "Restart=on-failure", "StartLimitIntervalSec=1800", "StartLimitBurst=6", 'Environment="PYTHONPATH=src"',
                     'Environment="X=a \\"b\\" \\\\ 50%% $HOME"'):
            self.assertEqual(1, unit.count(line), line)
        self.assertLess(unit.index("StartLimitBurst=6"), unit.index("[Service]"))
        self.assertLess(unit.index("KillSignal=SIGINT"), unit.index("[Install]"))
        for key in ("TimeoutStopSec", "MemoryMax", "CPUQuota", "TasksMax", "Restart", "StartLimitIntervalSec"):
            self.assertEqual(1, len([line for line in unit if line.startswith(key + "=")]), key)

    def test_a_service_that_notifies_has_longer_than_the_health_check_waits(self) -> None:
        unit = self.unit(service("crypto-robot", ready="notify", start_seconds=300))
        for line in ("Type=notify", "NotifyAccess=all", "TimeoutStartSec=330"):
            self.assertIn(line, unit)
        self.assertNotIn("Type=exec", unit)
        self.assertIn("Type=exec", self.unit(service("crypto-robot", ready={"log_line": "up"})))

    def test_a_command_is_a_script_a_module_or_a_file(self) -> None:
        python = "ExecStart=%s/bin/python " % self.environment
        for command, wanted in (("-m robot.main --x 'a b'", '-m robot.main --x "a b"'), ("src/main.py a", "src/main.py a"),
                                ("python main.py", "main.py"), ('main.py "it\'s" a\\ b', 'main.py "it\'s" "a b"')):
            self.assertIn(python + wanted, self.unit(service("crypto-robot", command=command)))

    def test_a_page_has_its_own_port_in_its_environment(self) -> None:
        self.assertIn("Environment=PORT=6000", self.unit(service("a-page", "web_application", health={"port": 6000})))
        robot = self.unit(service("crypto-robot", health={"port": 443}), 5000)
        self.assertIn("AmbientCapabilities=CAP_NET_BIND_SERVICE", robot)
        self.assertNotIn("PORT=", "".join(robot))

    def test_refuses_a_description_that_no_request_has(self) -> None:
        cases: List[Dict[str, Any]] = [{"stop_signal": "KILL\nExecStartPre=+x"}, {"stop_seconds": 4}, {"stop_seconds": True}, {"env": {"PATH": "/x"}},
                       {"env": {"A": "x\nExecStartPre=+x"}}, {"env": {"A B": "x"}}, {"env": []}, {"success_exit_statuses": [130, "x"]},
                       {"memory_max": "infinity"}, {"cpu_quota": "0%"}, {"tasks_max": 1}, {"restart": "on-abort"}, {"restart_limit": 0},
                       {"ports": [80]}, {"ports": [8080, 8080]}, {"health": {"port": 22}}, {"health": {"path": "/x -K/etc/x"}},
                       {"health": {"expected_text": "a\nb"}}, {"health": {"protocol": "file"}}, {"health": {"x": 1}}, {"ready": "yes"},
                       {"ready": {}}, {"ready": {"file": "../x"}}, {"ready": {"file": "data/x", "log_line": "x"}}, {"unknown": 1}]
        for fields in cases:
            self.assertTrue(self.refusal(json.dumps([service("crypto-robot", **fields)])), fields)

    def test_leaves_a_disabled_service_out(self) -> None:
        self.assertEqual(["crypto-robot"], list(self.rendered(service("crypto-robot"), service("crypto-webapp", enabled=False))))

    def test_refuses_a_service_that_is_not_one(self) -> None:
        for name, kind, command, reason in (
                ("crypto-robot", "trading_robot", "/bin/sh -c x", "name a program of the environment"),
                ("crypto-robot", "trading_robot", "gunicorn app", "which its environment does not have"),
                ("crypto-robot", "trading_robot", 'python "x', "cannot be read"),
                ("../ssh", "trading_robot", "python x", "is not like crypto-robot"),
                ("crypto-robot-settle", "trading_robot", "python x", "is the deployer's own"),
                ("crypto-robot", "cron", "python x", "has type 'cron'")):
            self.assertIn(reason, self.refusal(json.dumps([service(name, kind, command)])))

    def test_refuses_when_nothing_is_left_to_run(self) -> None:
        self.assertIn("not an array with a service", self.refusal("[]"))
        self.assertEqual("no service is enabled", self.refusal(json.dumps([service("crypto-robot", enabled=False)])))
        self.assertIn("Port is 70000", self.refusal(json.dumps([service("a")]), 70000))
        self.assertIn("Services is not JSON: ", self.refusal("["))

    def test_refuses_to_overwrite_a_unit_of_others(self) -> None:
        self.write(os.path.join(self.layout.units, "crypto-robot.service"), "[Service]\n")
        self.assertIn("exists and is not this deployer's", self.refusal(json.dumps([service("crypto-robot")])))
        self.write(os.path.join(self.layout.units, "crypto-robot.service"), UNIT_MARK + "\n[Service]\n")
        self.assertEqual(["crypto-robot"], list(self.rendered(service("crypto-robot"))))

    def test_a_service_is_taken_apart_by_no_shell(self) -> None:
        fields = ("name", "type", "command")
        services = [json.dumps([{**service("a"), fields[number % 3]: text}]) for number, text in enumerate(hostile.every("services"))]
        self.each("services, past the document's pattern", services, lambda requested: self.assertTrue(self.refusal(requested)))
