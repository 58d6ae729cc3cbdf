"""What differs between what runs and what was deployed, each difference with the command that fixes it."""

import hashlib
import json
import os
from typing import Any, Dict, List
from unittest import mock

from robothost.environment_seal import seal
from robothost.services import unit_of
from tests.fixture import NEW, OLD, PAGE, ROBOT, FolderTest

SECRET = "Q7w2e9R4" * 8
SERVICES = [ROBOT, PAGE, {**ROBOT, "name": "crypto-old", "enabled": False}]
OURS, OTHERS = 1000, 1001


class DeployedTest(FolderTest):
    """An instance that runs what was deployed; each test changes something."""

    def setUp(self) -> None:
        super().setUp()
        self.owners: Dict[str, int] = {}
        self.serving(NEW, services=SERVICES)
        os.unlink(os.path.join(self.layout.units, "crypto-old.service"))
        self.states({"crypto-robot": {"MainPID": "100"}, "crypto-webapp": {"MainPID": "101"}})
        for pid, unit in ((100, "crypto-robot"), (101, "crypto-webapp")):
            self.proc(pid, "/system.slice/%s.service" % unit, self.layout.application + "/venv/bin/python", OURS)
        release = self.layout.release(NEW)
        self.write(os.path.join(self.layout.environments, "hash-of-" + NEW, "bin/python"), "")
        self.seal()
        os.symlink("../../venvs/hash-of-" + NEW, os.path.join(release, "venv"))
        os.symlink("../../shared/data", os.path.join(release, "data"))
        self.write(os.path.join(self.layout.release_state(NEW), "links"), "venv venvs/hash-of-%s\n" % NEW)
        os.symlink("venvs/hash-of-" + NEW, os.path.join(self.layout.application, "venv"))
        self.give(os.path.join(release, ".env"), "A=1\n", 0o600, "env.sha256")
        folder = os.path.join(self.layout.certificates, "x.local")
        for name, mode in (("cert.pem", 0o644), ("key.pem", 0o600)):
            self.give(os.path.join(folder, name), name, mode)
        digests = [hashlib.sha256(name.encode()).hexdigest() for name in ("cert.pem", "key.pem")]
        self.write(os.path.join(self.layout.release_state(NEW), "certificate.sha256"), "\n".join(digests) + "\n")
        # Whoever owns the files of this test stands for the application's user.
        self.replace("robothost.files.owner_of", lambda status: "ec2-user")
        self.replace("robothost.layout.Layout.account", lambda *_: (OURS, OURS))
        self.replace("robothost.drift_running.user_of", lambda folder: self.owners.get(os.path.basename(folder), 0))

    def seal(self) -> None:
        environment = os.path.join(self.layout.environments, "hash-of-" + NEW)
        self.write(os.path.join(environment, ".complete"), seal(environment) + "\n")

    def replace(self, name: str, function: Any) -> None:
        patch = mock.patch(name, function)
        patch.start()
        self.addCleanup(patch.stop)

    def give(self, path: str, text: str, mode: int, digest: str = "") -> None:
        self.write(path, text)
        os.chmod(path, mode)
        if digest:
            self.write(os.path.join(self.layout.release_state(NEW), digest), hashlib.sha256(text.encode()).hexdigest() + "\n")

    def proc(self, pid: int, group: str, program: str, owner: int, folder: str = "/", started: int = 5) -> None:
        self.process(pid, folder)
        where = os.path.join(self.layout.proc, str(pid))
        self.write(where + "/cgroup", "0::%s\n" % group)
        self.write(where + "/cmdline", program + "\0-m\0http.server\0")
        self.write(where + "/stat", "%d (a) name) S %s %d 0\n" % (pid, " ".join(["0"] * 18), started))
        self.owners[str(pid)] = owner

    def drift(self) -> Any:
        ended = self.run_step("read-drift", Environment="x.local")
        self.assertEqual(0, ended.code, ended)
        return ended.answer

    def differences(self) -> List[str]:
        return ["%s: %s | %s" % (one["what"], one["said"], one["mend"]) for one in self.drift()["drift"]]


