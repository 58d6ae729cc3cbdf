/**
 * Turns the host steps in {@code scripts/host} into the SSM documents that run them. The build runs
 * {@link cryptorobot.deployer.document.HostDocuments}; no function uses this package.
 */
package cryptorobot.deployer.document;
