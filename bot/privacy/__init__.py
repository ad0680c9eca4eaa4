"""/privacy: what is kept of a member; and how what is deleted in Discord is forgotten here."""
