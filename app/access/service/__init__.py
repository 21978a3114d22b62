"""The verbs of the access domain, one module per noun. Each checks its permission first, writes an audit entry, and commits nothing."""
