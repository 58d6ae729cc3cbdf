"""The names of git's failures, held against what git and ssh print."""

import unittest

from robothost.git_failure import last_words, name_of

PRINTED = (
    ("fatal: couldn't find remote ref refs/heads/nope", "BranchMissing"),
    ("Host key verification failed.\nfatal: Could not read from remote repository.", "HostKeyUnknown"),
    ("fatal: unable to access 'https://x/': SSL certificate problem: self-signed certificate", "HostKeyUnknown"),
    ("git@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository.", "LoginRefused"),
    ("fatal: could not read Username for 'https://github.com': terminal prompts disabled", "LoginRefused"),
    ("remote: Invalid username or token.\nfatal: Authentication failed for 'https://github.com/a/b/'", "LoginRefused"),
    ("fatal: unable to access 'https://x/': The requested URL returned error: 403", "LoginRefused"),
    ("fatal: unable to access 'https://nope.invalid/': Could not resolve host: nope.invalid", "NameUnresolvable"),
    ("ssh: Could not resolve hostname nope.invalid: Name or service not known", "NameUnresolvable"),
    ("fatal: unable to access 'https://x/': Failed to connect to x port 443 after 2 ms: Couldn't connect to server", "RepositoryUnreachable"),
    ("fatal: unable to access 'https://x/': The requested URL returned error: 503", "RepositoryUnreachable"),
    ("ssh: connect to host x port 22: Connection timed out", "RepositoryUnreachable"),
    ("fetch-pack: unexpected disconnect while reading sideband packet\nfatal: early EOF", "RepositoryUnreachable"),
    ("remote: Repository not found.\nfatal: repository 'https://github.com/a/b/' not found", "RepositoryMissing"),
    ("ERROR: Repository not found.\nfatal: Could not read from remote repository.", "RepositoryMissing"),
    ("fatal: '/srv/nope.git' does not appear to be a git repository", "RepositoryMissing"),
    ("fatal: remote error: upload-pack: not our ref 0123", "CommitRefused"),
    ("remote: fatal: unable to read 06d0c4089ac39a6ea170556747f7418bc3edf302        \nremote: aborting due to possible repository corruption on"
     " the remote side.\0\nfatal: early EOF", "RepositoryIncomplete"),
    ("remote: fatal: could not fetch 06d0c4089ac39a6ea170556747f7418bc3edf302 from promisor remote", "RepositoryIncomplete"),
    ("error: unable to read askpass response from '/bin/false'\nfatal: could not read Password for 'https://x'", "LoginRefused"),
    ("fatal: something that no version of git has printed", "StepFailed"),
)
LINES = (
    # As git 2.39.5 prints it of a repository without a blob: padded, with a NUL byte in it.
    ("remote: fatal: unable to read 06d0c40        \nerror: git-pack-objects died.\nremote: aborting.\0\nfatal: protocol error: bad pack header",
     "remote: fatal: unable to read 06d0c40 error: git-pack-objects died. remote: aborting. fatal: protocol error: bad pack header"),
    ("remote: Counting objects:  10% (1/9)\rremote: Counting objects: 100% (9/9), done.\rremote: Total 9 (delta 0)\nfatal: the disk is full",
     "fatal: the disk is full"),
    ("\x1b[31mhint: a hint\x1b[m\n\x1b[1mERROR\x1b[K: no\nhint: other\nfatal: Could not read from remote repository.\n\nPlease make sure you have the"
     " correct access rights\nand the repository exists.", "ERROR: no fatal: Could not read from remote repository."),
    ("one\ntwo\nthree\nfatal: why\nfive\nsix\nseven", "fatal: why five six seven"),
    ("one\ntwo\nthree\nfour", "two three four"),
    ("", ""),
)


class GitFailureTest(unittest.TestCase):
    def test_each_has_its_name(self) -> None:
        for printed, name in PRINTED:
            with self.subTest(printed):
                self.assertEqual(name, name_of(128, printed))

    def test_one_that_took_too_long_is_of_the_network(self) -> None:
        self.assertEqual("RepositoryUnreachable", name_of(124, "fatal: something"))

    def test_prints_what_git_printed_and_nothing_that_hides_it(self) -> None:
        for printed, words in LINES:
            with self.subTest(printed):
                self.assertEqual(words, last_words(printed))
        self.assertEqual(500, len(last_words("fatal: " + "x" * 600)))
