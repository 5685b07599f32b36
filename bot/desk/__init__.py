"""The web desk: where officers see the queue, talk with citizens and close cases, in a browser."""
