"""The Notion client against its twin."""
