package cryptorobot.deployer.step;

/** A program of the application; its fields are those of the schema. */
record Service(String name, String type, String command, boolean enabled) {

  Service runningIn(Mode mode) {
    return new Service(name, type, command, enabled && mode.runs(this));
  }
}
