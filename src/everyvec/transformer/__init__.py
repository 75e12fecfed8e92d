"""Module 3: self-attention, the Transformer in its three forms, generation, and tuning."""
