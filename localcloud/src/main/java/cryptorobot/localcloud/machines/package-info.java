/**
 * Local instances: systemd machines in {@code systemd-nspawn}, each with its own network, disk and
 * temporary credentials, as on EC2. Start at {@link cryptorobot.localcloud.machines.Fleet}; {@link
 * cryptorobot.localcloud.machines.NspawnFleet} boots them.
 */
package cryptorobot.localcloud.machines;
