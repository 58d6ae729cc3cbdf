"""The tests of the host program: cd scripts/host && /usr/bin/python3 -m unittest -q. They need no root, systemd or network."""
