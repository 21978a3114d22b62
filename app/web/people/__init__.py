"""Pages of people: members, roles and tokens of a tenant, a person's own account, and the way in."""
