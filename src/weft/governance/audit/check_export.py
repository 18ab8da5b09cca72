"""Checks an export of an audit trail, with nothing but Python's own library: `python3 check_export.py [PUBLIC_KEY.pem]`.

It stands in each export beside what it checks, and imports nothing of Weft: whoever is handed an export need trust no program of
whoever made it, and may read this one.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from pathlib import Path

# Ed25519 as RFC 8032, section 5.1, has it.
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT = pow(2, (PRIME - 1) // 4, PRIME)
PEM_PREFIX = bytes.fromhex("302a300506032b6570032100")
GENESIS = "0" * 64
Point = tuple[int, int, int, int]


def added(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % PRIME, (p[1] + p[0]) * (q[1] + q[0]) % PRIME
    c, d = 2 * p[3] * q[3] * D % PRIME, 2 * p[2] * q[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(number: int, point: Point) -> Point:
    found = (0, 1, 1, 0)
    while number:
        found = added(found, point) if number & 1 else found
        point, number = added(point, point), number >> 1
    return found


def point_of(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT % PRIME
    if (x * x - square) % PRIME or (not x and sign):
        return None
    x = PRIME - x if x & 1 != sign else x
    return x, y, 1, x * y % PRIME


BASE = point_of((4 * pow(5, PRIME - 2, PRIME) % PRIME).to_bytes(32, "little"))


def has_signed(key: bytes, text: bytes, signature: bytes) -> bool:
    if len(signature) != 64:
        return False
    public, point = point_of(key), point_of(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if public is None or point is None or BASE is None or scalar >= ORDER:
        return False
    factor = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % ORDER
    left, right = times(scalar, BASE), added(point, times(factor, public))
    return (
        not (left[0] * right[2] - right[0] * left[2]) % PRIME and not (left[1] * right[2] - right[1] * left[2]) % PRIME
    )


def key_of(file: Path) -> bytes:
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("-")]
    data = base64.b64decode("".join(lines))
    if len(data) != 44 or not data.startswith(PEM_PREFIX):
        raise SystemExit(f"{file} is no Ed25519 public key")
    return data[12:]


def problems(folder: Path, keys: list[bytes]) -> list[str]:
    """All that is wrong with an export; nothing where it holds."""
    named = {hashlib.sha256(key).hexdigest()[:16]: key for key in keys}
    text = (folder / "export.json").read_bytes()
    signature = bytes.fromhex((folder / "export.json.signature").read_text().strip())
    told = json.loads(text)
    found = []
    if told["key"] not in named or not has_signed(named[told["key"]], text, signature):
        found.append("export.json: not signed by a key that you trust, or changed since")
    for name, digest in told["files"].items():
        file = folder / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            found.append(f"{name}: missing, or not what was exported")
    links = list(of_chain(folder, told, found))
    of_heads(folder, (told, dict(links)), named, found)
    return found


def of_chain(folder: Path, told: dict, found: list[str]) -> "list[tuple[int, str]]":  # type: ignore[type-arg]  # noqa: UP037
    number, link = told["before"]["number"], told["before"]["link"]
    links = [(number, link)]
    bodies = 0
    for line in (folder / "chain.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        number += 1
        parts = (link, str(number), str(one["at"]), one["domains"], one["digest"])
        link = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        if one["number"] != number or one["link"] != link:
            found.append(f"record {one['number']}: it does not follow the one before it")
            number, link = one["number"], one["link"]
        is_asked = not told["domain"] or told["domain"] in one["domains"].split(",")
        if one["body"] is not None and hashlib.sha256(one["body"].encode()).hexdigest() != one["digest"]:
            found.append(f"record {number}: its body is not what its digest says")
        if one["body"] is None and is_asked and is_within(one["at"], told):
            found.append(f"record {number}: it is of the domain and the time that were asked for, and withheld")
        bodies += one["body"] is not None
        links.append((number, link))
    print(f"{len(links) - 1} records in the chain, {bodies} of them disclosed")
    return links


def is_within(at: int, told: dict) -> bool:  # type: ignore[type-arg]
    from datetime import datetime

    since, until = (round(datetime.fromisoformat(told[name]).timestamp() * 1_000_000) for name in ("since", "until"))
    return bool(since <= at < until)


def of_heads(folder: Path, known: tuple, named: dict[str, bytes], found: list[str]) -> None:  # type: ignore[type-arg]
    told, links = known
    signed = set()
    for line in (folder / "heads.jsonl").read_text().splitlines():
        head = json.loads(line)
        text = f"weft audit {head['what']}\n{head['mesh']}\n{head['number']}\n{head['link']}\n{head['at']}\n"
        is_signed = head["key"] in named and has_signed(
            named[head["key"]], text.encode(), bytes.fromhex(head["signature"])
        )
        if not is_signed or head["mesh"] != told["mesh"]:
            found.append(f"the head of record {head['number']}: not signed by a key that you trust")
        elif links.get(head["number"]) != head["link"]:
            found.append(f"the head of record {head['number']}: what was signed is not what stands there")
        else:
            signed.add(head["number"])
    start, end = told["before"]["number"], told["last"]
    if start and start not in signed:
        found.append(f"no head vouches for record {start}, behind which the chain begins")
    if not start and told["before"]["link"] != GENESIS:
        found.append("the chain does not begin where a trail begins")
    if links and (max(links) != end or (end and end not in signed)):
        found.append(f"no head vouches for record {end}, where the chain ends")
    print(f"{len(signed)} heads hold")


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    given = [Path(name) for name in sys.argv[1:]] or sorted(here.glob("public-*.pem"))
    wrong = problems(here, [key_of(file) for file in given])
    print("\n".join(wrong) if wrong else "it holds")
    sys.exit(1 if wrong else 0)
