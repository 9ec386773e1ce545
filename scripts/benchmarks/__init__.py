"""The benchmarks of ``scripts/bench``, one a module; ``common`` is what they share."""
