package cryptorobot.deployer.definition;

/** Answers of functions when every step succeeds. */
public final class World {
  public static final String NEW = "20261123T061500Z-abc1234";
  public static final String GOOD = "20261120T000000Z-900d000";

  private static final String NOTHING_SERVES =
      """
      {"acquired": true, "generation": 7, "stolen": false,
       "nothing_to_do": false, "differences": ["release"], "revision": "", "release": "",
       "serving": null, "healthy": false, "releases": [], "settings": {}, "built": false}
      """;

  private World() {}

  /** A host on which this release serves and a new commit is to be deployed. */
  public static ScriptedFunctions serving(String release) {
    return goingWell()
        .answer("acquire-lock", inspected(release))
        .answer("inspect-host", inspected(release))
        .answer("discard-release", "{\"discarded\": \"%s\", \"serving\": null}".formatted(NEW))
        .answer(
            "roll-back",
            """
            {"serving": {"release": "%s", "revision": "0ld", "mode": "live", "protocol": "https"},
             "settings": {"Services": "[]", "Port": "5000"}}
            """
                .formatted(release));
  }

  /** A host on which nothing was ever deployed. */
  public static ScriptedFunctions empty() {
    return goingWell()
        .answer("acquire-lock", NOTHING_SERVES)
        .answer("inspect-host", NOTHING_SERVES)
        .answer("roll-back", "{\"serving\": null, \"settings\": {}}");
  }

  public static String plan(String operation, boolean restoresPower) {
    return """
    {"environment": "crypto-robot.local", "operation": "%s", "application_path": "/opt/crypto-robot",
     "starts_instance": true, "restore_power": %s, "stamp": "20261123T061500Z",
     "settings": {"Environment": "crypto-robot.local", "Operation": "%s", "Protocol": "https-or-http"},
     "named": {}}
    """
        .formatted(operation, restoresPower, operation);
  }

  public static String instance(String state, boolean wasStopped) {
    return """
    {"instance_id": "i-0123456789abcdef0", "state": "%s", "was_stopped": %s,
     "address": "10.213.0.2", "agent_version": "3.3.4624.0"}
    """
        .formatted(state, wasStopped);
  }

  /** The lock is taken and released, and what serves is what is requested. */
  public static String nothingToDo(String serving) {
    return inspected(serving).replace("\"nothing_to_do\": false", "\"nothing_to_do\": true");
  }

  /** The lock is taken, and a new commit is to be deployed. */
  public static String inspected(String serving) {
    return inspected(serving, "");
  }

  /** The same for an operation on a release that is on the instance. */
  public static String inspected(String serving, String target) {
    return """
    {"acquired": true, "generation": 7, "stolen": false, "nothing_to_do": false,
     "differences": ["commit"], "revision": "abc1234def", "release": "%s",
     "serving": {"release": "%s", "revision": "0ld", "mode": "live", "protocol": "https"},
     "healthy": true, "releases": [], "settings": {}, "built": %s}
    """
        .formatted(target, serving, !target.isEmpty());
  }

  private static ScriptedFunctions goingWell() {
    return new ScriptedFunctions()
        .answer("PlanDeployment", plan("deploy", false))
        .answer("StartInstance", instance("running", false))
        .answer(
            "StopInstance", "{\"instance_id\": \"i-0123456789abcdef0\", \"state\": \"stopped\"}")
        .answer(
            "read-status",
            "{\"release\": \"\", \"mode\": \"\", \"protocol\": \"\", \"health\": \"unknown\"}")
        .answer(
            "deploy-release",
            """
            {"parts": [{"part": "prepare", "seconds": 0.1}, {"part": "fetch", "seconds": 0.2},
                       {"part": "build", "seconds": 0.3}],
             "python": "/usr/bin/python3.11", "python_version": "3.11.2", "sudo": "",
             "release": "%s", "revision": "abc1234def", "branch": "main", "subject": "Trade",
             "environment_hash": "e1", "reused": true, "packages": ["requests 2.31.0 → 2.32.3"],
             "unused": ["data/x is not used"], "warnings": ["two indexes"]}
            """
                .formatted(NEW))
        .answer(
            "ValidateCertificate",
            """
            {"protocol": "https", "valid": true, "problem": "", "not_after": "2027-01-01T00:00:00Z",
             "certificate_version": "c1", "warning": ""}
            """)
        .answer(
            "InjectKeys",
            "{\"mode\": \"live\", \"keys_version\": \"k1\", \"reason\": \"\", \"protocol\": \"https\"}")
        .answer(
            "activate-release", "{\"release\": \"r\", \"previous\": \"p\", \"dead_man_at\": \"t\"}")
        .answer("CheckHealth", "{\"healthy\": true, \"probes\": 3, \"seconds\": 10}")
        .answer("confirm-release", "{\"confirmed\": true, \"kept\": [], \"removed\": []}")
        .answer(
            "release-lock",
            "{\"released\": true, \"serving\": \"%s\", \"unconfirmed\": false}".formatted(GOOD));
  }
}
