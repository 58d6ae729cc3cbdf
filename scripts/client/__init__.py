"""The client: starts the deployer's operations and follows them, on AWS (operate) and on this machine (local)."""
