"""A progressive JPEG without what a picture at an eighth of its size has no use for.

Such a file holds the mean of every 8×8 block in scans of their own, and the rest of each block in later scans, which
are most of its bytes and of the time to decode it. At 1/8 only the means are looked at. The later scans give way to
short ones that say zero: where they were missing altogether, libjpeg would invent something smooth in their place.
"""

import re

_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # FF 00 is data, FF D0 to D7 are within a scan
_SOS, _DHT, _DRI = 0xDA, 0xC4, 0xDD
_END = b"\xff\xd9"
_LONGEST_RUN = 32_767  # blocks

_RUN_TABLE = b"\xff\xc4\x00\x22\x10\x00\x00\x00\x0f" + bytes(12) + bytes(size << 4 for size in range(15))
"""A Huffman table for AC 0: "the next 2^r + r bits blocks are zero", r from 0 to 14, in codes of 4 bits."""

_NO_RESTARTS = b"\xff\xdd\x00\x04\x00\x00"


def means_only(data: bytes, frame: int, first_scan: int) -> bytes:
    """The same picture as far as it can be seen at 1/8: its first coefficients, and zeros.

    Args:
        data: a progressive JPEG (SOF2).
        frame: where its frame header begins, at FF C2.
        first_scan: where its first scan header begins, at FF DA.

    Returns:
        A shorter file; the same one where it is not whole or in any way unusual, for the decoder to judge.

    Example:
        >>> import io
        >>> from PIL import Image
        >>> file = io.BytesIO()
        >>> Image.new("L", (64, 48), 7).save(file, "JPEG", progressive=True)
        >>> whole = file.getvalue()
        >>> means_only(whole, whole.index(b"\\xff\\xc2"), whole.index(b"\\xff\\xda")) == whole
        False

    Source: ITU-T T.81, G.1.2 (progressive coding) and G.1.2.2 (end-of-band runs).
    """
    finest = _finest(data, frame)
    kept = [data[:first_scan]]
    place = first_scan
    while data[place : place + 2] != _END:
        if place + 4 > len(data) or data[place] != 0xFF:
            return data
        marker = data[place + 1]
        after = place + 2 + (data[place + 2] << 8 | data[place + 3])
        if marker == _SOS:
            found = _MARKER.search(data, after)
            if found is None:
                return data
            is_means = data[after - 3] == 0
            if is_means or data[place + 5] not in finest:
                kept.append(data[place : found.start()])
            after = found.start()
        elif marker in (_DHT, _DRI):
            kept.append(data[place:after])
        place = after
    scans = [b"\xff\xda\x00\x08\x01" + bytes([name, 0, 1, 63, 0]) + _runs(blocks) for name, blocks in finest.items()]
    return b"".join([*kept, _NO_RESTARTS, _RUN_TABLE, *scans, _END])


def _finest(data: bytes, frame: int) -> dict[int, int]:
    """Name and number of blocks of the components that are sampled most finely, of which the mean is all that counts.

    The others, colours at half the resolution, are reduced less far: theirs are blocks of 2×2 and more.
    """
    height, width, count = (
        data[frame + 5] << 8 | data[frame + 6],
        data[frame + 7] << 8 | data[frame + 8],
        data[frame + 9],
    )
    samplings = {data[place]: data[place + 1] for place in range(frame + 10, frame + 10 + 3 * count, 3)}
    across, down = (max(sampling >> shift & 15 for sampling in samplings.values()) for shift in (4, 0))
    blocks = -(-width // 8) * -(-height // 8)
    return {name: blocks for name, sampling in samplings.items() if sampling == across << 4 | down}


def _runs(blocks: int) -> bytes:
    """So many blocks of zeros, as runs, longest first."""
    bits = ""
    while blocks:
        run = min(blocks, _LONGEST_RUN)
        size = run.bit_length() - 1
        bits += f"{size:04b}" + (f"{run - (1 << size):0{size}b}" if size else "")
        blocks -= run
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\x00")
