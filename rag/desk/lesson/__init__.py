"""lesson: a lesson pack out of the library, every statement sourced."""
