package cryptorobot.deployer.faults.model;

import java.util.List;

/**
 * {@code releases/<id>} in root's state folder: what root uses to serve a release.
 *
 * @param certificate the version that the certificate's link leads to; empty over HTTP
 * @param digests of that version's content, by which drift is detected
 */
record RootState(List<UnitFile> units, String environment, String certificate, String digests) {
  RootState withCertificate(String version) {
    return new RootState(units, environment, version, digests);
  }

  RootState withDigests(String version) {
    return new RootState(units, environment, certificate, version);
  }
}
