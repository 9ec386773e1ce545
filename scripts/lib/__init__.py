"""What the commands in ``scripts/`` share: platform, databases, servers, console."""
