package cryptorobot.deployer.faults.model;

/** A folder under {@code releases/}. It is incomplete until it has its manifest. */
final class Release {
  final String revision;
  boolean whole;
  String environment = "";
  Env env;
  Manifest manifest;

  Release(String revision) {
    this.revision = revision;
  }
}
