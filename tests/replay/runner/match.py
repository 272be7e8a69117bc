# SPDX-License-Identifier: Apache-2.0
"""Says in words where an expectation is not met. Objects match if they hold at least what is expected."""


def differences(expected, actual, where):
    """Yields one line for each place where `actual` is not as expected."""
    if expected is actual:
        return
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            if key not in actual:
                yield f"{where}.{key}: expected {value!r}, is not there"
            else:
                yield from differences(value, actual[key], f"{where}.{key}")
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from list_differences(expected, actual, where)
    elif expected != actual:
        yield f"{where}: expected {expected!r}, is {shortened(actual)}"


def list_differences(expected, actual, where):
    for i, (one, other) in enumerate(zip(expected, actual)):
        yield from differences(one, other, f"{where}[{i}]")
    for i, missing in enumerate(expected[len(actual) :], len(actual)):
        yield f"{where}[{i}]: expected {missing!r}, is not there"
    for i, extra in enumerate(actual[len(expected) :], len(expected)):
        yield f"{where}[{i}]: not expected: {shortened(extra)}"


def missing_rows(expected, actual, where):
    """Yields a line for each expected row that no actual one matches."""
    for row in expected:
        if all(any(differences(row, other, "")) for other in actual):
            yield f"{where}: no row like {row!r}"


def shortened(value):
    words = repr(value)
    return words if len(words) <= 400 else words[:400] + "..."
