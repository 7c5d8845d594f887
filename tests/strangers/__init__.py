"""What strangers may try: with requests, with files, with words; and what is left of those who ask."""
