"""WhatsApp by Twilio: form posts in, messages out, by its REST API."""
