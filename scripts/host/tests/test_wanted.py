"""What an environment is built from, for repositories in each form that people write."""

import os
from typing import Any, List

from robothost import environment_key, installation, markers, wanted
from robothost.requirements import Invalid
from tests.fixture import NEW, OLD, FolderTest

HASH = "0123456789abcdef" * 4
PROJECT = '[project]\nname = "bot"\nrequires-python = ">=3.12"\ndependencies = [\n  "ccxt>=4",\n  "pandas; python_version < \'4\'",\n]\n' \
          '[project.optional-dependencies]\nweb = ["flask"]\n'
UV = '''version = 1
[[package]]
name = "bot"
source = { editable = "." }
dependencies = [
    { name = "ccxt", version = "4.2", marker = "python_full_version >= '3.10'" },
    { name = "ccxt", version = "4.1", marker = "python_full_version < '3.10'" },
    { name = "Win_only", marker = "sys_platform == 'win32'" },
    { name = "requests", extra = ["socks"] },
]
[package.optional-dependencies]
web = [{ name = "flask" }]
[[package]]
name = "ccxt"
version = "4.1"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://x/ccxt-4.1-py3-none-any.whl", hash = "sha256:%(hash)s" }]
[[package]]
name = "ccxt"
version = "4.2"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://x/ccxt-4.2-py3-none-any.whl", hash = "sha256:%(hash)s" }]
[[package]]
name = "flask"
version = "3.0"
source = { registry = "https://pypi.org/simple" }
wheels = [{ url = "https://x/flask-3.0-py3-none-any.whl", hash = "sha256:%(hash)s" }]
[[package]]
name = "requests"
version = "2.31"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://x/requests-2.31.tar.gz", hash = "sha256:%(hash)s" }
[package.optional-dependencies]
socks = [{ name = "pysocks" }]
[[package]]
name = "pysocks"
version = "1.7"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://x/pysocks-1.7.tar.gz", hash = "sha256:%(hash)s" }
[[package]]
name = "win-only"
version = "1"
source = { registry = "https://pypi.org/simple" }
''' % {"hash": HASH}
POETRY = '''[[package]]
name = "requests"
version = "2.31.0"
optional = false
python-versions = ">=3.7"
files = [{file = "requests-2.31.0-py3-none-any.whl", hash = "sha256:%(hash)s"}]
[package.dependencies]
idna = ">=2.5,<4"
PySocks = {version = ">=1.5.6,!=1.5.7", optional = true, markers = "extra == \\"socks\\""}
[package.extras]
socks = ["PySocks (>=1.5.6,!=1.5.7)"]
[[package]]
name = "idna"
version = "3.7"
optional = false
python-versions = ">=3.5"
files = [{file = "idna-3.7.tar.gz", hash = "sha256:%(hash)s"}]
[[package]]
name = "pysocks"
version = "1.7.1"
optional = true
python-versions = "*"
files = [{file = "PySocks-1.7.1.tar.gz", hash = "sha256:%(hash)s"}]
[[package]]
name = "pytest"
version = "8.0.0"
optional = false
python-versions = ">=3.8"
files = [{file = "pytest-8.0.0.tar.gz", hash = "sha256:%(hash)s"}]
[[package]]
name = "flask"
version = "3.0.0"
optional = true
python-versions = ">=3.8"
files = [{file = "flask-3.0.0.tar.gz", hash = "sha256:%(hash)s"}]
[extras]
web = ["flask"]
''' % {"hash": HASH}
OF_POETRY = '[tool.poetry]\nname = "bot"\npackage-mode = false\n[tool.poetry.dependencies]\npython = "^3.9"\nrequests = {version = "*", extras = ["socks"]}\n' \
            'flask = {version = "*", optional = true}\n[tool.poetry.group.dev.dependencies]\npytest = "*"\n'
PIPFILE = '{"_meta": {"requires": {"python_version": "3.11"}}, "default": {"ccxt": {"version": "==4.2", "hashes": ["sha256:%s"], "markers": ' \
          '"python_version >= \'3.8\'"}, "old": {"version": "==1", "markers": "python_version < \'3\'"}}, "develop": {"pytest": {"version": "==8"}}}' % HASH


