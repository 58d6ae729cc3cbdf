/** Secrets Manager with versions and stages, kept in files only root can read. */
package cryptorobot.deployer.local.cloud.secrets;
