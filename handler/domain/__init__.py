"""Values that every other room speaks in; nothing here knows the web, a store or an image library."""
