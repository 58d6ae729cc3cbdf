"""Reading the files of a stranger's repository: no program runs, no link is followed, and every size has a limit."""

from __future__ import annotations

import http.server
import os
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from client.exits import FAILED, REFUSED, Stop
from client.git import Git
from client.robot import clone, contained, files
from client.robot.python_source import facts_of

_WHO = {"GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@localhost", "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@localhost"}


class Repository(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)
        self.robot = self.folder / "robot"
        self.robot.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words: str) -> str:
        variables = {"PATH": os.environ["PATH"], "HOME": str(self.folder), **_WHO}
        return subprocess.run(["git", *words], cwd=self.robot, env=variables, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, **content: str) -> str:
        for name, text in content.items():
            (self.robot / name).write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")
        return self.git("rev-parse", "HEAD")


class FilesTest(Repository):
    def test_a_commit_is_read_and_not_the_working_tree(self) -> None:
        commit = self.commit(**{"main.py": "one\r\ntwo\n", "odd name.py": "x"})
        (self.robot / "main.py").write_text("changed")
        found = files.of_commit(Git(self.robot), commit)
        self.assertEqual(["main.py", "odd name.py"], sorted(found))
        self.assertEqual("one\ntwo\n", found.text("main.py"))
        self.assertEqual(b"one\r\ntwo\n", found.bytes("main.py"))

    def test_links_and_large_files_have_no_content(self) -> None:
        (self.robot / "config.json").symlink_to("/etc/passwd")
        (self.robot / "etc").symlink_to("/etc")
        commit = self.commit(**{"large.py": "#" * (files.LARGEST + 1), "main.py": "x"})
        for found in (files.of_commit(Git(self.robot), commit), files.of_folder(self.robot)):
            self.assertIn("config.json", found)
            self.assertEqual(("120000", None, ""), (found.modes["config.json"], found.bytes("config.json"), found.text("config.json")))
            self.assertEqual([], [path for path in found if path.startswith("etc/")])
            self.assertEqual(None, found.bytes("large.py"))
            self.assertEqual(1, found.skipped)
            self.assertEqual("x", found.text("main.py"))

    def test_a_pipe_and_a_device_are_not_opened(self) -> None:
        os.mkfifo(self.robot / "wait.py")
        self.assertEqual(None, files.of_folder(self.robot).bytes("wait.py"))

    def test_a_repository_that_lists_endlessly_is_refused(self) -> None:
        blob = subprocess.run(["git", "hash-object", "-w", "--stdin"], cwd=self.robot, input="", capture_output=True, text=True, check=True).stdout.strip()
        entry = f"100644 blob {blob}\tf{{}}.py\n"
        for _ in range(8):  # each tree holds the one below it 16 times: 16^8 paths from 9 small objects
            tree = subprocess.run(
                ["git", "mktree"], cwd=self.robot, input="".join(entry.format(n) for n in range(16)), capture_output=True, text=True, check=True
            ).stdout.strip()
            entry = f"040000 tree {tree}\td{{}}\n"
        commit = self.git("commit-tree", tree, "-m", "bomb")
        began = time.monotonic()
        with self.assertRaisesRegex(Stop, "too many"):
            files.of_commit(Git(self.robot), commit)
        self.assertLess(time.monotonic() - began, 50)

    def test_tests_and_documents_are_listed_and_not_read(self) -> None:
        (self.robot / "tests").mkdir()
        (self.robot / "tests/main.py").write_text("x")
        found = files.of_folder(self.robot)
        self.assertIn("tests/main.py", found)
        self.assertEqual(None, found.bytes("tests/main.py"))


class ContainedTest(unittest.TestCase):
    def test_the_answer_comes_back(self) -> None:
        self.assertEqual({"a": ["ü", 1]}, contained.contained(lambda: {"a": ["ü", 1]}))

    @unittest.skipUnless(os.geteuid() == 0, "only root has rights to give up")
    def test_root_examines_as_another_user(self) -> None:
        self.assertNotEqual(0, contained.contained(os.geteuid))
        self.assertEqual(False, contained.contained(lambda: os.access("/etc/shadow", os.R_OK)))

    def test_a_crash_and_an_endless_loop_are_reported(self) -> None:
        def endless() -> None:
            while True:
                pass

        with mock.patch.object(contained, "_SECONDS", 1), self.assertRaisesRegex(Stop, "signal .* of processor time") as ended:
            contained.contained(endless)
        self.assertEqual(FAILED, ended.exception.code)
        with self.assertRaisesRegex(Stop, "ended by signal 6"):
            contained.contained(os.abort)

    def test_hostile_sources_are_a_problem_of_their_file(self) -> None:
        for text in ("(" * 100_000, "x = " + "-" * 200_000 + "1", "\0", "def", "a" + ".b" * 50_000, "# coding: nonsense\nx"):
            answer = contained.contained(lambda source=text: facts_of("x.py", source).problem)  # type: ignore[misc]
            self.assertIsInstance(answer, str)


