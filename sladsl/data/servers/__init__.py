"""Tables of servers: small ones are brought into the engine, and a run on large ones is made where they are."""
