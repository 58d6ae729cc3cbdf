package cryptorobot.deployer.faults.model;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** An answer that the instance keeps for a second delivery, as {@code answers.sh} writes it. */
record Answered(
    String owner, int generation, int phase, String step, boolean released, ObjectNode answer) {}
