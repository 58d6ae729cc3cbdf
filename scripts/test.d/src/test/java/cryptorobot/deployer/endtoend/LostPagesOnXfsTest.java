package cryptorobot.deployer.endtoend;

class LostPagesOnXfsTest extends LostPages {
  LostPagesOnXfsTest(FaultFixture fixture, FaultTable table) {
    super(fixture, table, "xfs");
  }
}
