package cryptorobot.deployer.step;

import java.util.function.Supplier;

/**
 * Something costly that is opened when first needed, and once. For one thread, as a function is.
 */
final class Lazy<T> implements Supplier<T> {

  private final Supplier<T> open;
  private T opened;

  Lazy(Supplier<T> open) {
    this.open = open;
  }

  @Override
  public T get() {
    if (opened == null) {
      opened = open.get();
    }
    return opened;
  }
}
