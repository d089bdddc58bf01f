"""View models of the form builder."""
