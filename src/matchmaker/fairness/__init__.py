"""Who is seen: targets for the groups of a ranked list, and re-rankers that hold them. Assess, mitigate, report."""
