# SPDX-License-Identifier: Apache-2.0
"""Lays a case's small TOML file over the common one of its role.

Tables are laid over key by key; members of an array of tables over the one with the same `name`, others are added behind.
`without = ["rule", "peer.preshared_key"]` takes keys out of the common file before.
"""
import json
import tomllib


def compose(common, overlay):
    """The text of the configuration in file `common`, with file `overlay` laid over it if there is one."""
    config = tomllib.loads(common.read_text())
    if overlay.exists():
        changes = tomllib.loads(overlay.read_text())
        for path in changes.pop("without", []):
            remove(config, path.split("."))
        lay_over(config, changes)
    return toml(config)


def remove(config, path):
    if isinstance(config, list):
        for member in config:
            remove(member, path)
    elif len(path) == 1:
        config.pop(path[0], None)
    else:
        remove(config[path[0]], path[1:])


def lay_over(config, changes):
    for key, value in changes.items():
        if isinstance(value, dict):
            lay_over(config.setdefault(key, {}), value)
        elif is_array_of_tables(value):
            lay_members_over(config.setdefault(key, []), value)
        else:
            config[key] = value


def lay_members_over(members, changes):
    by_name = {member.get("name"): member for member in members}
    for change in changes:
        if change.get("name") in by_name:
            lay_over(by_name[change["name"]], change)
        else:
            members.append(change)


def is_array_of_tables(value):
    return isinstance(value, list) and bool(value) and all(isinstance(member, dict) for member in value)


def toml(config):
    """TOML text of nested dictionaries, lists and scalars; plain values before the tables, as TOML wants them."""
    lines = []
    write_table(config, "", lines)
    return "\n".join(lines) + "\n"


def write_table(table, path, lines):
    tables = {key: value for key, value in table.items() if isinstance(value, dict) or is_array_of_tables(value)}
    lines += [f"{key} = {scalar(value)}" for key, value in table.items() if key not in tables]
    for key, value in tables.items():
        name = f"{path}{key}"
        for member in value if isinstance(value, list) else [value]:
            lines += ["", f"[[{name}]]" if isinstance(value, list) else f"[{name}]"]
            write_table(member, name + ".", lines)


def scalar(value):
    if isinstance(value, list):
        return "[" + ", ".join(scalar(item) for item in value) + "]"
    return json.dumps(value)  # its strings, numbers and booleans are TOML's too
