/** The protocols AWS JSON 1.0, AWS JSON 1.1 and AWS Query, and the HTTP server. */
package cryptorobot.localcloud.aws.protocol;
