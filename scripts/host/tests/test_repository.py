"""What git does for the deployer, on a repository of this machine."""

import os
import subprocess
from typing import Tuple

from robothost import repository
from robothost.program import FOLDER
from tests.fixture import FolderTest


class GitTest(FolderTest):
    """A repository of this machine, with its first commit."""

    def setUp(self) -> None:
        super().setUp()
        self.repository, self.mirror, self.release = (os.path.join(self.root, name) for name in ("repository", "mirror", "release"))
        for folder in (self.repository, self.mirror, self.release):
            os.mkdir(folder)
        self.git("init", "--quiet", "--initial-branch=main", ".")
        self.first = self.commit("main.py", "one", "Start trading")

    def git(self, *words: str) -> str:
        return subprocess.run(["git", "-C", self.repository, *words], stdout=subprocess.PIPE, check=True).stdout.decode().strip()

    def commit(self, file: str, content: str, subject: str) -> str:
        self.write(os.path.join(self.repository, file), content)
        self.git("add", "--all")
        self.git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "--message", subject)
        return self.git("rev-parse", "HEAD")

    def run_action(self, *words: str) -> Tuple[int, str, str]:
        done = subprocess.run(["/usr/bin/python3", "-IS", FOLDER, "--module", "repository", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def fetched(self, branch: str, revision: str) -> Tuple[int, str, str]:
        return self.run_action("fetch", self.mirror, "file://" + self.repository, branch, revision)


class RepositoryTest(GitTest):
    def test_brings_the_newest_commit_of_a_branch_and_writes_its_files(self) -> None:
        second = self.commit("main.py", "two", "Trade more")
        self.assertEqual(second + "\nTrade more\n", self.fetched("main", "")[1])
        self.assertEqual(0, self.run_action("check-out", self.mirror, second, self.release)[0])
        self.assertEqual(("two", ["main.py"]), (self.read(os.path.join(self.release, "main.py")), os.listdir(self.release)))
        self.assertEqual(self.first + "\nStart trading\n", self.fetched("main", self.first)[1], "an exact commit")

    def test_reports_a_commit_that_does_not_exist_as_missing(self) -> None:
        self.assertEqual(4, self.fetched("main", "0" * 40)[0])
        self.assertEqual(1, self.fetched("nowhere", "")[0])

    def test_refuses_a_commit_that_cannot_be_a_release(self) -> None:
        bad = self.commit("release.json", "{}", "Take a name of the deployer")
        self.fetched("main", "")
        code, _, errors = self.run_action("check-out", self.mirror, bad, self.release)
        self.assertEqual((3, []), (code, os.listdir(self.release)))
        self.assertIn("holds 'release.json'", errors)

    def test_refuses_a_pointer_of_git_lfs(self) -> None:
        pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12345\n" % ("0" * 64)
        for name, content, code in (("models/m.pkl", pointer, 3), ("models/m.pkl", "the file itself", 0), ("lfs.md", "See " + pointer, 0),
                                    ("long.txt", pointer + "x" * 2000, 0)):
            bad = self.commit(name, content, "Change a file")
            self.fetched("main", "")
            found, _, errors = self.run_action("check-out", self.mirror, bad, self.release)
            self.assertEqual(code, found, errors)
            if code:
                self.assertIn("commit %s holds 'models/m.pkl' as a pointer of Git LFS" % bad, errors)

    def test_names_what_differs_and_writes_nothing(self) -> None:
        self.fetched("main", "")
        self.run_action("check-out", self.mirror, self.first, self.release)
        self.assertEqual("", self.run_action("changes", self.mirror, self.first, self.release)[1])
        self.write(os.path.join(self.release, "main.py"), "another")
        self.write(os.path.join(self.release, "more.py"), "x")
        self.assertEqual("M\0main.py\0+\0more.py\0", self.run_action("changes", self.mirror, self.first, self.release)[1])
        self.assertFalse(os.path.exists(os.path.join(self.mirror, "index")))
        self.assertEqual(4, self.run_action("changes", self.mirror, "0" * 40, self.release)[0])

    def test_removes_what_a_fetch_that_was_killed_has_left(self) -> None:
        self.fetched("main", "")
        self.write(os.path.join(self.mirror, "refs/heads/main.lock"), "")
        self.commit("main.py", "two", "Trade more")
        self.assertEqual(0, self.fetched("main", "")[0])
        left = self.write(os.path.join(self.mirror, "objects/pack/tmp_pack_x"), "")
        self.assertEqual(0, self.run_action("clean", self.mirror)[0])
        self.assertFalse(os.path.exists(left))

    def test_git_gets_the_login_by_a_program_that_answers_its_prompt(self) -> None:
        login, home = os.path.join(self.root, "login"), os.path.join(self.root, "home")
        os.mkdir(home)
        self.write(os.path.join(login, "token"), "secret\n")
        self.write(os.path.join(login, "askpass"), '#!/bin/sh\necho "$LOGIN"\n')
        found = repository.environment(home, login)
        self.assertEqual((os.path.join(home, "askpass"), login), (found["GIT_ASKPASS"], found["LOGIN"]))
        self.assertNotIn("secret", str(found))

    def test_git_has_no_settings_of_a_person(self) -> None:
        found = repository.environment(self.root, "")
        self.assertTrue(found["GIT_SSH_COMMAND"].startswith("ssh -F /dev/null "), found)
        self.assertEqual(("/dev/null", "1", self.root), tuple(found[name] for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "HOME")))
