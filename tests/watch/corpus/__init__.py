"""Scripts of the kinds that people have, each run plainly and watched, and compared.

``python -m tests.watch.corpus [NAME…]`` prints the table; a part of it runs with the tests. Each
script prints the loss it means after the word "loss" (or the name of the series), and at its end
digests of its weights and of the state of chance.

What belongs here: the scripts, and what runs and compares them. What is tested of one trait alone
is beside this folder.
"""
