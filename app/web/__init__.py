"""The pages: what a browser is shown.

One module per page; `render` writes HTML, `guards` stands in front, `contexts` says what templates get.

May not know: other faces, tables, SQL. Every page calls the domains' verbs, which check permissions.
"""
