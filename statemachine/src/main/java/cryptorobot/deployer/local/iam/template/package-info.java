/** The roles that template.yaml gives to functions, state machines and instances. */
package cryptorobot.deployer.local.iam.template;
