"""What is removed when the disk is short of room."""

import json
import os
from typing import List

from robothost.failures import Failure
from robothost.room import Room
from tests.fixture import OWNER, FakeSystem, FolderTest


def release(number: int) -> str:
    return "202601%02dT000000Z-%07x" % (number, number)


def releases(*numbers: int) -> List[str]:
    return [release(number) for number in numbers]


class Disk(FakeSystem):
    """So many MB are free, and 100 more for each release that is gone."""

    def __init__(self, folder: str, megabytes: int) -> None:
        super().__init__()
        self._folder, self._megabytes, self._before = folder, megabytes, len(os.listdir(folder))

    def free_bytes(self, path: str) -> int:
        return (self._megabytes + 100 * (self._before - len(os.listdir(self._folder)))) << 20


class RoomTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        for folder in (self.layout.environments, self.layout.mirrors):
            os.makedirs(folder)

    def goods(self, first: int, last: int) -> None:
        for number in range(first, last + 1):
            self.good(release(number))

    def serves(self, number: int) -> None:
        os.symlink("releases/" + release(number), self.layout.current)

    def present(self) -> List[str]:
        return sorted(os.listdir(self.layout.releases))

    def room(self, megabytes: int, release: str = "", version: str = "") -> Room:
        self.system = Disk(self.layout.releases, megabytes)
        self.system.answer("du", output="12\t/x\n")
        return Room(self.host_with(KeepReleases="3", Release=release, CertificateHostname="x.local", CertificateVersion=version,
                              Owner=OWNER))

    def refused(self, room: Room) -> str:
        with self.assertRaises(Failure) as refusal:
            room.make()
        self.assertEqual("HostUnfit", refusal.exception.name)
        return refusal.exception.message

    def test_the_release_that_a_deploy_works_on_stays(self) -> None:
        self.goods(1, 6)
        self.serves(6)
        self.refused(self.room(500, release(1)))
        self.assertEqual(releases(1, 5, 6), self.present())

    def test_nothing_is_removed_while_there_is_room(self) -> None:
        self.goods(1, 6)
        self.serves(6)
        room = self.room(1024)
        room.make()
        self.assertEqual((releases(1, 2, 3, 4, 5, 6), 1024, []), (self.present(), room.megabytes, room.freed))

    def test_what_retention_would_remove_anyway_goes_first(self) -> None:
        self.goods(1, 4)
        self.finished(release(5))
        self.serves(4)
        gone = ["venvs/nobodys/bin/python", "venvs/.new-half/bin/python", "certificates/.versions/x.local-old/key.pem", "mirror/old.git/HEAD",
                self.layout.logs + "/fetch.log.1"]
        stays = ["certificates/.versions/x.local-brought/key.pem", "mirror/new.git/HEAD", self.layout.logs + "/fetch.log"]
        for path in gone + stays:
            self.write(path, "")
        os.utime(os.path.join(self.layout.mirrors, "old.git"), (1000, 1000))
        room = self.room(900, version="brought")
        room.make()
        self.assertEqual((releases(2, 3, 4), releases(1, 5)), (self.present(), room.freed), "three good ones stay")
        self.assertEqual([], [path for path in gone if os.path.exists(os.path.join(self.layout.application, path))])
        self.assertEqual([], [path for path in stays if not os.path.exists(os.path.join(self.layout.application, path))])

    def test_the_mirror_in_use_is_cleaned_as_the_user_of_git_without_a_network(self) -> None:
        self.goods(1, 3)
        self.serves(3)
        self.write("mirror/new.git/HEAD", "")
        self.room(930).make()
        mirror = os.path.join(self.layout.mirrors, "new.git")
        run = next(call for call in self.system.calls if call[-2:] == ("clean", mirror))
        for word in ("--property=User=crypto-robot-fetch", "--property=PrivateNetwork=yes", "--property=BindPaths=" + mirror):
            self.assertIn(word, run)

    def test_a_mirror_that_cannot_be_cleaned_is_no_failure(self) -> None:
        self.goods(1, 3)
        self.serves(3)
        self.write("mirror/new.git/HEAD", "")
        room = self.room(930)
        self.system.answer("clean", code=1)
        room.make()
        self.assertIn("new.git cannot be cleaned", self.read(self.layout.step_log("test")))

    def test_then_good_ones_go_which_is_logged_and_recorded(self) -> None:
        self.goods(1, 3)
        self.serves(3)
        room = self.room(930)
        room.make()
        self.assertEqual((releases(2, 3), releases(1)), (self.present(), room.freed))
        log = self.read(self.layout.step_log("test"))
        self.assertIn("good release %s was removed: the disk has too little room for 3 of them" % release(1), log)
        self.assertIn("made room on the disk: 930 MB were free, now 1030; removed: " + release(1), log)
        event = json.loads(self.read(self.layout.history).splitlines()[-1])
        self.assertEqual(("discarded", release(1), release(3), OWNER, "the disk had too little room for it"),
                         (event["event"], event["release"], event["previous"], event["execution"], event["reason"]))

    def test_too_little_room_is_refused_with_numbers(self) -> None:
        self.goods(1, 4)
        self.serves(4)
        message = self.refused(self.room(600))
        self.assertEqual(releases(3, 4), self.present(), "what serves and the good one before it")
        self.assertIn("has 800 MB left, a deployment needs 1024; 200 MB were made free by removing %s %s. What is left takes: releases 12 MB,"
                      % tuple(releases(1, 2)), message)

    def test_a_long_history_changes_nothing_about_it(self) -> None:
        self.append(self.layout.history, '{"at":"2026-01-01T00:00:00Z","event":"keys","release":"x","previous":""}\n' * 3000)
        self.goods(1, 4)
        self.serves(4)
        self.assertIn("a deployment needs 1024", self.refused(self.room(600)))

    def test_nothing_is_removed_while_a_decision_is_open(self) -> None:
        self.goods(1, 5)
        self.serves(5)
        for name in ("armed", "confirming", "firing"):
            path = self.write(os.path.join(self.layout.state, name), "{}")
            message = self.refused(self.room(500))
            self.assertEqual(releases(1, 2, 3, 4, 5), self.present())
            self.assertIn("; 0 MB were made free. What is left takes: ", message)
            os.unlink(path)
