/** The ports on AWS: the only room of the functions that knows its SDK. */
package cryptorobot.deployer.aws;
