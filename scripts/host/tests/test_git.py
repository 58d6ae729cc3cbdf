"""git: what a server may answer, what a login may be, and which faults are tried again."""

import json
import os
import shutil
import subprocess
from typing import Any, List

from robothost import fetch, git, repository
from robothost.failures import Failure
from robothost.parameters import declared
from robothost.step import Host
from tests import hostile
from tests.fixture import FolderTest

COMMIT, OTHER = "0123456789abcdef0123456789abcdef01234567", "f" * 40
URL = "https://host/robot.git"
MARK = "visible-if-leaked"
BRANCHES = ("", "-x", "a..b", "a/.b", "a.lock", "a.lock/b", "a/", "a//b", "a.", "refs/heads/*", "a b", "@{-1}", "a:b", "a^", "a~1", "a?", "a" * 201)
NO_LOGINS = (
    "", " ", MARK, "null", "7", "true", '"%s token"' % MARK, '["token", "%s"]' % MARK, "{}", '{"token": null}', '{"token": 7}', '{"token": ""}',
    '{"token": " \\n"}', '{"token": ["%s"]}' % MARK, '{"token": {"a": "%s"}}' % MARK, '{"token": "%s\\ud800"}' % MARK, '{"Token": "%s"}' % MARK,
    '{"ssh_key": "%s"}' % MARK, '{"known_hosts": "%s"}' % MARK, '{"ssh_key": "%s", "known_hosts": ""}' % MARK,
    '{"ssh_key": "%s", "known_hosts": ["host"]}' % MARK, '{"ssh_key": 7, "known_hosts": "%s"}' % MARK,
    '{"ssh_key": "\\udfff%s", "known_hosts": "x"}' % MARK, '{"token": "%s"} {}' % MARK, "[" * 50_000 + '"%s"' % MARK)
WITHOUT_THE_BRANCH = (
    ("", "BranchMissing"), ("\n", "BranchMissing"), (COMMIT, "BranchMissing"), (COMMIT + " refs/heads/main\n", "BranchMissing"),
    (OTHER + "\trefs/heads/a/refs/heads/main\n", "BranchMissing"), (OTHER + "\trefs/heads/main2\n", "BranchMissing"),
    (OTHER + "\trefs/tags/main\n", "BranchMissing"), ("<html>" + COMMIT + "\trefs/heads/main</html>\n", "BranchMissing"),
    (COMMIT + "0123456789abcdef01234567\trefs/heads/main\n", "StepFailed"), (COMMIT[1:] + "\trefs/heads/main\n", "StepFailed"),
    (COMMIT.upper() + "\trefs/heads/main\n", "StepFailed"), ("$(touch x)\trefs/heads/main\n", "StepFailed"))


class GitTest(FolderTest, hostile.HostileTest):
    def git_host(self, **parameters: str) -> Host:
        given = {"RepositoryUrl": URL, "Branch": "main", "Revision": "", "RepositorySecret": "", "RepositorySecretVersion": "", **parameters}
        return self.step_host(declared(git.__doc__), **{"SSM_" + name: value for name, value in given.items()}, AWS_REGION="eu-west-1")

    def failure(self, host: Host) -> Failure:
        with self.assertRaises(Failure) as caught:
            git.Remote(host).newest()
        return caught.exception

    def units(self) -> List[str]:
        return [" ".join(call) for call in self.system.calls if call[0] == "systemd-run"]


