package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * An event with the type and details of AWS's GetExecutionHistory.
 *
 * @param id starts at 1
 * @param previousEventId the previous event in the same branch; 0 for the first two events of an
 *     execution
 * @param detailsField the field with the details; empty if the type has none
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html">
 *     HistoryEvent</a>
 */
public record HistoryEvent(
    long id,
    long previousEventId,
    Instant timestamp,
    String type,
    String detailsField,
    ObjectNode details) {}
