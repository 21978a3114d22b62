"""The database schema's history. One purpose to a file, named `mYYYYMMDD_<module>_<nnn>_<description>`."""
