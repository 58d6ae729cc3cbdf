package cryptorobot.deployer.faults.model;

import java.util.List;

/**
 * {@code .deployer/releases/<id>}: everything root does to serve a release.
 *
 * @param certificate the version the certificate's link leads to; empty over HTTP
 */
record RootState(List<UnitFile> units, String environment, String certificate) {}
