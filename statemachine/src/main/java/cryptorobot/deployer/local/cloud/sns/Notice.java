package cryptorobot.deployer.local.cloud.sns;

import java.time.Instant;

/** What was published once. */
public record Notice(
    Instant at, String messageId, String topicArn, String subject, String message) {}
