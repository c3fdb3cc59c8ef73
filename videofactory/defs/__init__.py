"""When things are made: Dagster's assets, checks, jobs, sensors. How they are made is `studio`."""
