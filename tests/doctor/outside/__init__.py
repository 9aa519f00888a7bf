"""Errors from outside: programs and logs written without a look at the doctor's rules."""
