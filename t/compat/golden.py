# SPDX-License-Identifier: ISC
"""The file of Kafka's answers, and the list of differences that are accepted.

An answer is a flat dict, path -> value.  In the file a case is a list of rows [path, versions, value], where versions is a list
of ranges ("3-7,9"): what does not depend on the version stands there once.
"""
import fnmatch
import json
import re


def ranges(numbers):
    out = []
    for n in sorted(numbers):
        if out and out[-1][1] == n - 1:
            out[-1][1] = n
        else:
            out.append([n, n])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in out)


def numbers(text):
    out = []
    for part in text.split(","):
        a, _, b = part.partition("-")
        out += range(int(a), int(b or a) + 1)
    return out


def save(path, offered, answers):
    """answers: {(api, case): {version: flat}}; offered: {api: (least, greatest)}."""
    with open(path, "w", encoding="utf-8") as f:
        f.write('{\n"offered": ' + json.dumps(offered) + ',\n"cases": {\n')
        cases = []
        for (api, name), per_version in answers.items():
            rows = {}       # in the order of first sight: path -> {json of value: versions}
            for v, flat in per_version.items():
                for path_, value in flat.items():
                    rows.setdefault(path_, {}).setdefault(json.dumps(value, ensure_ascii=False), []).append(v)
            lines = [f'[{json.dumps(p, ensure_ascii=False)}, "{ranges(vs)}", {value}]' for p, by in rows.items()
                     for value, vs in by.items()]
            cases.append(f'{json.dumps(api + " " + name)}: ["{ranges(per_version)}",\n' + ",\n".join(lines) + "]")
        f.write(",\n".join(cases) + "\n}}\n")


def load(path):
    with open(path, encoding="utf-8") as f:
        data = json.load(f)
    answers = {}
    for title, rows in data["cases"].items():
        api, _, name = title.partition(" ")
        per_version = {v: {} for v in numbers(rows[0])} if rows[0] else {}
        for path_, where, value in rows[1:]:
            for v in numbers(where):
                per_version[v][path_] = value
        answers[api, name] = per_version
    return {k: tuple(x) for k, x in data["offered"].items()}, answers


class Difference:
    def __init__(self, api, name, versions, path, ours, reason):
        self.api, self.name, self.path, self.ours, self.reason = api, name, path, ours, reason
        self.versions = None if versions == "*" else set(numbers(versions))
        self.used = 0

    def covers(self, api, name, v, path, ours):
        return (fnmatch.fnmatchcase(api, self.api) and fnmatch.fnmatchcase(name, self.name)
                and (self.versions is None or v in self.versions) and match(path, self.path)
                and (self.ours == "*" or match(ours if isinstance(ours, str) else shown(ours), self.ours)))


def match(text, pattern):
    """Like a shell's pattern, but for [ and ], which stand for themselves."""
    return re.fullmatch(".*".join(re.escape(p) for p in pattern.split("*")), text, re.S) is not None


ABSENT = "(absent)"


def shown(value):
    return value if value == ABSENT else json.dumps(value, ensure_ascii=False)


def differences(path):
    """Blocks of lines "API CASE VERSIONS PATH VALUE", tabs between, each block followed by an indented reason."""
    out, block = [], []
    with open(path, encoding="utf-8") as f:
        for n, line in enumerate(f, 1):
            if not line.strip() or line.startswith("#"):
                continue
            if line[0] in " \t":
                for d in block:
                    d.reason = f"{d.reason} {line.strip()}".strip()
                continue
            parts = [p for p in line.rstrip("\n").split("\t") if p]
            if len(parts) != 5:
                raise ValueError(f"{path}:{n}: five fields wanted, {len(parts)} found")
            if block and block[-1].reason:
                block = []
            block.append(Difference(*parts, ""))
            block[-1].line = n
            out.append(block[-1])
    return out


def compare(kafka, ours):
    """(path, Kafka's value, our value) of every path that differs."""
    for path in list(kafka) + [p for p in ours if p not in kafka]:
        a, b = kafka.get(path, ABSENT), ours.get(path, ABSENT)
        if a != b or type(a) is not type(b):
            yield path, a, b
