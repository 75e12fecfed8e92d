"""What instructors run: release assignments, grade submissions, audit the tests, export the grades."""
