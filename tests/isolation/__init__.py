"""Two tenants with the same things under the same names: nothing crosses, whatever either of them calls."""
