"""The walkthrough: a call's whole life, played through the pages by a client that knows only HTTP and the command line.

``python -m tests.walkthrough [--services]``. ``people`` and ``plans`` are the cast and what they apply for; ``acts`` holds
one file for each act, played in the order of their names, so that a new act is a new file ``act_NN_….py`` with
``perform(play)``. ``browser`` posts only what a page shows; ``subjects`` has the mails that must come. Nothing here may
import the application: what a test of this folder knows, a person at a browser could know.
"""
