"""What an emergency is, how urgent it is, and what is said next: rules only."""
