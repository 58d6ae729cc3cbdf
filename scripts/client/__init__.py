"""The client: starts the operations of the deployer and follows them, on AWS (operate) and on this machine (local)."""
