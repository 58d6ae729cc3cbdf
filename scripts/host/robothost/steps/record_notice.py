r"""record-notice: write down what was reported about this instance.

Guarantee: the next reading of this operation compares with exactly this text. Needs no lock and disturbs no deployment.
Changes: the file of the operation in told/. Prints {"told"}.

Parameter Operation ^[a-z-]{1,20}$ The operation of the watch whose change was reported.
Parameter Told ^[A-Za-z0-9._:\x20-]{1,200}$ What was reported, in the words of the reading.
Timeout 30
"""

from robothost import told
from robothost.step import Host, as_json


def run(host: Host) -> str:
    text = host.request.text("Told")
    told.remember(host.layout, host.request.text("Operation"), text)
    return as_json({"told": text})
