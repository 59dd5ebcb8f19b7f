"""What an index learns from past collaborations: weights where they are better, and how often a score came true."""
