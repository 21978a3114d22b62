"""The walls around a child, one module each: seccomp (`policy`), `landlock`, `namespaces`, `resources`, `identity`.

`layers` names them, finds out which of them this machine has, and says what `strict` demands. Pure ctypes; Linux on x86-64 and aarch64.
"""
