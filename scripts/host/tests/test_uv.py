"""How uv builds an environment: what it resolves, which hashes are believed, and what is installed from where."""

import hashlib
import json
import os
from typing import Any, Dict, List, Tuple
from unittest import mock

from robothost import installation, markers, store, uv, wanted
from robothost.builder import Work
from robothost.index_of_uv import IndexOfUv
from robothost.installed import Package
from robothost.interpreter import Interpreter
from robothost.layout import Layout
from robothost.parameters import declared
from robothost.system import Ended
from tests.fixture import NEW, FakeSystem, FolderTest


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def package(name: str, version: str, *files: str, digest: str = "") -> str:
    """Of a pylock.toml; the content of a file is its name."""
    lines = ["[[packages]]", 'name = "%s"' % name, 'version = "%s"' % version]
    rows = ['{ url = "https://files.example/%s", hashes = { sha256 = "%s" } }' % (file, digest or sha256(file)) for file in files]
    wheels = [row for row, file in zip(rows, files) if file.endswith(".whl")]
    lines += ["wheels = [%s]" % ", ".join(wheels)] if wheels else []
    lines += ["sdist = " + row for row, file in zip(rows, files) if not file.endswith(".whl")]
    return "\n".join(lines) + "\n"


FLASK, SIX = "flask-3.0-py3-none-any.whl", "six-1.17-py2.py3-none-any.whl"
NO_WHEEL = "error: No solution found when resolving dependencies\n  cause: Because all versions of sdnotify have no usable wheels\n"


class Units(FakeSystem):
    """Answers the phases of uv_build as the test says."""

    def __init__(self) -> None:
        super().__init__()
        self.tasks: List[Dict[str, Any]] = []
        self.texts: List[str] = []
        self.locks: List[Any] = []
        self.served: Dict[str, str] = {}

    def run(self, *command: str, **options: Any) -> Ended:
        if "uv_build" not in command:
            return super().run(*command, **options)
        self.calls.append(command)
        binds = dict(word.split("=", 2)[2].split(":")[::-1] for word in command if word.startswith(("--property=BindPaths=", "--property=BindReadOnlyPaths="))
                     and ":" in word)
        folder = binds["/run/crypto-robot-build"]
        with open(os.path.join(folder, "task.json"), encoding="utf-8") as file:
            task = json.load(file)
        self.tasks.append(task)
        if task["phase"] == "resolve":
            found = self.locks.pop(0)
            if isinstance(found, Ended):
                return found
            with open(os.path.join(binds["/run/crypto-robot-output"], "pylock.toml"), "w", encoding="utf-8") as file:
                file.write(found)
        if task["phase"] == "bring":
            for name in task["files"]:
                with open(os.path.join(binds["/run/crypto-robot-output"], name), "w", encoding="utf-8") as file:
                    file.write(self.served.get(name, name))
        if task.get("requirements"):
            with open(os.path.join(folder, "requirements.txt"), encoding="utf-8") as file:
                self.texts.append(file.read())
        return Ended(0, "", "")


class UvTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.units: Any = Units()
        self.system = self.units
        patch = mock.patch.object(Layout, "account", lambda *_: (os.geteuid(), os.getegid()))
        patch.start()
        self.addCleanup(patch.stop)

    def build(self, requirements: str, before: Any = (), **fields: Any) -> uv.UvBuild:
        release = self.layout.release(NEW)
        self.write(os.path.join(release, "requirements.txt"), requirements)
        settings = installation.Installation(fields)
        needed = wanted.wanted(release, settings, installation.chosen(release, settings), markers.variables("3.11.2"))
        host = self.step_host(declared())
        host.log.open(self.layout)
        work = Work(host, Interpreter("/usr/bin/python3.11", "3.11.2"), "0123", release, settings, needed)
        build = uv.UvBuild(work, "/uv", IndexOfUv(self.layout))
        build.install("/fresh", "/final", list(before))
        return build

    def phases(self) -> List[Tuple[str, Any]]:
        return [(task["phase"], task.get("no_build")) for task in self.units.tasks]

    def test_wheels_are_resolved_without_a_build_brought_and_installed_from_roots_files(self) -> None:
        self.units.locks = [package("flask", "3.0", FLASK) + package("six", "1.17", SIX)]
        known = self.build("flask\n").known
        self.assertEqual([("resolve", True), ("bring", None), ("install", None)], self.phases())
        self.assertEqual((True, "/final"), (self.units.tasks[2]["offline"], self.units.tasks[2]["environment"]))
        self.assertEqual("flask==3.0 --hash=sha256:%s\nsix==1.17 --hash=sha256:%s\n" % (sha256(FLASK), sha256(SIX)), self.units.texts[-1])
        self.assertEqual(("index", sha256(FLASK)), (known["flask"].source, known["flask"].sha256))
        self.assertTrue(store.path_of(self.layout, sha256(FLASK)).endswith(FLASK))

    def test_what_root_has_is_not_brought_again(self) -> None:
        for _ in range(2):
            self.units.locks = [package("flask", "3.0", FLASK)]
            self.build("flask\n")
        self.assertEqual(["resolve", "bring", "install", "resolve", "install"], [task["phase"] for task in self.units.tasks])

    def test_a_file_that_the_index_does_not_vouch_for_is_not_installed(self) -> None:
        self.units.locks, self.units.served = [package("flask", "3.0", FLASK)], {FLASK: "another content"}
        with self.assertRaises(uv.Failed) as caught:
            self.build("flask\n")
        self.assertIn("Hash mismatch for `%s`" % FLASK, str(caught.exception))
        self.assertEqual(["resolve", "bring"], [task["phase"] for task in self.units.tasks])

    def test_hashes_that_a_build_may_have_written_are_taken_from_the_index_again(self) -> None:
        self.units.locks = [Ended(4, NO_WHEEL, ""), package("flask", "3.0", FLASK, digest="f" * 64) + package("sdnotify", "0.3", "sdnotify-0.3.tar.gz"),
                            package("flask", "3.0", FLASK)]
        known = self.build("flask\nsdnotify\n").known
        self.assertEqual([("resolve", True), ("resolve", False), ("resolve", True), ("bring", None), ("install", None)], self.phases())
        self.assertEqual("flask==3.0\n", self.units.texts[1])
        self.assertEqual((sha256(FLASK), "built"), (known["flask"].sha256, known["sdnotify"].source))
        self.assertFalse(self.units.tasks[-1]["offline"])

    def test_a_file_that_root_has_needs_no_second_look_at_the_index(self) -> None:
        self.units.locks = [package("flask", "3.0", FLASK)]
        self.build("flask\n")
        self.units.tasks.clear()
        source = package("sdnotify", "0.3", "sdnotify-0.3.tar.gz")
        self.units.locks = [Ended(4, NO_WHEEL, ""), package("flask", "3.0", FLASK) + source]
        self.build("flask\nsdnotify\n")
        self.assertEqual([("resolve", True), ("resolve", False), ("install", None)], self.phases())
        self.units.tasks.clear()
        # The hash of a file that root has, under the name of another.
        self.units.locks = [Ended(4, NO_WHEEL, ""), package("six", "1.17", SIX, digest=sha256(FLASK)) + source, package("six", "1.17", SIX)]
        self.assertEqual(sha256(SIX), self.build("six\nsdnotify\n").known["six"].sha256)

    def test_a_failure_of_the_resolution_is_not_tried_again_with_builds(self) -> None:
        self.units.locks = [Ended(4, "error: No solution found when resolving dependencies\n", "")]
        with self.assertRaises(uv.Failed):
            self.build("flask\n")
        self.assertEqual([("resolve", True)], self.phases())

    def test_a_hash_of_the_requirements_chooses_the_file_or_refuses_all(self) -> None:
        other = "flask-3.0-cp311-cp311-manylinux_2_17_x86_64.whl"
        for allowed, name in ((FLASK, FLASK), (other, other)):
            self.units.locks = [package("flask", "3.0", FLASK, other)]
            self.build("flask==3.0 --hash=sha256:%s\n" % sha256(allowed))
            self.assertEqual([name], os.listdir(os.path.join(self.layout.run, "build/wheels")))
        self.units.locks = [package("flask", "3.0", FLASK, other)]
        with self.assertRaisesRegex(uv.Failed, "no file of the index has a hash of `flask`"):
            self.build("flask==3.0 --hash=sha256:%s\n" % ("0" * 64))

    def test_an_environment_comes_back_from_roots_files_without_an_index(self) -> None:
        self.units.locks = [package("flask", "3.0", FLASK)]
        self.build("flask\n")
        self.units.tasks.clear()
        self.build("flask\n", [["flask", "3.0", sha256(FLASK), "index"], ["pip", "23.0.1", "", "other"]])
        self.assertEqual(["install"], [task["phase"] for task in self.units.tasks])
        self.assertTrue(self.units.tasks[0]["offline"])

    def test_modules_are_imported_without_network_and_without_the_login(self) -> None:
        os.chmod(self.write(self.layout.machine("etc/crypto-robot-index.netrc"), "machine x login y password z\n"), 0o600)
        self.units.locks = [package("flask", "3.0", FLASK)]
        self.build("flask\n").warm("/fresh", "/final", ["flask"])
        units = [" ".join(call) for call in self.units.calls if "systemd-run" in call]
        self.assertEqual([True, True, True, False], ["NETRC=" in one for one in units])
        self.assertEqual([False, False, False, True], ["PrivateNetwork=yes" in one for one in units])

    def test_nothing_is_resolved_for_an_empty_file(self) -> None:
        self.build("# nothing\n")
        self.assertEqual(["install"], [task["phase"] for task in self.units.tasks])

    def test_a_list_that_uv_reads_otherwise_than_pip_is_pips(self) -> None:
        for text, expected in (("flask\n--index-url https://x/simple\n", True), ("--pre\nflask\n", False), ("-f wheels\nflask\n", False),
                               ("x-1.0-py3-none-any.whl\n", False)):
            self.assertEqual(expected, uv.can_build(text), text)


