# Schools' change drawn towards the mean of schools: Rscript school_change.R <star.csv>
# y = m + u of the school + e, flat priors on m, the SD tau of u and log W. Here nothing but m is
# integrated in closed form: given tau and W a school is normal, and the posterior is summed over a
# grid of log tau and log W in the school means and the sum of squares within. Quantiles by uniroot.
# integrate() inside integrate() holds the grid's answer for the first school of the first panel.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))
change_of <- function(d, o, first, last) {
  d <- d[d$outcome == o, ]
  f <- merge(d[d$wave == first, c("pupil", "school", "score")],
             d[d$wave == last, c("pupil", "score")], by = "pupil")
  data.frame(school = f$school, change = f$score.y - f$score.x)
}
rows <- list()
# of each tau and W (vectors alike): log density, and each school's mean and SD (columns)
given <- function(tau, W, n, m, within) {
  V <- tau^2 + outer(W, n, function(w, n) w / n); P <- 1 / V
  total <- rowSums(P); centre <- drop(P %*% m) / total
  away <- outer(-centre, m, "+")
  share <- tau^2 / V
  list(log = -.5 * (sum(n) - length(n)) * log(W) - within / 2 / W - .5 * rowSums(log(V)) -
         .5 * log(total) - .5 * rowSums(P * away^2),
       at = centre + share * away, sd = sqrt(tau^2 * (1 - share) + (1 - share)^2 / total))
}
predict_schools <- function(data, o, first, last, f) {
  school <- sort(unique(f$school), method = "radix")
  n <- as.vector(table(f$school)[school]); m <- as.vector(tapply(f$change, f$school, mean)[school])
  within <- sum((f$change - ave(f$change, f$school))^2); df <- sum(n) - length(n)
  # a grid wide enough for anything, then what of it weighs; W first, whose place is known
  log_W <- log(within / df) + seq(-11, 11, length.out = 89) * sqrt(2 / df)
  log_tau <- log(sqrt(within / df)) + seq(-26, 12, by = .025)
  grid <- expand.grid(tau = log_tau, W = log_W)
  # the prior is flat on tau
  log_p <- given(exp(grid$tau), exp(grid$W), n, m, within)$log + grid$tau
  kept <- log_p > max(log_p) - 30
  p <- exp(log_p[kept] - max(log_p)); p <- p / sum(p)
  of <- given(exp(grid$tau[kept]), exp(grid$W[kept]), n, m, within)
  at <- drop(p %*% of$at); sd <- sqrt(drop(p %*% (of$sd^2 + of$at^2)) - at^2)
  end <- function(j, share) uniroot(function(q) sum(p * pnorm(q, of$at[, j], of$sd[, j])) - share,
                                    at[j] + c(-9, 9) * sd[j], tol = 1e-11 * sd[j])$root
  if (!length(rows)) {
    j <- 1; top <- max(log_p)
    # trapezoids of logs leave off the step; integrate() has its own
    over <- function(part) integrate(function(w) sapply(w, function(one) integrate(function(tau) {
      g <- given(tau, rep(exp(one), length(tau)), n, m, within); exp(g$log - top) * part(g)
    }, 0, 60, rel.tol = 1e-10, subdivisions = 1000)$value), min(log_W), max(log_W), rel.tol = 1e-9)$value
    whole <- over(function(g) 1)
    stopifnot(abs(over(function(g) g$at[, j]) / whole - at[j]) < 1e-7 * sd[j],
              abs(over(function(g) pnorm(end(j, .975), g$at[, j], g$sd[, j])) / whole - .975) < 1e-7)
  }
  rows[[length(rows) + 1]] <<- data.frame(data = data, outcome = o,
    contrast = paste(last, "-", first), school = school, n = n, shrunk = at, std_error = sd,
    shrunk_low = sapply(seq_along(n), end, .025), shrunk_high = sapply(seq_along(n), end, .975))
}
for (o in sort(unique(star$outcome)))
  for (w in list(c("T1", "T2"), c("T1", "T4")))
    predict_schools("star", o, w[1], w[2], change_of(star, o, w[1], w[2]))
for (o in sort(unique(synthetic$outcome)))
  for (w in list(c("T1", "T2"), c("T1", "T3")))
    predict_schools("synthetic", o, w[1], w[2], change_of(synthetic, o, w[1], w[2]))
write_reference(rows, "school_change.csv")
# the share of an answer (tests/unit/effects/test_responses.py): the mean of its indicator, CR2
y <- c(1, 1, 0, 0, 1, 0, 1)
s <- c(1, 1, 1, 2, 2, 3, 3)
fit <- lm(y ~ 1)
t <- linear_contrast(fit, vcovCR(fit, cluster = s, type = "CR2"), matrix(1), p_values = TRUE)
write_reference(list(data.frame(share = t$Est, std_error = t$SE, df = t$df, low = t$CI_L,
                                high = t$CI_U)), "responses.csv")
