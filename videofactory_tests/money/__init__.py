"""The proof of the financial firewall: nothing is paid twice, nothing paid is lost, whatever is killed, cut off or raced.

Real processes, real HTTP at the twin (which lives in the test's process and so survives every kill), a real ledger and store.
`mortal` strikes a process down at its n-th step, `shop` is what it buys with, `hurry` makes its time pass faster, `books`
compares what the twin was paid for with what the ledger says.
"""
