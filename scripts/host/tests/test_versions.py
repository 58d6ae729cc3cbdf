"""Versions and markers as PEP 440 and PEP 508 compare them."""

import unittest

from robothost import markers, versions

ORDER = ("1.0.dev1", "1.0a1.dev2", "1.0a1", "1.0b2", "1.0rc1", "1.0", "1.0+local", "1.0.post1.dev1", "1.0.post1", "1.1", "1!0.1")


class VersionsTest(unittest.TestCase):
    def test_are_in_their_order(self) -> None:
        self.assertEqual(list(ORDER), sorted(reversed(ORDER), key=versions.key))
        self.assertEqual(versions.key("v1.0.0"), versions.key("1"))

    def test_are_allowed_by_each_kind_of_specifier(self) -> None:
        for specifier, fits, other in ((">=3.9,<3.13", "3.11.2", "3.13.0"), ("==3.11.*", "3.11.9", "3.12.0"), ("!=3.11.*", "3.12", "3.11.1"),
                                       ("~=3.10", "3.13.1", "4.0"), ("~=3.11.1", "3.11.4", "3.12.0"), (">3.11", "3.11.1", "3.11"),
                                       ("===3.11.2", "3.11.2", "3.11.20"), ("== 3.11", "3.11.0", "3.11.1")):
            with self.subTest(specifier):
                self.assertEqual((True, False), (versions.allows(specifier, fits), versions.allows(specifier, other)))

    def test_markers_are_true_for_one_interpreter(self) -> None:
        known = markers.variables("3.11.2")
        for marker, expected in (("", True), ("python_version >= '3.9'", True), ("python_version < '3.9' or sys_platform == \"linux\"", True),
                                 ("(os_name == 'nt' or python_version > '3') and platform_system == 'Windows'", False),
                                 ("sys_platform not in 'win32 cygwin'", True), ("'3.12' > python_full_version", True),
                                 ("extra == 'Web_x'", True), ("extra == 'other'", False), ("python_version in '3.11 3.12'", True)):
            with self.subTest(marker):
                self.assertEqual(expected, markers.is_true(marker, known, {"web-x"}))
        for marker in ("python_version >", "(os_name == 'nt'", "os_name == 'nt' )", "import os", "(" * 100 + "os_name == 'nt'"):
            with self.subTest(marker), self.assertRaises(markers.Invalid):
                markers.is_true(marker, known)
