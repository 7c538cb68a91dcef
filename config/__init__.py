"""How the parts are joined: settings, addresses, the server and the embedded database. No domain logic."""
