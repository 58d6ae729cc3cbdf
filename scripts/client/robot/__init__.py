"""What the files of a robot's repository imply about its deployment. Nothing in it is run; client.adopt_robot prints the result."""
