package cryptorobot.deployer.hostile;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each invocation of the test gives the deployer one bad input of this kind. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ExtendWith(Tally.class)
public @interface Hostile {
  /** The kind of input, in the plural. */
  String value();
}
