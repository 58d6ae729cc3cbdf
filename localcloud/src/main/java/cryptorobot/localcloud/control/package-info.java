/** The private endpoints under {@code /_local/} that AWS has no operation for. */
package cryptorobot.localcloud.control;
