"""The pages of scripts: the list and saving (`pages`), the editor (`editor`) and what stands beside it (`panels`), dry runs (`trying`), and
what became of a script (`versions`).
"""
