/**
 * AWS on one machine, for trials and tests. {@link cryptorobot.localcloud.LocalCloud} is the
 * program; {@link cryptorobot.localcloud.Cloud} composes the services.
 */
package cryptorobot.localcloud;
