/**
 * How requests become calls and answers become bytes: AWS JSON 1.0 and 1.1, AWS Query, and the HTTP
 * server.
 */
package cryptorobot.localcloud.aws.protocol;