class ReadDriftTest(DeployedTest):
    def test_what_runs_is_what_was_deployed(self) -> None:
        found = self.drift()
        self.assertEqual([], found["drift"])
        self.assertEqual((True, 0, "what runs is what was deployed", "no drift any more", False, "live", "https"), tuple(
            found[name] for name in ("judged", "count", "said", "headline", "news", "mode", "protocol")))

    def test_nothing_is_deployed(self) -> None:
        os.unlink(self.layout.current)
        found = self.drift()
        self.assertEqual((False, "nothing is deployed", ""), (found["judged"], found["said"], found["told"]))

    def test_nothing_is_compared_while_a_run_holds_the_lock(self) -> None:
        self.write("releases/%s/.env" % NEW, "changed")
        self.lock()
        found = self.drift()
        self.assertEqual((False, 0, "another run is at work on this instance; nothing was compared", False),
                         (found["judged"], found["count"], found["said"], found["news"]))

    def test_nothing_is_judged_when_a_deployment_has_begun_meanwhile(self) -> None:
        self.write("releases/%s/.env" % NEW, "changed")
        self.good(OLD)

        def deploys(*_: Any) -> bool:
            os.unlink(self.layout.current)
            os.symlink("releases/" + OLD, self.layout.current)
            return False

        with mock.patch("robothost.drift_running.check_packet_filter", deploys):
            self.assertEqual((False, []), (lambda found: (found["judged"], found["drift"]))(self.drift()))

    def test_a_set_of_differences_is_news_once_and_so_is_its_end(self) -> None:
        self.write("releases/%s/.env" % NEW, "changed")
        found = self.drift()
        self.assertEqual((True, "drift: env"), (found["news"], found["headline"]))
        self.run_step("record-notice", Operation="check-drift", Told=found["told"])
        self.assertFalse(self.drift()["news"], "reported already")
        os.chmod(os.path.join(self.layout.release(NEW), ".env"), 0o644)
        self.assertTrue(self.drift()["news"], "another set")
        self.give(os.path.join(self.layout.release(NEW), ".env"), "A=1\n", 0o600)
        found = self.drift()
        self.assertEqual((True, "no drift any more"), (found["news"], found["headline"]))
        self.run_step("record-notice", Operation="check-drift", Told=found["told"])
        self.assertFalse(self.drift()["news"])

    def test_files(self) -> None:
        self.system.answer("changes", output="D\0counter.py\0+\0extra.py\0M\0main.py\0T\0z link\0")
        mend = " | operate deploy x.local"
        self.assertEqual(["files: counter.py is gone" + mend, "files: extra.py was added" + mend, "files: main.py was changed" + mend,
                          "files: z link is of another kind" + mend], self.differences())
        self.system.answer("changes", output="".join("M\0%d\0" % k for k in range(13)))
        self.assertEqual("files: 3 more files" + mend, self.differences()[-1])

    def test_files_that_could_not_be_compared_are_no_difference(self) -> None:
        self.system.answer("changes", code=4)
        found = self.drift()
        self.assertEqual("what runs is what was deployed; its files were not compared: commit %s is not in the mirror of this instance" % ("0" * 40),
                         found["said"])

    def test_environment(self) -> None:
        environment = os.path.join(self.layout.environments, "hash-of-" + NEW)
        added = self.write(os.path.join(environment, "lib/added.py"), "")
        wrong = ["environment: the virtual environment is not what pip left | operate deploy x.local"]
        self.assertEqual(wrong, self.differences())
        self.write(os.path.join(environment, ".complete"), "0" * 64 + "\n")
        self.assertEqual([], self.differences(), "an earlier version sealed it")
        os.unlink(os.path.join(environment, ".complete"))
        self.assertEqual(wrong, self.differences())
        os.unlink(added)
        self.seal()
        os.unlink(os.path.join(self.layout.release(NEW), "venv"))
        os.symlink("../../venvs/other", os.path.join(self.layout.release(NEW), "venv"))
        self.assertEqual(["environment: the release's venv leads elsewhere | operate deploy x.local"], self.differences())

    def test_manifest_and_links(self) -> None:
        self.write("releases/%s/release.json" % NEW, "{}")
        os.unlink(os.path.join(self.layout.application, "venv"))
        self.assertEqual(["manifest: release.json was changed | operate rotate-keys x.local",
                          "links: venv does not lead to venvs/hash-of-%s | operate start x.local" % NEW], self.differences())
        self.write(os.path.join(self.layout.release_state(NEW), "release.json"), "{}")
        found = self.drift()
        self.assertEqual((["manifest"], "", 1), ([one["what"] for one in found["drift"]], found["mode"], found["count"]))
        self.assertIn("is not usable", found["drift"][0]["said"])

    def test_env(self) -> None:
        path, mend = os.path.join(self.layout.release(NEW), ".env"), " | operate rotate-keys x.local"
        self.give(path, "A=" + SECRET, 0o644)
        self.assertEqual(["env: .env is 644 and ec2-user's instead of 600 and ec2-user's" + mend,
                          "env: .env has another content than it was given" + mend], self.differences())
        os.unlink(path)
        self.assertEqual(["env: .env is gone" + mend], self.differences())

    def test_a_secret_file(self) -> None:
        path, mend = os.path.join(self.layout.release(NEW), "user/config.json"), " | operate rotate-keys x.local"
        self.give(path, "{}", 0o600)
        state = os.path.join(self.layout.release_state(NEW), "files.sha256")
        self.write(state, "%s user/config.json\n" % hashlib.sha256(b"{}").hexdigest())
        self.assertEqual([], self.differences())
        self.give(path, SECRET, 0o644)
        self.assertEqual(["env: user/config.json is 644 and ec2-user's instead of 600 and ec2-user's" + mend,
                          "env: user/config.json has another content than it was given" + mend], self.differences())
        os.unlink(path)
        self.assertEqual(["env: user/config.json is gone" + mend], self.differences())

    def test_units_and_services(self) -> None:
        self.states({"crypto-robot": {"MainPID": "100", "DropInPaths": "/etc/x.conf", "UnitFileState": "disabled", "ActiveState": "failed"},
                     "crypto-webapp": {"MainPID": "101"}})
        self.append(os.path.join(self.layout.units, "crypto-webapp.service"), "# by hand\n")
        unit = self.write(os.path.join(self.layout.units, "crypto-old.service"), "")
        with open(os.path.join(self.layout.units, "crypto-robot.service"), encoding="utf-8") as file:
            self.write(unit, file.read())
        self.assertEqual([
            "units: crypto-robot.service is overridden by /etc/x.conf | on the instance: systemctl revert crypto-robot.service",
            "services: crypto-robot is not enabled | operate start x.local",
            "services: crypto-robot does not run | operate start x.local",
            "units: crypto-webapp.service was changed | operate start x.local",
            "services: crypto-old is installed and was not deployed | operate start x.local"], self.differences())

    def test_certificate(self) -> None:
        mend = " | operate rotate-certificate x.local"
        path = os.path.join(self.layout.certificates, "x.local/cert.pem")
        self.give(path, "another", 0o600)
        self.assertEqual(["certificate: cert.pem is 600 and ec2-user's instead of 644 and ec2-user's" + mend,
                          "certificate: it is not version c1 of its secret" + mend], self.differences())
        os.unlink(path)
        self.assertEqual(["certificate: cert.pem is gone" + mend], self.differences())

    def test_an_expired_certificate(self) -> None:
        self.system.clock += 400 * 86400
        self.assertEqual(["certificate: it expired at 2027-01-01T00:00:00Z | operate rotate-certificate x.local"], self.differences())

    def test_packet_filter(self) -> None:
        self.write(os.path.join(self.layout.units, "crypto-robot-metadata.service"), "[Unit]\n")
        self.assertRegex(self.differences()[0], "^firewall: the rule that keeps .* is not loaded | on the instance: systemctl restart")
        self.system.answer("nft", output="ip daddr 169.254.169.254 reject\n")
        self.assertEqual([], self.differences())

    def test_a_difference_is_redacted_before_it_is_cut(self) -> None:
        self.give(os.path.join(self.layout.release(NEW), ".env"), "BINANCE_SECRET_KEY=" + SECRET, 0o600, "env.sha256")
        self.system.answer("changes", output="M\0%s%s\0" % ("0" * 280, SECRET))
        self.assertNotIn("Q7w2", json.dumps(self.drift()))


