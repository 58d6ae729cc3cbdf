#!/bin/bash
# The entry point of the image, at the path that Testcontainers expects. LocalStack's own image does the same, and more that no test needs.
set -e
mkdir -p /var/lib/localstack/logs
# shellcheck source=/dev/null
. /opt/code/localstack/.venv/bin/activate
exec localstack-supervisor
