package cryptorobot.localcloud.aws.sns;

import java.time.Instant;

/**
 * What was published once.
 *
 * @param text what people get, by e-mail say
 * @param message what programs get, in a queue say; the same unless it was published with a
 *     structure
 */
public record PublishedMessage(
    Instant at, String messageId, String topicArn, String subject, String text, String message) {}
