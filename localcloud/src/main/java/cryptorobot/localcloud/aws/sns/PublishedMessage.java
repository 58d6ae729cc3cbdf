package cryptorobot.localcloud.aws.sns;

import java.time.Instant;

/**
 * A published message.
 *
 * @param text for people, for example by e-mail
 * @param message for programs, for example in a queue; equals the text unless the message was
 *     published with a structure
 */
public record PublishedMessage(
    Instant at, String messageId, String topicArn, String subject, String text, String message) {}
