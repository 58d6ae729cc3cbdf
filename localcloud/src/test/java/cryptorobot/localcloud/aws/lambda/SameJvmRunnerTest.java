package cryptorobot.localcloud.aws.lambda;

import java.nio.file.Path;
import java.time.Instant;

final class SameJvmRunnerTest extends FunctionRunnerTest {
  @Override
  FunctionRunner runner(Path jar) {
    return new SameJvmRunner(jar, Instant::now, (_, line) -> lines.add(line));
  }
}
