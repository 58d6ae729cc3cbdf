"""How far a migration is, and whether what should serve in its phase is healthy."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from robothost.docker import held_file, inventory_file
from tests.containers import SECRET, ContainersTest
from tests.fixture import NEW


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


class CompareHealthTest(ContainersTest):
    def compare(self) -> Any:
        ended = self.run_step("compare-health")
        self.assertEqual(0, ended.code, ended)
        self.assertNotIn(SECRET, json.dumps(ended.answer) + ended.errors)
        return ended.answer

    def assert_phase(self, phase: str, well: bool) -> None:
        answer = self.compare()
        self.assertEqual((phase, well), (answer["phase"], answer["well"]), answer)

    def test_each_phase_has_what_should_serve(self) -> None:
        self.assert_phase("none", True)
        self.take_inventory()
        self.assert_phase("prepared", True)
        self.docker.containers[0]["State"]["Running"] = False
        self.assert_phase("prepared", False)
        self.docker.containers[0]["State"]["Running"] = True
        self.serving(NEW)
        self.assert_phase("parallel", True)
        self.write(held_file(self.layout), "{}")
        self.assert_phase("cutover", False)
        self.docker.containers[0]["State"]["Running"] = False
        self.assert_phase("cutover", True)
        armed = self.write(self.layout.armed, "{}")
        self.assert_phase("taking-over", False)
        os.unlink(armed)
        os.rename(inventory_file(self.layout), os.path.join(self.layout.migration, "cleaned-up"))
        self.assert_phase("cleaned-up", True)
        self.states({"crypto-robot": {"ActiveState": "failed"}})
        self.assert_phase("cleaned-up", False)

    def test_has_both_sides(self) -> None:
        server = HTTPServer(("127.0.0.1", 0), Answer)
        self.addCleanup(server.server_close)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.shutdown)
        self.take_inventory()
        inventory = json.loads(self.read(inventory_file(self.layout)))
        urls = ["http://127.0.0.1:%d/%s" % (server.server_port, path) for path in ("health", "other")]
        self.write(inventory_file(self.layout), json.dumps({**inventory, "health": urls[:1]}))
        self.serving(NEW, mode="simulation")
        self.write(self.layout.env_base, "A=1\n")
        answer = self.compare()
        self.assertEqual({"phase": "parallel", "well": True, "containers_well": True, "containers": [{"name": "robot", "running": True}],
                          "container_health": [{"url": urls[0], "status": 200, "milliseconds": 0}],
                          "python": {"release": NEW, "mode": "simulation", "healthy": True, "milliseconds": 0}, "env_base": True}, answer)
        self.write(inventory_file(self.layout), json.dumps({**inventory, "health": urls}))
        answer = self.compare()
        self.assertEqual(([200, 404], False), ([one["status"] for one in answer["container_health"]], answer["containers_well"]))

    def test_a_release_that_does_not_answer_is_not_healthy(self) -> None:
        self.serving(NEW)
        self.system.answer("curl", output="500")
        self.assert_phase("none", False)

    def test_a_release_that_cannot_be_used_is_not_healthy(self) -> None:
        self.serving(NEW)
        self.write(os.path.join(self.layout.release_state(NEW), "release.json"), "{}")
        answer = self.compare()
        self.assertEqual(({"release": NEW, "mode": "", "healthy": False, "milliseconds": 0}, False), (answer["python"], answer["well"]))

    def test_containers_that_cannot_be_read_are_a_failure(self) -> None:
        self.take_inventory()
        self.docker.answer("docker", "ps", errors="no daemon", code=1)
        self.assertEqual({"failure": "HostUnfit", "message": "the containers cannot be read: docker ps: no daemon"},
                         self.run_step("compare-health").answer)
