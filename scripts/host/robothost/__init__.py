"""robothost: the host program: what the deployer does on an instance. A module for each subject."""
