"""Pages of those who keep things running: what scripts may use, what was given up on, who did what, and how the machine is."""
