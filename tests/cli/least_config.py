# SPDX-License-Identifier: Apache-2.0
"""The least a branch is configured with; tests put behind it what they are about."""


def least_config(generation):
    return f"""schema = 1
[node]
name = "b1"
role = "branch"
generation = {generation}
[identity]
private_key = "file:node.key"
[[port]]
name = "lan0"
side = "inside"
[[port]]
name = "wan0"
side = "outside"
addresses = ["10.0.0.2/24"]
"""
