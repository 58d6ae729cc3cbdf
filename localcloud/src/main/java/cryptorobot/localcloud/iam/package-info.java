/**
 * The local cloud's IAM. The access key id identifies the caller: a function, the state machines,
 * an instance, or another named role of the template. Their role in template.yaml limits them. The
 * operator's key belongs to the user of this machine, principal may do everything, like an
 * administrator of the account. Other keys are refused.
 */
package cryptorobot.localcloud.iam;
