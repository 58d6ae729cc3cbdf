/** Secrets Manager with versions and stages, stored in files that only root can read. */
package cryptorobot.localcloud.aws.secrets;
