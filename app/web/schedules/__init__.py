"""Pages of schedules, and the pane that shows what a cron expression comes to."""
