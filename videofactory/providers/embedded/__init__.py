"""The embedded engines: real work with no key and no network, through the same roles and door as paid ones, at price 0."""
