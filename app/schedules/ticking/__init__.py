"""The ticker and what it does each second. It serves every tenant, so it stands above them; everything else of schedules doesn't."""
