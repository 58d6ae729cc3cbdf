/** Secrets Manager with versions and stages, kept in files only root can read. */
package cryptorobot.localcloud.aws.secrets;
