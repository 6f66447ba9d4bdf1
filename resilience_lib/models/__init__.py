"""Models: cluster-robust regression, mixed models, variance shares and attrition."""