class _Server(http.server.BaseHTTPRequestHandler):
    """git's own server, which http.server runs for each request."""

    root = ""
    redirect = ""
    paths: "list[str]" = []

    def do_GET(self) -> None:
        self.paths.append(self.path)
        if self.redirect:
            self.send_response(302)
            self.send_header("Location", self.redirect)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        variables = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": self.root, "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)), "REMOTE_ADDR": "127.0.0.1", "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""), "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
            "GIT_CONFIG_KEY_1": "uploadpack.allowFilter", "GIT_CONFIG_VALUE_1": "true",
        }  # fmt: skip
        done = subprocess.run(["git", "http-backend"], input=body, env=variables, capture_output=True)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        lines = dict(line.decode().split(": ", 1) for line in head.split(b"\r\n"))
        self.send_response(int(lines.pop("Status", "200").split()[0]))
        for name, value in lines.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, *_: Any) -> None:
        pass


class CloneTest(Repository):
    def setUp(self) -> None:
        super().setUp()
        certificate, key = self.folder / "cert.pem", self.folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key,
                        "-out", certificate], check=True, capture_output=True)  # fmt: skip
        handler = type("Handler", (_Server,), {"root": str(self.folder), "paths": []})
        self.handler: Any = handler
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.url = f"https://localhost:{server.server_port}/robot"
        certificate.chmod(0o644)
        variables = mock.patch.dict(os.environ, {"GIT_SSL_CAINFO": str(certificate), "no_proxy": "localhost"})
        variables.start()
        self.addCleanup(variables.stop)

    def test_one_commit_is_copied_without_its_large_files(self) -> None:
        self.commit(**{"main.py": "one"})
        newest = self.commit(**{"main.py": "two", "model.json": "x" * (2 << 20)})
        (self.robot / ".git/hooks/post-checkout").write_text(f"#!/bin/sh\ntouch {self.folder}/ran\n")
        with clone.cloned(self.url) as git:
            self.assertEqual(newest, git.read("rev-parse", "HEAD"))
            self.assertEqual("refs/heads/main", git.read("symbolic-ref", "HEAD"))
            asked = len(self.handler.paths)
            found = files.of_commit(git, newest)
            self.assertEqual(("two", None), (found.text("main.py"), found.bytes("model.json")))
            self.assertEqual(asked, len(self.handler.paths), "reading fetches nothing")
            self.assertEqual("1", git.read("rev-list", "--count", "HEAD"))
            self.assertEqual([], list(git.folder.glob("hooks/*")))
            copy = git.folder
        self.assertFalse(copy.exists())
        self.assertFalse((self.folder / "ran").exists())

    def test_a_branch_can_be_chosen(self) -> None:
        self.commit(**{"main.py": "one"})
        self.git("checkout", "--quiet", "-b", "trial")
        trial = self.commit(**{"main.py": "two"})
        self.git("checkout", "--quiet", "main")
        with clone.cloned(self.url, "trial") as git:
            self.assertEqual(trial, git.read("rev-parse", "refs/heads/trial"))

    def test_a_redirection_to_another_protocol_is_not_followed(self) -> None:
        self.commit(**{"main.py": "one"})
        for target in (f"file://{self.robot}", "http://localhost:1/robot"):
            self.handler.redirect = target
            with self.assertRaisesRegex(Stop, "cannot be copied; clone it") as refused, clone.cloned(self.url):
                pass
            self.assertEqual(REFUSED, refused.exception.code)

    def test_other_protocols_are_refused(self) -> None:
        self.commit(**{"main.py": "one"})
        for url in (f"file://{self.robot}", str(self.robot), "ext::sh -c 'touch /tmp/x'", "http://localhost/robot", "--upload-pack=touch"):
            with self.assertRaisesRegex(Stop, "cannot be copied"), clone.cloned(url):
                pass

    def test_a_repository_that_is_too_large_is_refused(self) -> None:
        self.commit(**{"main.py": "one", "noise.bin": os.urandom(400_000).hex()})
        with mock.patch.object(clone, "_MOST_BYTES", 100_000), self.assertRaisesRegex(Stop, "cannot be copied"), clone.cloned(self.url):
            pass

    @unittest.skipUnless(os.geteuid() == 0, "only root can become another user")
    def test_root_runs_git_as_another_user(self) -> None:
        self.commit(**{"main.py": "one"})
        with clone.cloned(self.url) as git:
            owners = {path.stat().st_uid for path in git.folder.rglob("*") if path.name != "config"}
            self.assertEqual({git.folder.stat().st_uid}, owners)
            self.assertNotIn(0, owners)
