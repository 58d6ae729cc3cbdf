"""The unit in which what a commit or a dependency brings is run."""

import os
from typing import List

from robothost.isolated import Unit
from tests.fixture import FolderTest

PROPERTIES = (
    "User=crypto-robot-build", "Group=crypto-robot-build", "BindsTo=crypto-robot-step-test.service",
    "After=crypto-robot-step-test.service", "KillMode=control-group", "RuntimeMaxSec=60", "LimitCORE=0", "NoNewPrivileges=yes",
    "CapabilityBoundingSet=", "AmbientCapabilities=", "PrivateUsers=yes", "PrivateTmp=yes", "PrivateDevices=yes", "DevicePolicy=closed",
    "PrivateIPC=yes", "ProtectSystem=strict", "ProtectProc=invisible", "ProtectControlGroups=yes", "RestrictSUIDSGID=yes",
    "RestrictNamespaces=yes", "IPAddressDeny=169.254.169.254 fd00:ec2::254", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
    "BindPaths=/there")


class IsolatedTest(FolderTest):
    def words(self) -> List[str]:
        host = self.step_host(IN_STEP_UNIT="crypto-robot-step-test")
        Unit(host, "crypto-robot-build", "pip", ["BindPaths=/there"]).run("true", "and more")
        return list(self.system.calls[-1])

    def test_has_no_privilege_and_sees_nothing_else(self) -> None:
        words = self.words()
        for one in PROPERTIES:
            with self.subTest(one):
                self.assertIn("--property=" + one, words)

    def test_hides_the_folder_of_the_application_the_state_of_root_and_what_runs(self) -> None:
        words = self.words()
        self.assertIn("--property=TemporaryFileSystem=%s:ro /run:ro /home:ro /root:ro /dev/shm:mode=1777" % self.layout.application, words)
        self.assertIn("--property=InaccessiblePaths=-" + self.layout.state, words)
        self.assertFalse([word for word in words if "ReadWritePaths" in word], "writable places")

    def test_ends_with_its_step_and_is_not_taken_for_another(self) -> None:
        words = self.words()
        self.assertEqual(["true", "and more"], words[words.index("--") + 1:])
        self.assertRegex(" ".join(words), r" --unit=crypto-robot-step-test_pip-[0-9]+ ")
        self.assertEqual(("systemctl", "stop", "crypto-robot-step-test_*.service"), self.system.calls[0], "one of an attempt that was killed")

    def test_of_a_step_without_a_unit_has_a_name_of_its_own(self) -> None:
        Unit(self.step_host(), "crypto-robot-fetch", "git", []).run("true")
        self.assertRegex(" ".join(self.system.calls[0]), r" --unit=crypto-robot-test-%d_git-[0-9]+ " % os.getpid())
        self.assertNotIn("BindsTo", " ".join(self.system.calls[0]))

    def test_resolves_names_through_what_the_file_of_the_system_leads_to(self) -> None:
        os.makedirs(self.layout.machine("etc"), exist_ok=True)
        os.symlink("/run/resolver/resolv.conf", self.layout.machine("etc/resolv.conf"))
        self.assertIn("--property=BindReadOnlyPaths=-/run/resolver", self.words())
