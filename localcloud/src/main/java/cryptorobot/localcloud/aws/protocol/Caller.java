package cryptorobot.localcloud.aws.protocol;

/** Who makes a call: the access key that it is signed with, for a region and a service. */
public record Caller(String accessKeyId, String region, String service) {}
