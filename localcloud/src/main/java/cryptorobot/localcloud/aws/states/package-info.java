/** Step Functions: state machines, executions and what happens when one ends. */
package cryptorobot.localcloud.aws.states;
