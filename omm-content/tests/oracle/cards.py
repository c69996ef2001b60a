"""Card files and what was written for them, both read by `vobject`: what differs in meaning.

Lines are vobject's, and charsets and quoted-printable are taken off by it; but not its values, which it cuts at the first
comma: in a TEXT of 2.1 a comma is a letter like any other.
"""

import base64
import io
import re
import sys

try:
    import vobject
    from vobject.base import ContentLine, getLogicalLines, parseLine
    from vobject.vcard import splitFields
except ImportError as error:
    print("absent", error)
    sys.exit(77)

from pairs import Component, folder_of_samples, letters, octets, report

FRAME = ("BEGIN", "END", "VERSION")
BYTES = ("PHOTO", "LOGO", "SOUND", "KEY")
# How a value is transported, and not what it says.
TRANSPORT = ("quoted-printable", "base64", "b", "8bit", "7bit", "url", "uri", "inline", "content-id", "cid", "")


def blocks(text):
    """Cards one by one, without their frame; a card within a card (AGENT) stays within it."""
    lines = re.split(r"\r\r\n|\r\n|\n|\r", text)
    depth, start = 0, 0
    for at, line in enumerate(lines):
        word = line.rstrip().upper()
        if word == "BEGIN:VCARD":
            # What has no end costs itself only.
            depth = depth + 1 if depth and re.match(r"AGENT\b.*:\s*$", lines[at - 1], re.I) else 1
            start = at + 1 if depth == 1 else start
        elif word == "END:VCARD" and depth:
            depth -= 1
            if depth == 0:
                yield lines[start:at]


class Line:
    """A property: vobject's reading of it, with its letters."""

    def __init__(self, text):
        name, params, value, group = parseLine(text)
        try:
            line = ContentLine(name, params, value, group)
        except UnicodeDecodeError:
            line = ContentLine(name, [*params, ["CHARSET", "cp1252"]], value, group)
        self.name = line.name
        self.group = f"{group}." if group else ""
        charset = line.params.get("CHARSET", [None])[0]
        self.value = line.value if line.value != value else letters(value, charset)
        self.words = list(line.singletonparams)
        self.params = {name: [letters(one, charset) for one in values] for name, values in line.params.items()}


def card(lines):
    """The properties of a card. A line that vobject cannot read is left out."""
    version = next((line.split(":", 1)[1].strip() for line in lines if re.match("VERSION:", line, re.I)), "")
    text = "\r\n".join(lines) + "\r\n"
    # Without a version it is one of the old ones if it looks like them.
    is_old = version == "2.1" or not version and re.search(r"^[\w.-]+;([^:]*;)?\w+[;:]", text, re.M)
    found = []
    for line, _ in getLogicalLines(io.StringIO(text), "QUOTED-PRINTABLE" in text.upper()):
        try:
            found.append(Line(line))
        except Exception:
            pass
    return is_old, version, found


def properties(lines):
    """A card of 3.0 or 4.0: its lines themselves, with their fields told apart."""
    found = []
    for line in lines:
        params = [f"{name}={','.join(sorted(map(str.upper, values)))}" for name, values in line.params.items()]
        params += [f"{'ENCODING=B' if word.upper() == 'BASE64' else 'TYPE=' + word.upper()}" for word in line.words]
        value = splitFields(line.value) if line.name in ("N", "ADR", "ORG") else line.value
        found.append((line.group + line.name, ";".join([*sorted(params), ""]) + str(value)))
    return found


def fields(value, is_old):
    """What semicolons part; empty fields at the end say nothing."""
    if is_old:
        parts = [re.sub(r"\\([;,\\])", r"\1", part) for part in re.split(r"(?<!\\);", value)]
    else:
        parts = [",".join(part) if isinstance(part, list) else part for part in splitFields(value)]
    return "|".join(parts).rstrip("|")


def plain(value):
    value = re.sub(r"\\([nN;,\\])", lambda found: "\n" if found[1] in "nN" else found[1], value)
    return value.replace("\r\n", "\n").replace("\r", "\n")


