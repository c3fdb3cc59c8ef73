"""What a film costs to cut, against other ways of making the same film; see docs/bench.md."""
