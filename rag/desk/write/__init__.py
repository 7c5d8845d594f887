"""write: papers and decks as docx, pptx, xlsx and md."""
