"""The walkthrough: a call's whole life, played through the pages by a client that knows only HTTP and the command line."""
