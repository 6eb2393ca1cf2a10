# mypy: disable-error-code="no-untyped-def"
"""A whole pipeline in two compiled calls: all numbers of a batch; and all that is done with them.

The commonest pipeline (crop, flip, affine, jitter) spends more time between NumPy's calls than on the pixels of small
pictures. These two call the loops that the general way calls, in the same order, so the results are the same to the
bit. `hardy.augmentation.program` says when.
"""

import numpy as np

from hardy.augmentation.colour.matrix_kernels import jitter_matrices
from hardy.augmentation.draw_kernels import spread
from hardy.augmentation.geometry.matrix_kernels import affine_matrices, draw_crops, flip_matrices, window_matrices
from hardy.augmentation.mean_kernels import mean_bytes
from hardy.augmentation.prepare_kernels import (
    COPIED,
    GENERAL,
    TURNED,
    compose_matrices,
    finish_matrices,
    is_diagonal,
    join_matrices,
    list_addresses,
    sort_pictures,
    through,
)
from hardy.augmentation.swift_kernels import warp_swiftly
from hardy.kernel import kernel
from hardy.rng_kernels import fill_uniform

CROP, FLIP_X, FLIP_Y, AFFINE, JITTER = 0, 1, 2, 3, 4
_TRIES = 10


@kernel
def draw_all(codes, constants, keys, words, copies, counts, uniform, applied, numbers, wholes, sizes):
    """What `Compose.plan` draws: flags (t, n), numbers and whole numbers in the order of steps, sizes (t + 1, n, 2).

    `constants` has a row for each step: p, then what its `parameters` needs.
    """
    fill_uniform(keys, words, copies, counts, uniform)
    count, number, whole = len(words), 0, 0
    for t in range(len(codes)):
        own = uniform[t]
        for n in range(count):
            applied[t, n] = own[n, 0] < constants[t, 0]
            sizes[t + 1, n, 0], sizes[t + 1, n, 1] = sizes[t, n, 0], sizes[t, n, 1]
        row = constants[t]
        if codes[t] == CROP:
            limits = (row[1], row[2]), (row[3], row[4]), (row[5], row[6])
            draw_crops(own[:, 1:], sizes[t], _TRIES, limits[0], limits[1], limits[2], wholes[whole : whole + 4])
            whole += 4
            for n in range(count):
                sizes[t + 1, n, 0], sizes[t + 1, n, 1] = np.int64(row[7]), np.int64(row[8])
        elif codes[t] == AFFINE:
            spread(own[:, 1:], row[1:15].reshape(7, 2), numbers[number : number + 7])
            for n in range(count):
                numbers[number + 5, n] *= sizes[t, n, 1]
                numbers[number + 6, n] *= sizes[t, n, 0]
            number += 7
        elif codes[t] == JITTER:
            spread(own[:, 1:], row[1:9].reshape(4, 2), numbers[number : number + 4])
            for n in range(count):
                wholes[whole, n] = np.int64(np.floor(own[n, 5] * row[9]))
            number += 4
            whole += 1


@kernel
def run_all(
    codes, constants, applied, numbers, wholes, sizes, before, fill, places, grey, border, source, source_step,
    source_lot, target, target_step, target_lot, pixel, value, finish, mean, std, line,
):  # fmt: skip
    """All of a batch of RGB bytes, whose pictures lie at equal distances. False: nothing is done, the general way can.

    `source_lot` is (height, width, elements from row to row), `target_lot` (height, width, elements from row to row,
    from column to column, from channel to channel); `before` is how many steps the fill is spared.
    """
    count = applied.shape[1]
    moves, chain = np.empty((2, count, 3, 3)), np.empty((2, count, 3, 4))
    outer, own = np.empty((2, count, 3, 4)), np.empty((count, 3, 3))
    colours, means = np.empty((count, 3, 4)), np.empty((count, 3))
    sources, targets = np.empty((count, 4), np.int64), np.empty((count, 6), np.int64)
    list_addresses(source, source_step, source_lot, sources)
    list_addresses(target, target_step, target_lot, targets)
    number, whole, moved, changed, outward = 0, 0, 0, 0, 0
    for t in range(len(codes)):
        if codes[t] == JITTER:
            if changed == 0:
                mean_bytes(sources, pixel, means)
                for n in range(count):
                    for c in range(3):
                        means[n, c] /= 255.0
            part = numbers[number : number + 4]
            jitter_matrices(part[0], part[1], part[2], part[3], wholes[whole], places, grey, means, colours)
            join_matrices(
                chain[changed % 2][: count * min(changed, 1)], colours, applied[t], 255.0, chain[(changed + 1) % 2]
            )
            changed += 1
            if t >= before:
                earlier = outer[outward % 2][: count * min(outward, 1)]
                join_matrices(earlier, colours, applied[t], 255.0, outer[(outward + 1) % 2])
                outward += 1
            number += 4
            whole += 1
            continue
        if codes[t] == CROP:
            part_of = wholes[whole : whole + 4]
            size_h, size_w = np.int64(constants[t, 7]), np.int64(constants[t, 8])
            window_matrices(part_of[0], part_of[1], part_of[2], part_of[3], size_h, size_w, own)
            whole += 4
        elif codes[t] == AFFINE:
            p = numbers[number : number + 7]
            affine_matrices(p[0], p[1], p[2], p[3], p[4], p[5], p[6], sizes[t], sizes[t + 1], own)
            number += 7
        else:
            flip_matrices(sizes[t], codes[t] - FLIP_X, own)
        compose_matrices(moves[moved % 2][: count * min(moved, 1)], own, applied[t], moves[(moved + 1) % 2])
        moved += 1
    matrices, last = moves[moved % 2], chain[changed % 2][: count * min(changed, 1)]
    ways, steps = np.empty(count, np.int64), np.empty((count, 6), np.int64)
    copies = changed == 0 or is_diagonal(last)
    counts = sort_pictures(matrices, sources, targets, 3, copies, False, True, False, ways, steps)
    if counts[COPIED] + counts[TURNED] + counts[GENERAL] > 0:
        return False
    ends = np.empty((count, 3))
    if outward:
        through(outer[outward % 2], fill, ends)
    else:
        for n in range(count):
            for c in range(3):
                ends[n, c] = fill[c % len(fill)]
    narrow, narrow_ends = np.empty((count, 12), np.float32), np.empty((count, 3), np.float32)
    finish_matrices(last, ends, line[0], line[1], narrow, narrow_ends)
    every, none = np.arange(count), np.empty(0, np.int64)
    ones, zeros = np.ones(3, np.float32), np.zeros(3, np.float32)
    empty, tables = np.empty((count, 0, 3, 4)), np.empty((count, 0, 3, 2))
    few, few_tables = np.empty((count, 0, 3, 4), np.float32), np.empty((count, 0, 3, 2), np.float32)
    warp_swiftly(
        sources, targets, pixel, value, matrices.reshape(count, 9), np.empty((2, 0, 0)), border, every, every, narrow,
        ones, zeros, none, empty, tables, none, few, few_tables, narrow_ends, finish, mean, std,
    )  # fmt: skip
    return True
