/** Lambda Invoke, and the two ways to run a packaged function. */
package cryptorobot.localcloud.aws.lambda;
