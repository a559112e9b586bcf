"""Compiled files of programs: arrays that map into memory, with what each program's record says."""