def data_of(line):
    """The bytes of a photo, a logo, a sound or a key, whichever way they are written."""
    found = re.match(r"data:[^,]*;base64,(.*)", line.value, re.S)
    words = [word.upper() for word in line.words + line.params.get("ENCODING", [])]
    if found or "BASE64" in words or "B" in words:
        text = re.sub(r"\s", "", found[1] if found else line.value)
        try:
            return base64.b64encode(base64.b64decode(text)).decode()
        except ValueError:
            return "broken " + text
    return None


def meaning(lines, is_old):
    """A card of 2.1, or of the 4.0 that was made of it, in words that both versions share."""
    found, lines = [], list(lines)
    while lines:
        line = lines.pop(0)
        words = line.words + [word for value in line.params.get("TYPE", []) for word in re.split("[, ]", value)]
        words = {word.lower() for word in words + ["pref"] * ("PREF" in line.params)} - set(TRANSPORT)
        own = ("TYPE", "PREF", "ENCODING", "CHARSET", "VALUE", "LABEL")
        params = [f"{name}={','.join(values)}" for name, values in line.params.items() if name not in own]
        say = lambda value, words=words, name=line.name: found.append(
            (line.group + name, ";".join([*sorted(words), *sorted(params), ""]) + value)
        )
        is_agent = line.name == "RELATED" and "agent" in words
        if line.name in FRAME:
            continue
        if is_agent:
            inside = base64.b64decode(line.value.partition(",")[2]).decode("latin-1")
            found += [("AGENT/" + name, said) for name, said in meaning(card(next(blocks(inside)))[2], False)]
        elif line.name == "AGENT" and lines and lines[0].name == "BEGIN":
            end = next(at for at, one in enumerate(lines) if one.name == "END")
            found += [("AGENT/" + name, said) for name, said in meaning(lines[1:end], True)]
            lines = lines[end + 1 :]
        elif line.name in BYTES and data_of(line) is not None:
            # 4.0 says in the URI what kind of data it is.
            say(data_of(line), words & {"home", "work", "pref"})
        elif line.name == "LABEL":
            if line.value:
                say(plain(line.value), words - {"pref"})
        elif line.name == "ADR":
            for label in line.params.get("LABEL", []):
                label = re.sub(r"\^([n'^])", lambda one: {"n": "\n", "'": '"', "^": "^"}[one[1]], label)
                say(label, words - {"pref"}, "LABEL")
            if fields(line.value, is_old) or "LABEL" not in line.params:
                say(fields(line.value, is_old))
        elif line.name in ("N", "ORG", "X-PHONETIC-NAME"):
            say(fields(line.value, is_old))
        elif line.name in ("CATEGORIES", "NICKNAME"):
            for part in re.split(r"[;,]", line.value):
                part.strip() and say(plain(part.strip()))
        elif line.name == "GEO":
            say(re.sub("^geo:", "", line.value).replace(";", ","))
        elif line.name in ("BDAY", "ANNIVERSARY", "REV"):
            say(re.sub("[-:]", "", line.value))
        elif line.name in ("URL", "UID", "FBURL", "CALURI", "CALADRURI", "SOURCE"):
            say(line.value.strip())
        else:
            say(plain(line.value))
    return found


def component(own):
    identity = tuple(said for name, said in sorted(own) if name in ("UID", "FN", "N"))
    return Component("VCARD", identity, own)


def is_read(text):
    """Whether vobject reads a file, values and all."""
    try:
        return all(vobject.readComponents(text))
    except Exception:
        return False


def main():
    count, equal, unread = 0, 0, 0
    for name, original, written in folder_of_samples():
        before = [card(lines) for lines in blocks(octets(original))]
        after = [card(lines) for item in written for lines in blocks(item.decode("latin-1"))]
        unread += sum(not is_read(item.decode()) for item in written)
        count += len(before)
        # What was 2.1 is 4.0 now.
        if any(is_old for is_old, _, _ in before):
            second = [component(meaning(lines, False)) for _, _, lines in after]
            first = [component(meaning(lines, True)) for _, _, lines in before]
        else:
            first = [component(properties(lines)) for _, _, lines in before]
            second = [component(properties(lines)) for _, _, lines in after]
        equal += report(name, first, second)
    print(f"compared\t{count}\t{equal}\t{unread}")


main()
