package cryptorobot.deployer.step;

import java.util.Optional;

/** How the page of a service is checked. The schema describes the fields. */
record ServiceHealth(
    Optional<String> path,
    Optional<String> expectedText,
    Optional<Integer> port,
    Optional<String> protocol) {}
