"""With whom: engines behind narrow roles. They return bytes or a link; they never store, and know no ledger."""
