/**
 * Turns the host steps in {@code scripts/host} into the SSM documents that run them. Used at build
 * time by {@link cryptorobot.deployer.document.HostDocuments}; nothing of it runs in a function.
 */
package cryptorobot.deployer.document;
