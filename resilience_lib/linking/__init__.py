"""Which records of several waves belong to one pupil: by id, by school and id, or by code."""
