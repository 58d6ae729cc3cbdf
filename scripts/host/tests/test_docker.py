"""What docker prints, and what of it leaves this host."""

import os

from robothost.docker import NotDone, answer, command, containers
from tests.containers import PORT, SECRET, ContainersTest


class DockerTest(ContainersTest):
    def test_a_setting_of_a_container_is_redacted_before_a_message_is_cut(self) -> None:
        self.docker.containers[0]["Config"]["Env"] = ["EXCHANGE_TOKEN=of-the-container-alone", "PATH=/bin"]
        self.write("releases/a/.env", "SECRET_TOKEN=%s\n" % SECRET)
        host = self.step_host()
        containers(host, [])
        self.docker.answer("docker", "start", errors="first\n%0280d %s of-the-container-alone" % (0, SECRET), code=1)
        with self.assertRaises(NotDone) as caught:
            command(host, "docker", "start", "robot")
        message = str(caught.exception)
        self.assertTrue(message.startswith("docker start: 000"), message)
        for part in (SECRET[:6], "of-the-con"):
            self.assertNotIn(part, message)

    def test_every_command_has_a_time_limit(self) -> None:
        host = self.step_host()
        self.assertEqual("", command(host, "docker", "start", "robot"))
        self.docker.answer("docker", "start", errors="docker did not end within 150 s", code=124)
        with self.assertRaisesRegex(NotDone, "^docker start: docker did not end within 150 s$"):
            command(host, "docker", "start", "robot")

    def test_no_answer_is_status_0(self) -> None:
        for url in ("http://127.0.0.1:%d/" % PORT, "https://127.0.0.1:%d/" % PORT, "http://[/"):
            self.assertEqual((0, 0), answer(self.step_host(), url))
        self.assertFalse(os.path.exists(self.layout.migration))
