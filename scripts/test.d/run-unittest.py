#!/usr/bin/python3
"""run-unittest: runs the unittest cases below a folder; one line a case: passed, failed or skipped; name; message.

    run-unittest.py FOLDER [PATTERN]    the folder that their packages are in, and the names of the modules

Tabs and line ends in a message become spaces. No case at all is one failure.
"""

import sys
import unittest


def line(kind, name, message=""):
    print(kind, name, " ".join(message.split())[:2000], sep="\t", flush=True)


class Lines(unittest.TestResult):
    """A case with subtests fails once, with the first of them that failed."""

    def startTest(self, test):
        super().startTest(test)
        self.bad = None

    def addSuccess(self, test):
        self.bad = self.bad or ("passed", "")

    def addSkip(self, test, reason):
        self.bad = ("skipped", reason)
        if not isinstance(test, unittest.TestCase):
            line("skipped", str(test), reason)

    def addFailure(self, test, error):
        self.addError(test, error)

    def addError(self, test, error):
        message = self._exc_info_to_string(error, test)
        if isinstance(test, unittest.TestCase) and hasattr(self, "bad"):
            self.bad = ("failed", message)
        else:
            # A module that cannot be imported, or a fixture of a class that failed.
            line("failed", str(test), message)

    def addSubTest(self, test, subtest, error):
        if error is not None and (self.bad is None or self.bad[0] != "failed"):
            self.bad = ("failed", f"{subtest}: {self._exc_info_to_string(error, test)}")

    def addUnexpectedSuccess(self, test):
        self.bad = ("failed", "succeeded unexpectedly")

    def stopTest(self, test):
        super().stopTest(test)
        kind, message = self.bad or ("failed", "the case reported nothing")
        line(kind, ".".join(test.id().rsplit(".", 2)[1:]), message)


def main():
    folder, pattern = [*sys.argv[1:], "test*.py"][:2]
    sys.path.insert(0, folder)
    result = Lines()
    unittest.defaultTestLoader.discover(folder, pattern, folder).run(result)
    if result.testsRun == 0:
        line("failed", "unittest", "no test was found")


if __name__ == "__main__":
    main()
