"""What many votes say of proposals and of reviewers: agreement, severity, expected ranks. Pure arithmetic."""
