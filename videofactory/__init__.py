"""VideoFactory: brand videos from briefs, with review in the middle and every paid call written down first."""
