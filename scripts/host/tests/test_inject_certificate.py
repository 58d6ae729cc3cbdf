"""Another certificate for the release that serves: what changes, what stays, and what waits for a rollback."""

import hashlib
import json
import os

from tests.fixture import NEW, OLD, OWNER, FolderTest, Run

LINKS = "venv venvs/hash\ncertificates/x.local .versions/x.local-c1\n"


class InjectCertificateTest(FolderTest):
    def setUp(self) -> None:
        super().setUp()
        self.serving(NEW)
        self.lock()
        self.state = self.layout.release_state(NEW)
        self.write(os.path.join(self.state, "links"), LINKS)
        self.write(os.path.join(self.state, "certificate.sha256"), "former\n")
        self.env = os.path.join(self.layout.release(NEW), ".env")
        with open(self.env, "wb") as file:
            file.write(b"KEY=1\r\n\xff")
        self.manifest_before = self.read(os.path.join(self.state, "release.json"))
        for name in ("cert.pem", "key.pem"):
            self.write("certificates/.versions/x.local-c2/" + name, "new " + name)

    def inject(self, hostname: str = "x.local", version: str = "c2") -> Run:
        return self.run_step("inject-certificate", Release=NEW, CertificateHostname=hostname, CertificateVersion=version,
                             CertificateNotAfter="2028-01-01T00:00:00Z", **self.fence())

    def assert_fails(self, name: str, message: str, ended: Run) -> None:
        self.assertEqual({"failure": name, "message": message}, ended.answer)
        self.assertEqual(LINKS, self.read(os.path.join(self.state, "links")))
        self.assertFalse(os.path.exists(self.layout.saved(NEW)))

    def test_the_release_has_the_other_version(self) -> None:
        ended = self.inject()
        self.assertEqual({"release": NEW, "certificate_version": "c2", "not_after": "2028-01-01T00:00:00Z"}, ended.answer, ended)
        self.assertEqual(LINKS.replace("x.local-c1", "x.local-c2"), self.read(os.path.join(self.state, "links")))
        digests = os.path.join(self.state, "certificate.sha256")
        self.assertEqual("".join(hashlib.sha256(("new " + name).encode()).hexdigest() + "\n" for name in ("cert.pem", "key.pem")), self.read(digests))
        self.assertEqual(0o600, os.stat(digests).st_mode & 0o777)
        wanted = {**json.loads(self.manifest_before), "certificate_version": "c2", "certificate_not_after": "2028-01-01T00:00:00Z"}
        for folder in (self.state, self.layout.release(NEW)):
            path = os.path.join(folder, "release.json")
            self.assertEqual(wanted, json.loads(self.read(path)))
            self.assertEqual(0o644, os.stat(path).st_mode & 0o777)
        event = json.loads(self.read(self.layout.history).splitlines()[-1])
        self.assertEqual(("certificate", NEW, "0" * 40, OWNER, "version c2"),
                         tuple(event[name] for name in ("event", "release", "revision", "execution", "reason")))

    def test_what_it_had_is_kept_once(self) -> None:
        self.inject()
        self.write("certificates/.versions/x.local-c3/cert.pem", "third")
        self.write("certificates/.versions/x.local-c3/key.pem", "third")
        self.assertEqual(0, self.inject(version="c3").code)
        saved = self.layout.saved(NEW)
        self.assertEqual(["env", "release.json", "state"], sorted(os.listdir(saved)))
        with open(os.path.join(saved, "env"), "rb") as file:
            self.assertEqual(b"KEY=1\r\n\xff", file.read())
        self.assertEqual(0o600, os.stat(os.path.join(saved, "env")).st_mode & 0o777)
        self.assertEqual(0o700, os.stat(os.path.dirname(saved)).st_mode & 0o777)
        self.assertEqual(self.manifest_before, self.read(os.path.join(saved, "release.json")))
        self.assertEqual(LINKS, self.read(os.path.join(saved, "state/links")))
        self.assertEqual("former\n", self.read(os.path.join(saved, "state/certificate.sha256")))
        self.assertEqual([NEW], os.listdir(os.path.dirname(saved)))

    def test_half_of_what_was_kept_is_replaced(self) -> None:
        self.write(os.path.join(self.layout.saved(".new-" + NEW), "state/half"), "x")
        self.assertEqual(0, self.inject().code)
        self.assertFalse(os.path.exists(os.path.join(self.layout.saved(NEW), "state/half")))

    def test_a_release_that_never_was_good_keeps_nothing(self) -> None:
        os.unlink(self.layout.history)
        self.assertEqual(0, self.inject().code)
        self.assertFalse(os.path.exists(self.layout.saved(NEW)))

    def test_a_link_in_the_place_of_env_is_not_followed(self) -> None:
        os.unlink(self.env)
        os.symlink(self.write("elsewhere", "of another user"), self.env)
        self.assertEqual("StepFailed", self.inject().answer["failure"])
        self.assertFalse(os.path.exists(self.layout.saved(NEW)))

    def test_another_name_of_a_file_in_the_place_of_env_is_not_read(self) -> None:
        os.unlink(self.env)
        os.link(self.write("elsewhere", "of another user"), self.env)
        self.assertEqual("StepFailed", self.inject().answer["failure"])
        self.assertFalse(os.path.exists(self.layout.saved(NEW)))

    def test_a_release_that_is_not_finished_is_not_found(self) -> None:
        os.unlink(os.path.join(self.layout.release(NEW), "release.json"))
        self.assert_fails("ReleaseNotFound", "release %s is not finished on this instance" % NEW, self.inject())

    def test_a_release_whose_manifest_was_changed_is_not_found(self) -> None:
        self.write(os.path.join(self.state, "release.json"), self.manifest_before.replace('"port": 5000', '"port": 0'))
        self.assert_fails("ReleaseNotFound", "release %s is not usable: its release.json was changed: port is 0" % NEW, self.inject())

    def test_a_version_that_is_not_here_is_unreadable(self) -> None:
        self.write("certificates/.versions/x.local-c2/key.pem", "")
        self.assert_fails("CertificateUnreadable", "version 'c2' of the certificate for x.local is not on this instance", self.inject())

    def test_another_name_is_for_a_deployment(self) -> None:
        for name in ("cert.pem", "key.pem"):
            self.write("certificates/.versions/xXlocal-c2/" + name, "x")
        self.assert_fails("InvalidParameter", "release %s does not serve https as xXlocal; a deployment puts the certificate into service"
                          % NEW, self.inject(hostname="xXlocal"))

    def test_a_step_of_another_owner_changes_nothing(self) -> None:
        self.lock(owner=OWNER + OLD)
        self.assertEqual("LockLost", self.inject().answer["failure"])
        self.assertEqual(LINKS, self.read(os.path.join(self.state, "links")))

    def test_a_certificate_in_place_needs_each_sync(self) -> None:
        self.assert_needs_each_sync(lambda: self.assertEqual(0, self.inject().code))
