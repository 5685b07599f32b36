"""Offline geography: which country, region and town a point or a name means."""
