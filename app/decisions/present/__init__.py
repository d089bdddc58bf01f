"""What pages about decisions show: one view for the committee and staff, another for applicants."""
