package cryptorobot.deployer.step;

import java.util.function.Supplier;

/**
 * A value that is made when it is first needed, and only once. Not thread-safe: a function runs in
 * one thread.
 */
final class Lazy<T> implements Supplier<T> {

  private final Supplier<T> source;
  private T value;

  Lazy(Supplier<T> source) {
    this.source = source;
  }

  @Override
  public T get() {
    if (value == null) {
      value = source.get();
    }
    return value;
  }
}
