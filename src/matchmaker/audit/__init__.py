"""What a period of use looks like from above: who is seen, where people are lost, and how balanced partnerships are."""
