#!/bin/bash
# SPDX-License-Identifier: ISC
# franz-go: franz-go/main.go.
. "$(dirname "$0")/prelude.sh"

need go
client franz-go franz-go/client
broker
run "$cache/franz-go/client" "$BOOTSTRAP" "$(fresh_name franz-go)"
