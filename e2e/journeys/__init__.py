"""What people do, sentence by sentence."""