class AnswersTest(GitTest):
    def test_finds_the_branch_among_others_that_end_like_it(self) -> None:
        self.system.answer("revision", output="%s\trefs/heads/a/refs/heads/main\n%s\trefs/heads/main\n" % (OTHER, COMMIT))
        self.assertEqual(COMMIT, git.Remote(self.git_host()).newest())
        self.assertEqual(("repository", "revision", URL, "main"), self.system.calls[-1][-4:])

    def test_refuses_an_answer_without_the_commit_of_the_branch(self) -> None:
        names = dict(WITHOUT_THE_BRANCH)

        def check(answer: str) -> None:
            self.system.answer("revision", output=answer)
            failure = self.failure(self.git_host())
            self.assertEqual(names[answer], failure.name)
            self.assert_readable(failure.message)

        self.each("answers of ls-remote", names, check)

    def test_refuses_what_is_no_branch(self) -> None:
        def check(branch: str) -> None:
            with self.assertRaises(Failure) as caught:
                git.Remote(self.git_host(Branch=branch))
            self.assertEqual("InvalidParameter", caught.exception.name)

        self.each("branch names on the host", [*BRANCHES, *hostile.every("branches")], check)

    def test_refuses_a_request_without_a_repository_and_one_with_a_login(self) -> None:
        with self.assertRaisesRegex(Failure, "the request names no repository"):
            git.Remote(self.git_host(RepositoryUrl=""))
        with self.assertRaisesRegex(Failure, "RepositoryUrl is"):
            self.git_host(RepositoryUrl="https://user:pass@host/robot.git")

    def test_what_repository_ends_with_is_known(self) -> None:
        self.assertEqual((repository.MISSING, repository.CANNOT_BE_RELEASED), (git.MISSING, fetch.CANNOT_BE_RELEASED))

    def test_of_the_network_is_tried_four_times_and_waits_longer_each_time(self) -> None:
        self.system.answer("revision", code=128, errors="fatal: unable to access 'https://x/': Could not resolve host: x\n")
        begun = self.system.clock
        failure = self.failure(self.git_host())
        self.assertEqual("NameUnresolvable", failure.name)
        self.assertEqual("The host name in %s cannot be resolved, tried 4 times. git reports: fatal: unable to access 'https://x/': Could not resolve"
                         " host: x" % URL, failure.message)
        self.assertEqual((4, 7.0), (len(self.units()), self.system.clock - begun))

    def test_of_another_kind_is_not_tried_again(self) -> None:
        for words, name in (("fatal: repository 'x' not found", "RepositoryMissing"), ("fatal: remote error: not our ref 0", "StepFailed")):
            self.system.calls.clear()
            self.system.answer("revision", code=128, errors=words)
            self.assertEqual((name, 1), (self.failure(self.git_host()).name, len(self.units())))

    def test_has_no_network_and_no_login_when_it_needs_none(self) -> None:
        git.run_offline(self.git_host(RepositorySecret="s", RepositorySecretVersion="v"), ["BindPaths=/m"], "clean", "/m")
        self.assertIn(" --property=PrivateNetwork=yes --property=BindPaths=/m -- ", self.units()[0])
        self.assertNotIn("login", self.units()[0])


class LoginTest(GitTest):
    def login(self, secret: Any) -> str:
        self.system.answer("aws", output=(secret if isinstance(secret, str) else json.dumps(secret)) + "\n")
        self.system.answer("revision", output="%s\trefs/heads/main\n" % COMMIT)
        self.host = self.git_host(RepositorySecret="crypto-robot/a/repository", RepositorySecretVersion="v1")
        git.Remote(self.host).newest()
        return os.path.join(self.host.work, "git")

    def test_a_token_is_given_to_git_by_a_program_that_answers_its_prompt(self) -> None:
        folder = self.login({"token": "T0k3n-of-the-repository "})
        askpass = os.path.join(folder, "askpass")
        for prompt, answer in (("Password for 'https://host': ", "T0k3n-of-the-repository\n"), ("Username for 'https://host': ", "x-access-token\n")):
            self.assertEqual(answer, subprocess.run([askpass, prompt], stdout=subprocess.PIPE, check=True).stdout.decode())
        self.assertEqual((0o600, 0o700, 0o700), tuple(os.stat(path).st_mode & 0o7777 for path in (os.path.join(folder, "token"), askpass, folder)))
        self.assertIn("--property=BindReadOnlyPaths=%s:/run/crypto-robot-login --property=Environment=LOGIN=/run/crypto-robot-login --" % folder,
                      self.units()[0])
        self.assertNotIn("T0k3n", str(self.system.calls))
        self.assertEqual("fatal: bad [redacted]", self.host.redacted("fatal: bad T0k3n-of-the-repository"))

    def test_a_key_has_the_keys_of_its_hosts(self) -> None:
        folder = self.login({"ssh_key": "one\ntwo", "known_hosts": "host key"})
        self.assertEqual(["known_hosts", "ssh_key"], sorted(os.listdir(folder)))
        self.assertEqual("one\ntwo\n", self.read(os.path.join(folder, "ssh_key")))

    def test_any_token_is_given_to_git_as_it_is(self) -> None:
        def check(token: str) -> None:
            folder = self.login({"token": token})
            asked = subprocess.run([os.path.join(folder, "askpass"), "Password for 'https://host': "], stdout=subprocess.PIPE, check=True)
            self.assertEqual(token.strip() + "\n", asked.stdout.decode())
            shutil.rmtree(folder)

        self.each("tokens that a shell could take for commands",
                  [one for one in hostile.every("tokens") if one.strip() and "\ud800" not in one], check)
        self.assertNotIn("touch ", str(self.units()), "the token is in what git is given")

    def test_another_secret_is_refused_without_showing_it(self) -> None:
        def check(secret: str) -> None:
            with self.assertRaises(Failure) as caught:
                self.login(secret)
            self.assertEqual(("LoginRefused", 'secret crypto-robot/a/repository must be {"ssh_key", "known_hosts"} or {"token"}'),
                             (caught.exception.name, caught.exception.message))
            self.assertFalse(os.path.exists(os.path.join(self.layout.run, "git")), "half a login was written")

        self.each("repository secrets", [*NO_LOGINS, *(one for one in hostile.cut('{"token": "%s"}' % MARK, 10) if one)], check)