class ForeignProcessesTest(DeployedTest):
    """Which process is foreign: never one of a service that was deployed, always one of the application's user beside them."""

    def named(self, group: str, owner: int = OURS, program: str = "/usr/bin/sleep", folder: str = "/") -> List[str]:
        self.proc(200, group, program, owner, folder)
        return self.differences()

    def test_a_process_of_the_applications_user_outside_the_units_is(self) -> None:
        for group in ("/user.slice/user-1000.slice/session-1.scope", "/system.slice/amazon-ssm-agent.service", "/",
                      "/user.slice/user-1000.slice/user@1000.service/app.slice/crypto-robot.service", "/system.slice/crypto-old.service"):
            with self.subTest(group):
                self.assertEqual(["processes: process 200 (sleep) runs outside the services | on the instance: kill 200"], self.named(group))

    def test_also_one_that_looks_like_a_step_that_asks_the_interpreter(self) -> None:
        self.proc(200, "/", "/opt/x/python", OURS)
        self.write(os.path.join(self.layout.proc, "200/cmdline"), "/opt/x/python\0-ISc\0while True: pass\0")
        self.assertEqual(["processes: process 200 (python) runs outside the services | on the instance: kill 200"], self.differences())

    def test_a_program_of_the_application_is_whatever_its_user(self) -> None:
        self.assertEqual(1, len(self.named("/", 0, self.layout.application + "/venv/bin/python")))
        self.assertEqual(1, len(self.named("/", 0, "/usr/bin/python3", self.layout.release(NEW))))

    def test_another_users_process_is_not(self) -> None:
        self.assertEqual([], self.named("/system.slice/nginx.service", OTHERS))

    def test_what_a_service_or_a_step_runs_is_not(self) -> None:
        for unit in ("crypto-robot.service", "crypto-robot.service/inner", "crypto-robot-step-build.service", "crypto-robot-plan-7.service"):
            with self.subTest(unit):
                self.assertEqual([], self.named("/system.slice/" + unit))

    def test_what_is_gone_in_a_moment_is_not(self) -> None:
        self.proc(200, "/", "/usr/bin/git", OURS)

        def sleep(seconds: float) -> None:
            self.proc(200, "/", "/usr/bin/sleep", OURS, started=9)

        with mock.patch.object(self.system, "sleep", sleep):
            self.assertEqual([], self.differences())


