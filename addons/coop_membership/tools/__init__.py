"""Plain values in, plain values out: no server is needed to use or test this."""
