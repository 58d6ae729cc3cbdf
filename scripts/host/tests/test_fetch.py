"""The commit of a request becomes a release, in one piece."""

import json
import os
import pwd
from typing import Any, Dict
from unittest import mock

from robothost import fetch, git, layout
from robothost.failures import Failure
from robothost.parameters import declared
from robothost.step import Host
from robothost.system import Ended
from tests.fixture import OLD, FakeSystem, FolderTest

COMMIT, URL, STAMP = "0123456789abcdef0123456789abcdef01234567", "https://host/robot.git", "20260303T000000Z"
RELEASE = STAMP + "-0123456"
US = pwd.getpwuid(os.geteuid()).pw_name


class Fetching(FakeSystem):
    """check-out writes a file."""

    def __init__(self, test: FolderTest) -> None:
        super().__init__()
        self._test = test

    def run(self, *command: str, **options: Any) -> Ended:
        done = super().run(*command, **options)
        if "check-out" in command and not done.code:
            self._test.write(os.path.join(command[-1], "main.py"), "trade()\n")
            self._test.write(os.path.join(command[-1], "data/counter"), "0")
        return done


class FetchTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.system = Fetching(self)
        self.system.answer("fetch", output=COMMIT + "\nTrade \x1b[31mmore\nBody\n")
        os.mkdir(self.layout.mirrors)
        for module, name, value in ((fetch, "FETCH_USER", US), (fetch, "BUILD_USER", US),
                                    (layout.Layout, "account", lambda *_: (os.geteuid(), os.getegid()))):
            patch = mock.patch.object(module, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def host(self, **parameters: str) -> Host:
        given = {"RepositoryUrl": URL, "Branch": "main", "Revision": "", "RepositorySecret": "", "RepositorySecretVersion": "", "Stamp": STAMP,
                 "PersistentPaths": '["data"]', "Secrets": "[]", **parameters}
        return self.step_host(declared(git.__doc__, fetch.__doc__), **{"SSM_" + name: value for name, value in given.items()})

    def fetch(self, **parameters: str) -> Dict[str, Any]:
        return fetch.fetch(self.host(**parameters))

    def failure(self, **parameters: str) -> Failure:
        with self.assertRaises(Failure) as caught:
            self.fetch(**parameters)
        return caught.exception

    def test_the_release_has_the_files_and_the_links_of_its_persistent_paths(self) -> None:
        self.assertEqual({"release": RELEASE, "revision": COMMIT, "branch": "main", "subject": "Trade [31mmore Body", "unused": [],
                          "kept": ["data/"]},
                         self.fetch())
        folder = self.layout.release(RELEASE)
        self.assertEqual(("trade()\n", "0"), (self.read(os.path.join(folder, "main.py")), self.read("shared/data/counter")))
        self.assertEqual("../../shared/data", os.readlink(os.path.join(folder, "data")))
        self.assertEqual("%s\nmain\n%s\nTrade [31mmore Body\n" % (COMMIT, URL), self.read(self.layout.release_state(RELEASE) + ".commit"))
        self.assertEqual([RELEASE], os.listdir(self.layout.releases))

    def test_a_commit_must_not_have_the_file_that_a_secret_becomes(self) -> None:
        for path, problem in (("main.py", "the release has 'main.py' already"), ("main.py/x", "'main.py/x' leads through 'main.py', which is no folder"),
                              ("data/key.json", "'data/key.json' leads through 'data', which is no folder")):
            secret = {"name": "config", "file": path, "required_for_live": True, "in_simulation": False, "version": ""}
            failure = self.failure(Secrets=json.dumps([secret]))
            self.assertEqual(("InvalidParameter", "Secrets: %s, and the file of a secret must not be in the repository; remove it from the commit, or"
                              " name another file" % problem), (failure.name, failure.message))
            self.assertFalse(os.path.exists(self.layout.release(RELEASE)))
            secret["file"] = "config-private.json"
        self.fetch(Secrets=json.dumps([secret]))

    def test_what_the_commit_changes_below_persistent_paths_is_named(self) -> None:
        self.serving(OLD)
        self.write("shared/data/kept", "of the robot")
        self.system.answer("below", output=":100644 100644 %s %s M\0data/kept\0" % ("1" * 40, "2" * 40))
        self.assertIn("data/kept (changed)", self.fetch()["unused"][0])
        self.system.answer("below", code=4)
        os.unlink(os.path.join(self.layout.release(RELEASE), "main.py"))
        self.assertEqual([], self.fetch()["unused"])

    def test_git_has_the_network_once_and_writes_one_folder_each_time(self) -> None:
        self.fetch()
        fetched, checked_out = [" ".join(call) for call in self.system.calls if call[0] == "systemd-run"]
        mirror = os.path.join(self.layout.mirrors, os.listdir(self.layout.mirrors)[0])
        self.assertNotIn("PrivateNetwork", fetched)
        self.assertIn("--property=BindPaths=%s -- " % mirror, fetched)
        self.assertIn("--property=PrivateNetwork=yes --property=BindReadOnlyPaths=%s --property=BindPaths=%s/.new-%s -- " % (
            mirror, self.layout.releases, RELEASE), checked_out)

    def test_running_it_again_gives_the_same_and_a_finished_release_is_not_made_again(self) -> None:
        self.assertEqual(self.fetch(), self.fetch())
        self.write(os.path.join(self.layout.release(RELEASE), "release.json"), "{}")
        self.system.calls.clear()
        self.fetch()
        self.assertFalse([call for call in self.system.calls if "check-out" in call])

    def test_what_an_attempt_that_was_killed_has_left_is_replaced(self) -> None:
        self.write("releases/.new-%s/left" % RELEASE, "")
        self.write("releases/%s/left" % RELEASE, "")
        self.fetch()
        self.assertEqual(["data", "main.py"], sorted(os.listdir(self.layout.release(RELEASE))))

    def test_a_commit_that_does_not_exist_is_missing(self) -> None:
        self.system.answer("fetch", code=4)
        failure = self.failure(Revision="f" * 40)
        self.assertEqual(("BranchMissing", "commit %s does not exist in %s" % ("f" * 40, URL)), (failure.name, failure.message))

    def test_another_commit_than_the_one_of_the_request_is_refused(self) -> None:
        self.assertEqual("git brought no commit of " + URL, self.failure(Revision="f" * 40).message)
        self.system.answer("fetch", output="<html>")
        self.assertEqual("git brought no commit of " + URL, self.failure().message)

    def test_a_commit_that_cannot_become_a_release_is_refused_in_its_words(self) -> None:
        self.system.answer("check-out", code=3, errors="hint\ncommit x holds 'venv'\n")
        failure = self.failure()
        self.assertEqual(("StepFailed", "commit x holds 'venv'"), (failure.name, failure.message))
        self.system.answer("check-out", code=1, errors="fatal: the disk is full\n")
        self.assertEqual("commit %s cannot be checked out. git reports: fatal: the disk is full" % COMMIT, self.failure().message)
        self.assertFalse(os.path.exists(self.layout.release(RELEASE)))

    def test_a_result_that_could_harm_is_refused(self) -> None:
        def harm(*command: str, **options: Any) -> Ended:
            done = real(*command, **options)
            if "check-out" in command:
                os.mkfifo(os.path.join(command[-1], "pipe"))
            return done

        real = self.system.run
        with mock.patch.object(self.system, "run", harm):
            failure = self.failure()
        self.assertEqual(("StepFailed", "'pipe' in the result is neither a file nor a folder nor a link"), (failure.name, failure.message))
        self.assertFalse(os.path.exists(self.layout.release(RELEASE)))

    def test_a_result_is_refused_while_a_process_of_the_unit_runs(self) -> None:
        self.write(os.path.join(self.layout.proc, "9/cgroup"), "0::/system.slice/crypto-robot-test-%d_git-1.service\n" % os.getpid())
        self.assertIn("process 9 of the unit that made the result still runs", self.failure().message)

    def test_persistent_paths_that_cannot_be_kept_are_refused(self) -> None:
        self.assertEqual("PersistentPaths: '../x' is not a relative path inside the application", self.refused_paths(["../x"]))
        os.symlink(self.root, os.path.join(self.layout.shared, "data"))
        self.assertIn("'data' in %s is a symbolic link" % self.layout.shared, self.refused_paths(["data"]))

    def test_the_first_content_is_made_as_the_applications_user(self) -> None:
        self.system.as_user[os.geteuid()] = "not permitted"
        failure = self.failure()
        self.assertEqual(("InvalidParameter", "PersistentPaths: not permitted"), (failure.name, failure.message))

    def refused_paths(self, paths: Any) -> str:
        failure = self.failure(PersistentPaths=json.dumps(paths))
        self.assertEqual("InvalidParameter", failure.name)
        return failure.message
