"""Reading, checking and writing of files for the ``load_*`` commands.

``tables`` reads CSV and XLSX, ``values`` converts one cell, ``layouts`` checks a whole
file, ``references`` finds what a file points at, ``sync`` compares with the server and
writes the differences, ``command`` is the command line they share. The first three
know nothing of a server.
"""
