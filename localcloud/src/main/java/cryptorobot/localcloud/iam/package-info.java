/**
 * The local cloud's IAM. Who calls is told by the access key id: a function's, the state machines',
 * an instance's, a role's of the template that has a name of its own. Those may do what their role
 * in template.yaml says. Any other key is the person at this machine, who may do everything, like
 * an administrator of the account.
 */
package cryptorobot.localcloud.iam;
