"""git in the folder of another user, and the source of a deploy."""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
import unittest
from pathlib import Path

from client.exits import REFUSED, Stop
from client.git import Git
from client.local import source as sources


class Repository(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)
        self.robot = self.folder / "robot"
        self.git("init", "--quiet", "--initial-branch=main", str(self.robot), inside=self.folder)
        self.commit("requirements.txt", "one\n")

    def git(self, *words: str, inside: Path | None = None) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        options = ("-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "protocol.file.allow=always")
        return subprocess.run(["git", *options, *words], cwd=inside or self.robot, env=environment, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, file: str, text: str) -> str:
        (self.robot / file).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Change")
        return self.git("rev-parse", "HEAD")

    def choose(self, spelled: str) -> sources.Source:
        return sources.choose(spelled, self.folder / "state", self.folder / "home")


class SourceTest(Repository):
    def test_a_folder_gives_its_branch_also_where_a_tag_has_the_branchs_name(self) -> None:
        self.git("tag", "main")
        newer = self.commit("requirements.txt", "two\n")
        source = self.choose(str(self.robot))
        self.assertEqual({"branch": "main"}, source.commit())
        self.assertEqual("two\n", source.requirements({"branch": "main"}, self.folder), "the branch's, not the tag's")
        self.assertEqual(newer, source.revision("HEAD"))

    def test_a_folder_on_no_branch_gives_its_commit(self) -> None:
        commit = self.git("rev-parse", "HEAD")
        self.git("checkout", "--quiet", "--detach")
        self.assertEqual({"revision": commit}, self.choose(str(self.robot)).commit())

    def test_requirements_are_read_by_their_byte_order_mark(self) -> None:
        for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
            (self.robot / "requirements.txt").write_bytes(mark + f"flask\r\n# {encoding}\r\nrequests\r\n".encode(encoding))
            self.git("commit", "--quiet", "--all", "--message", encoding)
            found = self.choose(str(self.robot)).requirements({"branch": "main"}, self.folder)
            self.assertEqual(["flask", f"# {encoding}", "requests"], [line for line in found.splitlines() if line])

    def test_a_branch_with_slashes_is_kept(self) -> None:
        self.git("checkout", "--quiet", "-b", "fix/a/b")
        self.assertEqual({"branch": "fix/a/b"}, self.choose(str(self.robot)).commit())

    def test_a_shallow_clone_is_refused_in_words(self) -> None:
        self.commit("main.py", "")
        clone = self.folder / "clone"
        self.git("clone", "--quiet", "--depth", "1", f"file://{self.robot}", str(clone), inside=self.folder)
        with self.assertRaisesRegex(Stop, f"shallow clone.*git -C {clone} fetch --unshallow") as refused:
            self.choose(str(clone))
        self.assertEqual(REFUSED, refused.exception.code)

    def test_a_folder_inside_a_repository_is_refused_with_the_repository(self) -> None:
        inside = self.robot / "bot"
        inside.mkdir()
        with self.assertRaisesRegex(Stop, f"a folder inside the repository {self.robot}") as refused:
            self.choose(str(inside))
        self.assertEqual(REFUSED, refused.exception.code)
        bare = self.folder / "bare.git"
        self.git("clone", "--quiet", "--bare", str(self.robot), str(bare), inside=self.folder)
        self.assertEqual({"branch": "main"}, self.choose(str(bare)).commit(), "a bare repository is one")
        with self.assertRaisesRegex(Stop, "a folder inside a git repository"):
            self.choose(str(bare / "refs"))

    def test_a_linked_worktree_and_a_link_to_a_repository_are_repositories(self) -> None:
        self.git("worktree", "add", "--quiet", "-b", "other", str(self.folder / "tree"))
        self.assertEqual({"branch": "other"}, self.choose(str(self.folder / "tree")).commit())
        (self.folder / "link").symlink_to(self.robot)
        self.assertEqual({"branch": "main"}, self.choose(str(self.folder / "link")).commit())

    def test_a_path_without_a_repository_is_refused(self) -> None:
        for path in ("/nowhere/at/all", str(self.folder)):
            with self.assertRaisesRegex(Stop, f"--repository {path}: not a git repository") as refused:
                self.choose(path)
            self.assertEqual(REFUSED, refused.exception.code)

    def test_uncommitted_changes_are_counted(self) -> None:
        source = self.choose(str(self.robot))
        self.assertEqual(0, source.uncommitted())
        (self.robot / "requirements.txt").write_text("mine\n")
        (self.robot / "new name.py").write_text("")
        self.assertEqual(2, source.uncommitted())

    def test_an_address_is_passed_on_and_shown_without_its_login(self) -> None:
        for spelled, shown in (
            ("https://me:secret@example.com/robot.git", "https://…@example.com/robot.git"),
            ("https://example.com/robot.git?token=secret#x", "https://example.com/robot.git?…"),
            ("ssh://git@example.com/robot", "ssh://git@example.com/robot"),
            ("git@github.com:me/robot.git", "git@github.com:me/robot.git"),
        ):
            with self.subTest(spelled):
                source = self.choose(spelled)
                self.assertEqual((spelled, shown, None), (source.spelled, source.shown, source.path))

    def test_what_was_deployed_last_is_remembered(self) -> None:
        state = self.folder / "state"
        self.assertEqual("sample", sources.remembered(state, "a.local"))
        sources.remember(state, "a.local", self.choose(str(self.robot)))
        self.assertEqual(str(self.robot), sources.remembered(state, "a.local"))
        self.assertEqual("sample", sources.remembered(state, "b.local"))

    def test_two_folders_of_one_name_are_served_under_two(self) -> None:
        names = {sources.Source(path, Path(path)).served_name for path in ("/a/my robot", "/b/my robot")}
        self.assertEqual(2, len(names))
        for name in names:
            self.assertRegex(name, r"^my-robot-[0-9a-f]{8}$")


class SampleTest(Repository):
    def setUp(self) -> None:
        super().setUp()
        self.sample = self.folder / "sample"
        self.sample.mkdir()
        (self.sample / "main.py").write_text("print('one')\n")

    def head(self) -> str:
        return Git(sources.ensure_sample(self.sample, self.folder / "state/sample")).read("rev-parse", "HEAD") or ""

    def test_a_change_of_the_sample_becomes_a_commit_and_no_change_none(self) -> None:
        first = self.head()
        self.assertEqual(first, self.head(), "the commit after no change")
        (self.sample / "main.py").write_text("print('two')\n")
        self.assertNotEqual(first, self.head(), "the commit after a change")
        self.assertEqual("print('two')", Git(self.folder / "state/sample").read("show", "HEAD:main.py"))

    def test_a_commit_of_the_user_stays(self) -> None:
        self.head()
        there = self.folder / "state/sample"
        (there / "main.py").write_text("print('mine')\n")
        self.git("commit", "-qam", "Mine", inside=there)
        mine = self.git("rev-parse", "HEAD", inside=there)
        self.assertEqual(mine, self.head())


class HostileTest(Repository):
    """A repository of another user that names programs for git to run."""

    def hostile(self) -> Path:
        mark = self.folder / "mark"
        program = self.folder / "program"
        program.write_text(f"#!/bin/sh\necho run as $(id -u) >>{mark}\nexit 1\n")
        program.chmod(0o755)
        lost = self.git("rev-parse", "main:requirements.txt")
        (self.robot / ".git/objects" / lost[:2] / lost[2:]).unlink()
        (self.robot / ".git/hooks/post-index-change").symlink_to(program)
        for name, value in (
            ("core.repositoryformatversion", "1"), ("extensions.partialClone", "origin"), ("remote.origin.url", "file:///nowhere"),
            ("remote.origin.promisor", "true"), ("remote.origin.uploadpack", str(program)), ("protocol.file.allow", "always"),
            ("core.fsmonitor", str(program)), ("core.pager", str(program)), ("diff.x.textconv", str(program)),
        ):  # fmt: skip
            self.git("config", name, value)
        (self.robot / ".gitattributes").write_text("*.txt diff=x\n")
        return mark

    def test_its_configuration_runs_no_program(self) -> None:
        mark = self.hostile()
        git = Git(self.robot)
        self.assertEqual("", git.refusal())
        self.assertEqual({"branch": "main"}, self.choose(str(self.robot)).commit())
        self.assertEqual("", self.choose(str(self.robot)).requirements({}, self.folder), "it lacks the object")
        self.assertIsNone(git.read("rev-parse", "--verify", "f" * 40 + "^{commit}"))
        self.choose(str(self.robot)).uncommitted()
        self.assertFalse(mark.exists(), "a program of the repository was run")

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_root_runs_git_as_the_folders_owner(self) -> None:
        user = pwd.getpwnam("nobody").pw_uid
        secret = self.folder / "secret"
        secret.write_text("only for root\n")
        secret.chmod(0o600)
        # A clean filter is a program that `git status` runs: it may run, and must not be root.
        program = self.folder / "program"
        program.write_text(f"#!/bin/sh\nid -u >>{self.folder}/ran\ncat {secret} >>{self.folder}/read 2>/dev/null\ncat\n")
        program.chmod(0o755)
        self.git("config", "filter.x.clean", str(program))
        (self.robot / ".gitattributes").write_text("*.txt filter=x\n")
        (self.robot / "requirements.txt").write_text("uno\n")  # of the same size: git has to look inside
        self.folder.chmod(0o777)
        for place in [self.robot, *self.robot.rglob("*")]:
            os.chown(place, user, -1, follow_symlinks=False)
        self.choose(str(self.robot)).uncommitted()
        self.assertEqual({str(user)}, set((self.folder / "ran").read_text().split()))
        self.assertEqual("", (self.folder / "read").read_text())

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_git_does_not_read_for_the_owner_of_a_folder_what_only_root_may_read(self) -> None:
        user = pwd.getpwnam("nobody").pw_uid
        roots = self.folder / "roots"
        roots.mkdir(mode=0o700)
        self.robot.rename(roots / "secret")
        linked = self.folder / "linked"
        linked.mkdir()
        (linked / ".git").write_text(f"gitdir: {roots}/secret/.git\n")
        for place in (linked, linked / ".git"):
            os.chown(place, user, -1)
        with self.assertRaisesRegex(Stop, r"not a git repository; use a folder or a URL \(fatal: ") as refused:
            self.choose(str(linked))
        self.assertEqual(REFUSED, refused.exception.code)
