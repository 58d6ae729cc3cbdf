/** The roles that template.yaml gives to functions, state machines and instances. */
package cryptorobot.localcloud.iam.template;
