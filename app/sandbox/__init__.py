"""The only place where scripts run: a pool of locked child processes.

Import from the module that names the thing: `pool` (Pool), `settings` (PoolSettings), `jobs` (Run, Analyse, Trace, Outcome),
`metrics`, `health`. This file stays empty of imports, because the zygote and its children import the package too and must stay small.
"""
