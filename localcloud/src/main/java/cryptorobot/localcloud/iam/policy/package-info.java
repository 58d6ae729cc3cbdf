/** IAM's policy evaluation, as far as this project's roles need it. Everything else is refused. */
package cryptorobot.localcloud.iam.policy;
