"""What the lessons and exercises of *Everything Is a Vector* import."""
