"""Who should review what: the best assignment under the rules, with a proof of how good it is. Pure arithmetic."""
