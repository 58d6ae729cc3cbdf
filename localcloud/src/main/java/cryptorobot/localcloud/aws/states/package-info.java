/** Step Functions: state machines, executions, and the events when an execution ends. */
package cryptorobot.localcloud.aws.states;
