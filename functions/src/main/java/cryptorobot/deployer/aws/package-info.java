/** The ports implemented with AWS. The only package of the functions that uses its SDK. */
package cryptorobot.deployer.aws;
