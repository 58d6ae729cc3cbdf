"""Which environment a program gets from a .env: what python-dotenv makes of the same file."""

import os
import subprocess
import sys
from typing import Dict

from robothost.env_file import quoted
from robothost.export_env import exported
from tests.fixture import HOST, FolderTest

TEXT = """\ufeffA=1
# B=no
export C = two words # a comment
D='single # $A \\' \\n' # a comment
E="double
over lines \\t \\" ${A} ${NONE:-default} ${HOME}"
F="no" binding
G=#x
H=a#b
'I'=quoted
NAME_ALONE
J=
A=2
K=${A}
"""


class ExportEnvTest(FolderTest):
    def exported(self, text: str, **environment: str) -> Dict[str, str]:
        return exported(text, environment)

    def test_values_are_read_as_python_dotenv_reads_them(self) -> None:
        self.assertEqual({"A": "2", "C": "two words", "D": "single # $A ' \\n", "E": 'double\nover lines \t " 1 default /h', "G": "#x", "H": "a#b",
                          "I": "quoted", "J": "", "K": "2"}, self.exported(TEXT, HOME="/h", I2="x"))

    def test_a_variable_of_the_unit_stays(self) -> None:
        self.assertEqual({"B": "unit"}, self.exported("PORT=1\nB=${PORT}\n", PORT="unit"))

    def test_what_the_deployer_writes_comes_back(self) -> None:
        for value in ("a", "=#'\" $x", "${A}", "a b", "it's", 'a"b', "back\\slash", "\\n", "'", "${", "$", "a # b"):
            self.assertEqual({"X": value}, self.exported("A=1\nX=%s\n" % quoted(value), A="1"), value)

    def test_the_program_replaces_it_with_its_arguments(self) -> None:
        env = self.write(".env", "SECRET='a b'\nPATH=/nowhere\n")
        code = "import os, sys; print(os.environ['SECRET'], os.environ['PATH'], sys.argv[1:], os.getpid())"
        command = [sys.executable, "-IS", os.path.join(HOST, "__main__.py"), "--module", "export_env", env, sys.executable, "-c", code, "$A", "b c"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env={"PATH": "/usr/bin"}, text=True) as done:
            output = done.communicate()[0]
        self.assertEqual("a b /usr/bin ['$A', 'b c'] %d\n" % done.pid, output)

    def test_a_file_or_a_program_that_is_missing_is_named(self) -> None:
        env = self.write(".env", "SECRET=value\n")
        for path, program in ((env + "2", sys.executable), (env, "/no/such/program")):
            command = [sys.executable, "-IS", os.path.join(HOST, "__main__.py"), "--module", "export_env", path, program]
            done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
            missing = path if path != env else program
            self.assertEqual((127, "the program was not started: %s: No such file or directory\n" % missing), (done.returncode, done.stderr))