class IndexOfUvTest(FolderTest):
    def test_has_the_settings_of_pip(self) -> None:
        self.write(self.layout.machine("etc/pip.conf"), "[global]\nindex-url = https://i/simple\nextra-index-url = https://j/simple\nproxy = p:3128\n"
                   "cert = /ca.crt\nfind-links = /wheels\n")
        found = IndexOfUv(self.layout)
        self.assertEqual({"UV_INDEX_URL": "https://i/simple", "UV_EXTRA_INDEX_URL": "https://j/simple", "UV_FIND_LINKS": "/wheels",
                          "SSL_CERT_FILE": "/ca.crt", "HTTPS_PROXY": "http://p:3128", "HTTP_PROXY": "http://p:3128"}, found.variables)
        self.assertEqual((["--cacert", "/ca.crt", "--proxy", "http://p:3128"], []), (found.curl, found.flags))

    def test_has_no_index_where_pip_has_none(self) -> None:
        self.write(self.layout.machine("etc/pip.conf"), "[global]\nno-index = true\n")
        self.assertEqual((["--no-index"], ""), (IndexOfUv(self.layout).flags, IndexOfUv(self.layout).url))


class WheelsTest(FolderTest):
    def test_the_wheel_that_fits_best_is_chosen(self) -> None:
        from robothost.wheels import rank

        order = ["x-1-py2.py3-none-any.whl", "x-1-py3-none-manylinux_2_17_x86_64.whl", "x-1-cp37-abi3-manylinux_2_17_x86_64.whl",
                 "x-1-cp39-abi3-manylinux_2_17_x86_64.whl", "x-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
                 "x-1-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl"]
        self.assertEqual(order, sorted(reversed(order), key=lambda name: rank(name, "3.11.2")))

    def test_a_package_keeps_its_record(self) -> None:
        self.assertEqual(("x", "1", "", "other"), (lambda one: (one.name, one.version, one.sha256, one.source))(Package("x", "1")))


class WarmTest(FolderTest):
    def test_the_modules_of_the_services_and_of_the_code_get_bytecode(self) -> None:
        from robothost.builder import modules, scripts

        environment = os.path.join(self.root, "venv")
        self.write(os.path.join(environment, "bin/freqtrade"), "#!/venv/bin/python\nimport sys\nfrom freqtrade.main import main\nsys.exit(main())\n")
        services = '[{"name":"a","command":"freqtrade trade"},{"name":"b","command":"python main.py"}]'
        self.assertEqual(["freqtrade.main"], scripts(environment, services))
        self.write("releases/one/main.py", "import requests, os.path\nfrom ccxt.base import errors\nfrom . import own\n")
        self.write("releases/one/broken.py", "import (\n")
        self.write("releases/one/venv/x.py", "import hidden\n")
        self.assertEqual(["requests", "os.path", "ccxt.base"], modules(self.layout.release("one"), ""))