class DriftPortsTest(DeployedTest):
    """Which listening process is foreign: never one of a service that was deployed."""

    def named(self, group: str, port: int, owner: int) -> List[str]:
        self.proc(300, group, "/usr/bin/nginx", owner)
        self.system.answer("ss", output='LISTEN 0 5 0.0.0.0:%d 0.0.0.0:* users:(("python",pid=300,fd=3))\n' % port)
        return [one for one in self.differences() if one.startswith("ports")]

    def test_what_belongs_to_a_service_is_not(self) -> None:
        # The page on its port, a second port of either, and even the page's port in the robot's hands.
        for unit, port in (("crypto-webapp", 5000), ("crypto-webapp", 8080), ("crypto-robot", 8080), ("crypto-robot", 5000)):
            with self.subTest((unit, port)):
                self.assertEqual([], self.named("/system.slice/%s.service" % unit, port, OURS))

    def test_another_users_process_on_another_port_is_not(self) -> None:
        self.assertEqual([], self.named("/system.slice/nginx.service", 8080, OTHERS))

    def test_what_the_user_runs_beside_them_is(self) -> None:
        for group, port, whose in (("/", 8080, ""), ("/user.slice/session-1.scope", 8080, ""),
                                   ("/system.slice/crypto-old.service", 8080, " of crypto-old.service"), ("/", 5000, "")):
            with self.subTest(group):
                self.assertEqual(["ports: port %d is listened on by process 300%s | on the instance: kill 300" % (port, whose)],
                                 self.named(group, port, OURS))

    def test_another_program_on_the_port_of_the_page_is(self) -> None:
        self.assertEqual(["ports: port 5000 belongs to process 300, which is not the web application | on the instance: kill 300"],
                         self.named("/system.slice/nginx.service", 5000, OTHERS))


class UnitOfTest(FolderTest):
    def test_a_service_is_a_unit_of_the_system(self) -> None:
        for group, unit in (("0::/system.slice/crypto-robot.service", "crypto-robot.service"),
                            ("0::/system.slice/crypto-robot.service/inner", "crypto-robot.service"),
                            ("0::/system.slice/system-some.slice/some@1.service", "some@1.service"),
                            # A user may give a unit of his own any name.
                            ("0::/user.slice/user-1000.slice/user@1000.service/app.slice/crypto-robot.service", "user@1000.service"),
                            ("0::/user.slice/user-1000.slice/session-1.scope", "")):
            with self.subTest(group):
                self.write(os.path.join(self.layout.proc, "1/cgroup"), group + "\n")
                self.assertEqual(unit, unit_of(self.layout.proc, "1"))
