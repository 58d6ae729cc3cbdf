/**
 * The commands behind {@code scripts/local}. {@link cryptorobot.deployer.local.cli.Local} is where
 * they start; everything they change goes through the local cloud's AWS endpoint or its control
 * plane, as any other client's would.
 */
package cryptorobot.deployer.local.cli;
