package cryptorobot.deployer.endtoend;

class LostPagesOnExt4Test extends LostPages {
  LostPagesOnExt4Test(FaultFixture fixture, FaultTable table) {
    super(fixture, table, "ext4");
  }
}
