/**
 * Serves git repositories of this machine to the instances over HTTPS, read-only. A request of a
 * deploy accepts no {@code file:} URL, here as on AWS, so an instance fetches from this server as
 * it fetches from GitHub.
 */
package cryptorobot.localcloud.git;
