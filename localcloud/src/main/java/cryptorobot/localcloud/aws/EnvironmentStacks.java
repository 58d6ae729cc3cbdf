package cryptorobot.localcloud.aws;

/** What CloudFormation does with an environment's stack: creates and deletes its state machines. */
public interface EnvironmentStacks {
  /**
   * Creates or updates the stack of an environment. Throws {@link IllegalArgumentException} if the
   * names of its resources are those of another environment.
   */
  void create(String environment);

  void delete(String environment);
}
