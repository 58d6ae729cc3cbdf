/** Lambda Invoke, and the two ways a packaged function is run here. */
package cryptorobot.localcloud.aws.lambda;
