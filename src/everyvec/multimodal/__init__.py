"""Module 4: models that read pictures, and pictures with words."""
