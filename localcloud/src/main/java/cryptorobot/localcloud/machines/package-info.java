/**
 * Local instances: real systemd machines in {@code systemd-nspawn}, each with a network, a disk and
 * temporary credentials of its own, as on EC2. Start at {@link
 * cryptorobot.localcloud.machines.Fleet}; {@link cryptorobot.localcloud.machines.NspawnFleet} is
 * the one that boots them.
 */
package cryptorobot.localcloud.machines;
