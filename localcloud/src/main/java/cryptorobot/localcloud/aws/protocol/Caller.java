package cryptorobot.localcloud.aws.protocol;

/** The caller: the access key that signed the request, for a region and a service. */
public record Caller(String accessKeyId, String region, String service) {}
