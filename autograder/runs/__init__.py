"""The long parts of the main job, run by the job worker.

Each goes step by step and skips what the gradebook already holds: after a kill at any moment it
goes on where it was.
"""
