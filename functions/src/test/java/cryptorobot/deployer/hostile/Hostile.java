package cryptorobot.deployer.hostile;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each invocation of the test throws one bad input of this kind at the deployer. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ExtendWith(Tally.class)
public @interface Hostile {
  /** What was bad, in the plural. */
  String value();
}
