/**
 * The Amazon States Language as values: text in, sealed records out. The parser refuses every field
 * it does not implement.
 */
package cryptorobot.localcloud.stepfunctions.asl;
