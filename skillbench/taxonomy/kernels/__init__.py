"""The loops that carry the cost, written once and run two ways: interpreted over lists, compiled over arrays.

A kernel reads and writes flat sequences by index and calls only other kernels and ``math``, so that the same
source gives the same bits in both. :mod:`skillbench.taxonomy.engine` chooses.
"""
