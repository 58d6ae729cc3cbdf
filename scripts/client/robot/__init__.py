"""What a repository of a robot says about how to deploy it. Nothing in it is run; client.adopt_robot prints the result."""
