"""The shell's face of the factory: one file for each group of commands. Decides nothing; asks the studio and Dagster."""
