/** Step Functions: state machines, executions and what happens when one ends. */
package cryptorobot.deployer.local.cloud.states;
