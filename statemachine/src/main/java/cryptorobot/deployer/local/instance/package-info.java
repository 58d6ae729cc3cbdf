/**
 * Local instances: real systemd machines in {@code systemd-nspawn}, each with a network, a disk and
 * temporary credentials of its own, as on EC2. Start at {@link
 * cryptorobot.deployer.local.instance.Fleet}; {@link
 * cryptorobot.deployer.local.instance.NspawnFleet} is the one that boots them.
 */
package cryptorobot.deployer.local.instance;
