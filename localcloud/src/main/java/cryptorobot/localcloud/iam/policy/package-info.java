/** IAM's way to a decision, as far as this project's roles need it; the rest is refused. */
package cryptorobot.localcloud.iam.policy;
