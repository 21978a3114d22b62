"""The pages' WebSocket: messages (`protocol`), what follows from each of them (`session`, pure), and the connection itself (`socket`)."""