class WantedTest(FolderTest):
    def repository(self, release: str = NEW, **files: str) -> None:
        """__ in a name is a slash, _ a dot."""
        for name, text in files.items():
            self.write(os.path.join(self.layout.release(release), name.replace("__", "/").replace("_", ".")), text)

    def wanted(self, python: str = "3.11.2", **fields: Any) -> wanted.Wanted:
        release, settings = self.layout.release(NEW), installation.Installation(installation.checked(fields))
        return wanted.wanted(release, settings, installation.chosen(release, settings), markers.variables(python))

    def lines(self, python: str = "3.11.2", **fields: Any) -> List[str]:
        return [line.split(" --hash=sha256:" + HASH)[0] for line in self.wanted(python, **fields).listed.text.splitlines()]

    def refusal(self, **fields: Any) -> str:
        with self.assertRaises(Invalid) as caught:
            self.wanted(**fields)
        return str(caught.exception)

    def key(self, release: str, **fields: Any) -> bytes:
        folder, settings = self.layout.release(release), installation.Installation(fields)
        return environment_key.key(folder, settings, installation.chosen(folder, settings))

    def test_other_files_are_part_of_the_list_and_of_the_key(self) -> None:
        for release in (OLD, NEW):
            self.repository(release, requirements_txt="flask\n-r more/base.txt\nlast\n", more__base_txt="# first\nccxt\n-c ../limits.txt\n", limits_txt="ccxt<5\n")
        found = self.wanted().listed
        self.assertEqual(("flask\n# first\nccxt\nlast\n", "ccxt<5\n", 3), (found.text, found.constraints, found.number))
        self.assertEqual(("more/base.txt", 2), found.place(3))
        self.assertEqual(self.key(OLD), self.key(NEW))
        self.repository(NEW, limits_txt="ccxt<6\n")
        self.assertNotEqual(self.key(OLD), self.key(NEW))

    def test_a_problem_of_another_file_is_described_with_its_line(self) -> None:
        self.repository(requirements_txt="-r more/base.txt\n", more__base_txt="ccxt\nflask=3\n")
        self.assertEqual("more/base.txt, line 2: 'flask=3' is not a requirement", self.refusal())
        self.repository(more__base_txt="-r ../requirements.txt\n")
        self.assertIn("requirements.txt names itself", self.refusal())
        self.repository(more__base_txt="-r ../../../../etc/passwd\n")
        self.assertEqual("more/base.txt, line 1: '../../../../etc/passwd' is outside the repository", self.refusal())

    def test_the_first_form_that_the_repository_has_is_used(self) -> None:
        self.repository(setup_py="")
        self.assertTrue(self.wanted().resolves)
        self.repository(pyproject_toml=PROJECT)
        self.assertEqual(["ccxt>=4", "pandas; python_version < '4'"], self.lines())
        self.repository(Pipfile_lock=PIPFILE)
        self.assertEqual(["ccxt==4.2"], self.lines())
        self.repository(poetry_lock=POETRY, pyproject_toml=OF_POETRY)
        self.assertEqual(["idna==3.7", "pysocks==1.7.1", "requests==2.31.0"], self.lines())
        self.repository(uv_lock=UV, pyproject_toml=PROJECT)
        self.assertEqual(["ccxt==4.2", "pysocks==1.7", "requests==2.31"], self.lines())
        self.repository(requirements_txt="flask\n")
        self.assertEqual(["flask"], self.lines())
        self.assertEqual(["ccxt==4.2"], self.lines(requirements=["Pipfile.lock"]))

    def test_a_lock_has_what_this_python_and_these_extras_need(self) -> None:
        self.repository(uv_lock=UV, poetry_lock=POETRY, pyproject_toml=PROJECT)
        self.assertEqual(["ccxt==4.1", "flask==3.0", "pysocks==1.7", "requests==2.31"], self.lines("3.9.2", extras=["web"]))
        self.assertEqual("uv.lock has no extra 'x'; it has web", self.refusal(extras=["x"]))
        self.assertTrue(self.wanted(require_hashes=True).has_hashes)
        line = UV[:UV.index('name = "ccxt"\nversion')].count("\n") + 1
        self.assertEqual(("uv.lock", line), self.wanted().listed.place(1))
        self.repository(pyproject_toml=OF_POETRY)
        self.assertEqual(["flask==3.0.0", "idna==3.7", "pysocks==1.7.1", "requests==2.31.0"], self.lines(requirements=["poetry.lock"], extras=["web"]))

    def test_a_lock_without_hashes_is_refused_where_they_are_required(self) -> None:
        self.repository(uv_lock=UV.replace("hash = ", "nothing = "), pyproject_toml=PROJECT)
        self.assertIn("uv.lock has no hash for ", self.wanted().listed.warnings[0])
        self.assertIn("uv.lock has no hash for ", self.refusal(require_hashes=True))
        self.repository(requirements_txt="flask==3 --hash=sha256:%s\nccxt==4\n" % HASH)
        self.assertEqual("requirements.txt, line 2: 'ccxt==4' has no --hash, and the environment file has \"require_hashes\": true",
                         self.refusal(require_hashes=True))

    def test_the_project_is_installed_where_it_is_what_the_repository_has(self) -> None:
        self.repository(pyproject_toml=PROJECT)
        self.assertEqual(([""], []), (self.wanted().projects, self.wanted(install_project=False).projects))
        self.repository(uv_lock=UV)
        self.assertEqual([""], self.wanted().projects)
        self.repository(uv_lock=UV.replace("editable", "virtual"))
        self.assertEqual([], self.wanted().projects)
        self.repository(requirements_txt="flask\n")
        self.assertEqual(([], [""]), (self.wanted().projects, self.wanted(install_project=True).projects))
        self.repository(pyproject_toml="[tool.black]\n")
        self.assertIn('"install_project": true, and the top folder of the repository has neither', self.refusal(install_project=True))

    def test_each_file_of_a_project_is_part_of_its_key(self) -> None:
        for release in (OLD, NEW):
            self.repository(release, pyproject_toml=PROJECT, bot__main_py="1")
        self.assertEqual(self.key(OLD), self.key(NEW))
        self.assertEqual(self.key(OLD, install_project=False), self.key(NEW, install_project=False))
        self.write(os.path.join(self.layout.release(NEW), ".env"), "KEY=1\n")
        self.assertEqual(self.key(OLD), self.key(NEW))
        self.repository(NEW, bot__main_py="2")
        self.assertNotEqual(self.key(OLD), self.key(NEW))
        self.assertEqual(self.key(OLD, install_project=False), self.key(NEW, install_project=False))

    def test_a_folder_of_the_repository_can_have_the_code(self) -> None:
        self.repository(src__requirements_txt="flask\n-r ../base.txt\n", base_txt="ccxt\n")
        self.assertEqual(["flask", "ccxt"], self.lines(directory="src"))
        self.assertIn("the repository has no folder app", self.refusal(directory="app"))

    def test_a_repository_that_names_no_packages_is_refused_with_the_way_out(self) -> None:
        os.makedirs(self.layout.release(NEW))
        self.assertIn("and so is each of uv.lock, poetry.lock, Pipfile.lock, pyproject.toml, setup.py. Commit requirements.txt", self.refusal())
        for files, words in (
                ({"Pipfile": ""}, "the repository has Pipfile. It is not a lock. Make one and commit it: pipenv lock"),
                ({"environment_yml": ""}, "has Pipfile, environment.yml. It is not a lock"),
                ({"app__requirements_txt": ""}, '"directory": "app"'),
                ({"Requirements_txt": ""}, 'Add this line to the environment file: "requirements": "Requirements.txt"')):
            self.repository(**files)
            self.assertIn(words, self.refusal())

    def test_the_python_of_the_project_is_read(self) -> None:
        for files, expected in (({"setup_py": "setup(python_requires='>=3.6')"}, (">=3.6", "setup.py")),
                                ({"pyproject_toml": OF_POETRY}, ("^3.9", "pyproject.toml")), ({"pyproject_toml": PROJECT}, (">=3.12", "pyproject.toml"))):
            self.repository(**files)
            settings = installation.Installation({})
            self.assertEqual(expected, wanted.python_of(self.layout.release(NEW), "", installation.chosen(self.layout.release(NEW), settings)))
        for specifiers, version, fits in ((">=3.12", "3.11.2", False), ("^3.9", "3.11.2", True), ("~3.11", "3.12.0", False), (">=3.8,<3.11 || 3.12.*", "3.12.1", True)):
            self.assertEqual(fits, wanted.fits_python(specifiers, version), specifiers)
