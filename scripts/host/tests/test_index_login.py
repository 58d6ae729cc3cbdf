"""What pip is given, and that a login that others can read is not used."""

import os
from typing import Dict, List, Optional, Tuple
from unittest import mock

from robothost import changes
from robothost.failures import Failure
from robothost.index_login import IndexSettings
from robothost.layout import BUILD_USER, Layout
from tests.fixture import FolderTest


class IndexLoginTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.netrc = self.layout.machine("etc/crypto-robot-index.netrc")

    def login(self, mode: int) -> None:
        os.chmod(self.write(self.netrc, "machine x login y password z\n"), mode)

    def settings(self) -> List[str]:
        with IndexSettings(self.step_host()) as found:
            return found.settings

    def test_refuses_a_login_that_a_robot_could_read(self) -> None:
        self.login(0o644)
        with self.assertRaises(Failure) as caught:
            self.settings()
        self.assertEqual(("HostUnfit", "%s is readable by others than root: chown root: %s && chmod 600 %s" % ((self.netrc,) * 3)),
                         (caught.exception.name, caught.exception.message))
        os.unlink(self.netrc)
        os.symlink(self.write("elsewhere", "machine x"), self.netrc)
        with self.assertRaises(Failure):
            self.settings()

    def test_is_copied_for_the_build_user_only_and_seen_in_its_unit_only(self) -> None:
        self.login(0o600)
        written: Dict[str, Tuple[int, Optional[Tuple[int, int]]]] = {}
        real = changes.write_new

        def write_new(path: str, text: str, mode: int, owner: Optional[Tuple[int, int]] = None) -> None:
            written[path] = (mode, owner)
            real(path, text, mode)

        copy = os.path.join(self.layout.run, "netrc")
        with mock.patch.object(changes, "write_new", write_new), mock.patch.object(
                Layout, "account", lambda _, user: (990, 991) if user == BUILD_USER else (-1, -1)), IndexSettings(self.step_host()) as found:
            self.assertEqual("machine x login y password z\n", self.read(copy))
        self.assertEqual({copy: (0o400, (990, 991))}, written)
        self.assertIn("BindReadOnlyPaths=%s:/run/crypto-robot-index.netrc" % copy, found.settings)
        self.assertIn("Environment=NETRC=/run/crypto-robot-index.netrc", found.settings)
        self.assertFalse(os.path.exists(copy), "pip is done")

    def test_none_is_needed(self) -> None:
        bundle = self.write(self.layout.machine("etc/ssl/certs/ca-certificates.crt"), "")
        self.assertEqual(["Environment=PIP_CONFIG_FILE=" + self.layout.machine("etc/pip.conf"), "Environment=PIP_CERT=" + bundle], self.settings())

    def test_the_authorities_that_pip_conf_names_stay(self) -> None:
        self.write(self.layout.machine("etc/ssl/certs/ca-certificates.crt"), "")
        self.write(self.layout.machine("etc/pip.conf"), "[global]\ncert = /etc/company.pem\n")
        self.assertEqual(["Environment=PIP_CONFIG_FILE=" + self.layout.machine("etc/pip.conf")], self.settings())
