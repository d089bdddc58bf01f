"""What pages show of projects: frozen view models, made for the side of the reader."""
