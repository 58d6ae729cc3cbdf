"""What another user made is judged and taken. Takes root to make it another user's."""

import os
import pwd
import stat
import subprocess
import unittest

from robothost import result
from tests.fixture import FolderTest

MAKER, OWNER = "nobody", "daemon"
ATTACKS = (
    ("chmod 4755 result/bin/tool", "has a set-id bit"), ("chmod g+s result/bin", "has a set-id bit"),
    ("mkfifo result/pipe && chown -h nobody result/pipe", "is neither a file nor a folder nor a link"),
    ("mknod result/bin/null c 1 3 && chown -h nobody result/bin/null", "is neither a file nor a folder"),
    ("python3 -c 'import socket; socket.socket(1).bind(\"result/s\")' && chown -h nobody result/s", "is neither"),
    ("touch outside && chown -h nobody outside && ln outside result/inside", "is a hard link to a file outside"),
    ("touch result/of-root", "belongs to another user"))


@unittest.skipUnless(os.geteuid() == 0, "root only: it takes a folder from another user")
class ResultTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.folder = os.path.join(self.root, "result")
        self.tool = self.write(os.path.join(self.folder, "bin/tool"), "x")
        os.chmod(self.tool, 0o700)
        self.outside = self.write(os.path.join(self.root, "of-the-machine"), "x")
        os.symlink(self.outside, os.path.join(self.folder, "python"))
        self.sh("chown -R -h nobody: result")

    def sh(self, command: str) -> None:
        subprocess.run(["bash", "-euc", command], cwd=self.root, check=True)

    def accept(self) -> None:
        result.accept(self.folder, MAKER, OWNER, "no-such-unit_")

    def owner(self, path: str) -> str:
        return pwd.getpwuid(os.lstat(path).st_uid).pw_name

    def test_becomes_another_users_readable_by_everyone_without_a_link_followed(self) -> None:
        self.accept()
        self.assertEqual(["root", OWNER, OWNER, "root"], [self.owner(path) for path in (
            self.folder, self.tool, os.path.join(self.folder, "python"), self.outside)])
        self.assertEqual(0o755, stat.S_IMODE(os.stat(self.tool).st_mode))

    def test_may_have_hard_links_within_itself(self) -> None:
        self.sh("ln result/bin/tool result/bin/again")
        self.accept()

    def test_is_refused_where_it_could_harm(self) -> None:
        for attack, reason in ATTACKS:
            with self.subTest(attack):
                self.sh("cp -a result kept")
                self.sh(attack)
                with self.assertRaisesRegex(result.Refused, reason):
                    self.accept()
                self.assertEqual(MAKER, self.owner(self.tool), "taken all the same")
                self.sh("rm -rf result; mv kept result")

    def test_is_refused_while_a_process_of_its_unit_runs(self) -> None:
        self.write(os.path.join(self.layout.proc, "77/cgroup"), "0::/system.slice/crypto-robot-step-x_pip-1.service\n")
        with self.assertRaisesRegex(result.Refused, "process 77 of the unit that made the result still runs"):
            result.accept(self.folder, MAKER, OWNER, "crypto-robot-step-x_", self.layout.proc)
        self.assertEqual(MAKER, self.owner(self.tool))
        result.accept(self.folder, MAKER, OWNER, "crypto-robot-step-y_", self.layout.proc)

    def test_of_an_earlier_version_is_taken_but_for_what_stays_the_applications(self) -> None:
        env = self.write(os.path.join(self.folder, ".env"), "KEY=x")
        manifest = os.path.join(self.folder, "release.json")
        self.sh("chown -h nobody: result/.env && chmod 600 result/.env && touch result/release.json")
        result.former(self.folder, MAKER, OWNER, "root")
        self.assertEqual([MAKER, "root", OWNER, "root"], [self.owner(path) for path in (env, manifest, self.tool, self.folder)])
        self.assertEqual(0o600, stat.S_IMODE(os.stat(env).st_mode))
