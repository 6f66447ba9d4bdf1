# Plain R: jackknifed d's, exact Wald intervals, total SD and g: Rscript plain.R <star.csv>
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
rows <- list()
add <- function(data, outcome, estimand, contrast, subgroup, estimate, std_error = NA, df = NA,
                conf_low = NA, conf_high = NA)
  rows[[length(rows) + 1]] <<- data.frame(data, outcome, estimand, contrast, subgroup, estimate,
                                          std_error, df, conf_low, conf_high)
d_av <- function(b) mean(b$y2 - b$y1) / ((sd(b$y1) + sd(b$y2)) / 2)
d_z <- function(b) mean(b$y2 - b$y1) / sd(b$y2 - b$y1)
paired <- function(name, d, outcome, w1, w2) {
  d <- d[d$outcome == outcome & !is.na(d$gender), ]
  b <- merge(d[d$wave == w1, c("pupil", "school", "gender", "score")],
             d[d$wave == w2, c("pupil", "score")], by = "pupil")
  names(b)[4:5] <- c("y1", "y2")
  for (m in c("d_av_mean", "d_z")) {
    f <- if (m == "d_z") d_z else d_av
    S <- list(all = f, girls = function(x) f(x[x$gender == "girls", ]),
              boys = function(x) f(x[x$gender == "boys", ]),
              "girls - boys" = function(x) f(x[x$gender == "girls", ]) - f(x[x$gender == "boys", ]))
    for (s in names(S)) {
      in_s <- if (s %in% genders) b[b$gender == s, ] else b
      left <- sapply(sort(unique(in_s$school)), function(k) S[[s]](b[b$school != k, ]))
      k <- length(left); e <- S[[s]](b); se <- sqrt((k - 1) / k * sum((left - mean(left))^2))
      add(name, outcome, m, paste(w2, "-", w1), s, e, se, k - 1, e - qt(.975, k - 1) * se,
          e + qt(.975, k - 1) * se)
    }
  }
}
paired("synthetic", synthetic, "wellbeing", "T1", "T3")
paired("star", star, "read", "T1", "T2")

wald <- function(y, g) {
  n <- tapply(y, g, length); m <- tapply(y, g, mean); k <- length(n); N <- sum(n)
  msw <- sum((y - ave(y, g))^2) / (N - k)
  W <- function(r) { w <- n / (1 + n * r); sum(w * (m - sum(w * m) / sum(w))^2) / (k - 1) / msw }
  end <- function(q) {
    f <- function(r) W(r) - qf(q, k - 1, N - k)
    if (f(0) <= 0) return(0)
    r <- uniroot(f, c(0, 1e4), tol = 1e-15, maxiter = 1e5)$root; r / (1 + r)
  }
  c(end(.975), end(.025))
}
# total SD of the one-way REML model by direct maximisation, its df by mean squares, J
total <- function(y, g) {
  n <- as.numeric(tapply(y, g, length)); m <- as.numeric(tapply(y, g, mean)); k <- length(n); N <- sum(n)
  ssw <- sum((y - ave(y, g))^2)
  crit <- function(r) { w <- n / (1 + n * r); mu <- sum(w * m) / sum(w)
    (N - 1) * log(ssw + sum(w * (m - mu)^2)) + sum(log(1 + n * r)) + log(sum(w)) }
  r <- optimize(crit, c(0, 2), tol = 1e-12)$minimum; w <- n / (1 + n * r)
  s2 <- (ssw + sum(w * (m - sum(w * m) / sum(w))^2)) / (N - 1)
  n0 <- (N - sum(n^2) / N) / (k - 1); msb <- sum(n * (m - mean(y))^2) / (k - 1); msw <- ssw / (N - k)
  a <- msb / n0; b <- (1 - 1 / n0) * msw; df <- (a + b)^2 / (a^2 / (k - 1) + b^2 / (N - k))
  c(sd = sqrt(s2 * (1 + r)), df = df, J = exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2))
}
for (x in list(list("star", star, "read"), list("star", star, "math"),
               list("synthetic", synthetic, "wellbeing"), list("synthetic", synthetic, "flat"))) {
  d <- x[[2]][x[[2]]$outcome == x[[3]], ]
  for (w in sort(unique(d$wave))) {
    y <- d$score[d$wave == w]; g <- d$school_attended[d$wave == w]
    ci <- wald(y, g); t <- total(y, g)
    add(x[[1]], x[[3]], "icc_level", w, "all", NA, conf_low = ci[1], conf_high = ci[2])
    add(x[[1]], x[[3]], "total_sd", w, "all", t["sd"], df = t["df"])
    add(x[[1]], x[[3]], "J", w, "all", t["J"])
  }
}
write_reference(rows, "plain.csv")
