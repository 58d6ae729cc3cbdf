/**
 * The Amazon States Language as sealed records, and their parser. The parser refuses every field
 * that is not implemented.
 */
package cryptorobot.localcloud.stepfunctions.asl;
