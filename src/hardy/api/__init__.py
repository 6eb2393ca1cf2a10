"""The public verbs, one file each: a verb calls one stage and writes what people look at.

Every verb takes a path, or what an earlier verb returned; the command line calls the same functions.
"""
