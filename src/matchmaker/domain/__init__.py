"""What is: frozen values with no behaviour beyond their own arithmetic; standard library only."""
