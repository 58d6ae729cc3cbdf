package cryptorobot.deployer.faults.model;

/** A folder under {@code releases/}: half made until its manifest is there. */
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
