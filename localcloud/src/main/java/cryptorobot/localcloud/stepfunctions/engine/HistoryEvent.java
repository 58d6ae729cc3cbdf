package cryptorobot.localcloud.stepfunctions.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One event, named and filled as in AWS's GetExecutionHistory.
 *
 * @param id from 1
 * @param previousEventId the event before it in the same branch; 0 for the first two of an
 *     execution
 * @param detailsField the field that carries the details; empty when the type has none
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
