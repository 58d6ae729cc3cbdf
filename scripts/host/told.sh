#!/usr/bin/env bash
# told: write down what has been told about this instance.
#
# Promise: the next reading of this operation compares with exactly this text. Needs no lock and disturbs no deployment.
# Changes: .deployer/told/<operation>. Prints {"told"}.
#
# Parameter Operation ^[a-z-]{1,20}$ The operation of the watch whose change was told.
# Parameter Told ^[A-Za-z0-9._:\x20-]{1,200}$ What was told, as the reading worded it.
# Timeout 30
# Uses told.sh
require_pattern Operation "${SSM_Operation:?}" '^[a-z-]{1,20}$'
remember_told "$SSM_Operation" "${SSM_Told:?}"
result "{\"told\":$(json_string "$SSM_Told")}"
