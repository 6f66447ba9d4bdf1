"""What is known of each estimand, one module a family; `effects.registry` puts them together."""
