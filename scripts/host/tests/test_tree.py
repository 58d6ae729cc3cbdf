"""Files with which a commit cannot become a release."""

from robothost.tree import problem
from tests import hostile


def entry(mode: str, path: str) -> str:
    return "%s blob %s\t%s" % (mode, "0" * 40, path)


REFUSED = (
    ("100644", "release.json", "holds 'release.json'"), ("120000", "release.json", "holds 'release.json'"), ("100644", "venv/bin/python", "holds 'venv'"),
    ("120000", "venv", "holds 'venv'"), ("100644", ".deployer-env-base", "holds '.deployer-env-base'"),
    ("120000", ".deployer-env-base", "holds '.deployer-env-base'"), ("100644", ".deployer/armed", "holds '.deployer'"),
    ("120000", ".env.new", "holds '.env.new'"), ("120000", ".env", "holds '.env' as a symbolic link"), ("100644", ".env/key", "holds '.env' as a folder"),
    ("160000", "vendor/lib", "uses git submodules"), ("160000", "venv", "uses git submodules"))


class TreeTest(hostile.HostileTest):
    def test_refuses_what_the_deployer_writes_itself(self) -> None:
        for mode, path, reason in REFUSED:
            with self.subTest((mode, path)):
                found = problem([entry("100644", "app.py"), entry(mode, path)]) or ""
                self.assertTrue(found.startswith(reason), found)
                self.assert_readable(found)

    def test_finds_a_submodule_in_front_of_thousands_of_files(self) -> None:
        self.assertTrue(problem([entry("160000", "a"), *(entry("100644", "z/file-%d" % k) for k in range(20_000))]))

    def test_takes_names_that_only_look_taken(self) -> None:
        names = ("src/release.json", "release.json.md", "venv.py", ".env", "$(id)", "data", "line\nrelease.json")
        self.assertIsNone(problem([entry("100644", name) for name in names]))
