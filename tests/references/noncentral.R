# Noncentral t and F: Rscript noncentral.R. pt and pf where R is exact; beyond a noncentrality of 37.6, where pt
# is approximate, the definition by integrate: t = (z + ncp) / s, P(T <= t) = E P(s >= (z + ncp) / t).
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
grid <- expand.grid(df = c(1, 2, 4.7, 9, 120, 3000), ncp = c(-3, 0, .5, 2, 9, 30, 60, 400))
wide <- function(q, df, ncp) {
  stopifnot(q > 0, ncp > 9)
  f <- function(z) dnorm(z) * pchisq(df * ((z + ncp) / q)^2, df, lower.tail = FALSE)
  sum(sapply(-9:8, function(a) integrate(f, a, a + 1, rel.tol = 1e-12, abs.tol = 0)$value))
}
rows <- do.call(rbind, lapply(seq_len(nrow(grid)), function(i) {
  df <- grid$df[i]; ncp <- grid$ncp[i]; q <- ncp + c(-1.2, .3, 2) * (1 + abs(ncp) / sqrt(2 * df))
  q <- if (ncp > 37) pmax(q, ncp / 2) else q
  p <- if (ncp > 37) sapply(q, wide, df, ncp) else pt(q, df, ncp)
  data.frame(law = "t", value = q, df, df_error = NA, ncp, p)
}))
f <- expand.grid(df = c(1, 2, 6), df_error = c(3, 57, 800), ncp = c(0, 1.5, 40, 300))
rows <- rbind(rows, do.call(rbind, lapply(seq_len(nrow(f)), function(i) with(f[i, ], {
  q <- (df + ncp) / df * c(.3, 1, 1.9); data.frame(law = "f", value = q, df, df_error, ncp, p = pf(q, df, df_error, ncp))
}))))
num <- vapply(rows, is.numeric, TRUE); rows[num] <- lapply(rows[num], function(v) signif(v, 15))
write.csv(rows, file.path(here, "noncentral.csv"), row.names = FALSE)
