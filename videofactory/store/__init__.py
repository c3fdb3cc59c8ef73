"""Where things are kept: artifacts by hash, values by asset and project, products by fingerprint. Knows no film and no money."""
