"""What a command that runs as another user gets of root."""

import os

from robothost.run_as import as_id, run_as_user
from tests.fixture import FolderTest


class RunAsTest(FolderTest):
    def test_is_without_a_privilege_a_group_a_setting_and_the_environment(self) -> None:
        words = as_id(self.step_host(), "ec2-user", "cat", "x")
        for one in ("--reuid=ec2-user", "--regid=ec2-user", "--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
                    "--ambient-caps=-all", "HOME=" + self.layout.empty_home):
            self.assertIn(one, words)
        self.assertEqual(("cat", "x"), words[-2:])
        self.assertEqual(("env", "-i"), words[words.index("--") + 1:][:2])
        self.assertEqual([], os.listdir(self.layout.empty_home))

    def test_of_the_application_is_without_a_network(self) -> None:
        run_as_user(self.step_host(), "cat", "x")
        self.assertEqual(("unshare", "--net", "--", "setpriv", "--reuid=ec2-user"), self.system.calls[-1][:5])
