#!/bin/bash
# SPDX-License-Identifier: ISC
# kafkajs: kafkajs/client.js.
. "$(dirname "$0")/prelude.sh"

need node
client kafkajs kafkajs/node_modules
broker
export NODE_PATH=$cache/kafkajs/node_modules
run node "$here/kafkajs/client.js" "$BOOTSTRAP" "$(fresh_name kafkajs)"
