"""What the client does on this machine before and beside the shared commands: the local cloud, instances, repositories."""
