# Bootstrap by boot, permutations enumerated, effect sizes of clustered designs (lme4, and plain
# R with n x n matrices): Rscript resampling.R <star.csv>
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
suppressMessages({library(boot); library(lme4)})
rows <- list()
add <- function(data, outcome, estimand, contrast, subgroup, estimate = NA, std_error = NA, df = NA,
                conf_low = NA, conf_high = NA, p_value = NA)
  rows[[length(rows) + 1]] <<- data.frame(data, outcome, estimand, contrast, subgroup, estimate,
    std_error, df, conf_low, conf_high, p_value)

all_vectors <- function(k, points) t(as.matrix(expand.grid(rep(list(points), k))))
schools <- sort(unique(synthetic$school))
# --- bootstrap of pupils by boot, of schools from their sums; permutations enumerated ---
exact_j <- function(df) exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
d <- synthetic[synthetic$outcome == "wellbeing" & !is.na(synthetic$gender), ]
pairs <- merge(d[d$wave == "T1", c("pupil", "school", "gender", "score")],
               d[d$wave == "T3", c("pupil", "score")], by = "pupil")
names(pairs)[4:5] <- c("y1", "y2"); pairs$change <- pairs$y2 - pairs$y1
g_z <- function(b, i) { x <- b$change[i]; exact_j(length(x) - 1) * mean(x) / sd(x) }
g_two <- function(b, i) {
  x <- b$y2[i][b$gender[i] == "girls"]; y <- b$y2[i][b$gender[i] == "boys"]; df <- length(x) + length(y) - 2
  exact_j(df) * (mean(x) - mean(y)) / sqrt(((length(x) - 1) * var(x) + (length(y) - 1) * var(y)) / df)
}
set.seed(1871)
for (m in c("g_z", "g_independent")) {
  f <- if (m == "g_z") g_z else g_two
  strata <- if (m == "g_z") rep(1, nrow(pairs)) else as.numeric(pairs$gender == "girls") + 1
  b <- boot(pairs, f, R = 20000, strata = strata)
  # influence by the jackknife; boot does not divide by the size of the stratum, which it must where sizes differ
  L <- empinf(data = pairs, statistic = f, type = "jack", stype = "i", strata = strata)
  L <- (L - ave(L, strata)) / as.numeric(table(strata)[as.character(strata)])
  for (type in c("bca", "perc")) {
    ci <- if (type == "bca") boot.ci(b, type = type, L = L)$bca else boot.ci(b, type = type)$percent
    add(paste("boot", type), "wellbeing", m, "T3 - T1", "all", b$t0, sd(b$t), conf_low = ci[4], conf_high = ci[5])
  }
  add("acceleration", "wellbeing", m, "T3 - T1", "all", sum(L^3) / (6 * sum(L^2)^1.5))
}
sums <- rowsum(cbind(1, pairs$change, pairs$change^2), pairs$school)
drawn <- replicate(20000, { s <- colSums(sums[sample(nrow(sums), replace = TRUE), ])
  exact_j(s[1] - 1) * (s[2] / s[1]) / sqrt((s[3] - s[2]^2 / s[1]) / (s[1] - 1)) })
k <- nrow(sums); wide <- sqrt(k / (k - 1)) * qt(.975, k - 1)
ci <- quantile(drawn, pnorm(c(-wide, wide)))
add("boot schools", "wellbeing", "g_z", "T3 - T1", "all", g_z(pairs, seq_len(nrow(pairs))), sd(drawn), conf_low = ci[1], conf_high = ci[2])

flip <- function(label, s, n) {
  s <- as.numeric(s); n <- as.numeric(n)
  V <- all_vectors(length(s), c(-1, 1))
  p <- function(shift) mean(abs(colSums(V * (s - shift * n))) >= abs(sum(s - shift * n)) * (1 - 1e-9))
  e <- sum(s) / sum(n)
  # the test at every point where it may change: signed subsets whose sum of changes is nought
  at <- unlist(lapply(seq_len(ncol(V)), function(j) { t <- V[, j] > 0; c(sum(s[t]) / sum(n[t]), sum(s[!t]) / sum(n[!t])) }))
  at <- sort(unique(at[is.finite(at)])); mid <- (head(at, -1) + tail(at, -1)) / 2
  kept <- which(vapply(mid, p, 0) > .05)
  add("flips", "wellbeing", "mean_change", "T3 - T1", label, e, p_value = p(0),
      conf_low = at[min(kept)], conf_high = at[max(kept) + 1])
}
flip("all", sums[, 2], sums[, 1])
for (g in genders) { q <- pairs[pairs$gender == g, ]; s <- rowsum(cbind(1, q$change), q$school); flip(g, s[, 2], s[, 1]) }
cell <- function(g, f) tapply(pairs$change[pairs$gender == g], pairs$school[pairs$gender == g], f)
n1 <- cell("girls", length); n2 <- cell("boys", length); both <- intersect(names(n1), names(n2))
w <- n1[both] * n2[both] / (n1[both] + n2[both])
flip("girls - boys", w * (cell("girls", mean)[both] - cell("boys", mean)[both]), w)

t3 <- d[d$wave == "T3", ]; t3$arm <- ifelse(t3$school %in% schools[c(1, 3, 4, 8, 10)], "new", "old")
by <- rowsum(cbind(1, t3$score), t3$school); sides <- combn(nrow(by), 5)
gap <- function(i) sum(by[i, 2]) / sum(by[i, 1]) - sum(by[-i, 2]) / sum(by[-i, 1])
seen <- gap(which(rownames(by) %in% t3$school[t3$arm == "new"]))
add("arms", "wellbeing", "mean_difference", "new - old at T3", "all", seen, p_value = mean(abs(apply(sides, 2, gap)) >= abs(seen) * (1 - 1e-9)))

# --- clustered effect sizes: lme4's variances; Hedges' moments from the n x n covariance matrix ---
t3 <- merge(t3, setNames(d[d$wave == "T1", c("pupil", "score")], c("pupil", "before")), by = "pupil")
tight <- lmerControl(optCtrl = list(xtol_rel = 1e-12, ftol_abs = 1e-14))
variances <- function(m) as.data.frame(VarCorr(m))$vcov
null <- variances(lmer(score ~ 1 + (1 | school), t3, control = tight))
full <- variances(lmer(score ~ arm + before + (1 | school), t3, control = tight))
V <- vcovCR(fit <- lm(score ~ I(arm == "new") + before, t3), cluster = t3$school, type = "CR2")
o <- linear_contrast(fit, V, matrix(c(0, 1, 0), 1), p_values = TRUE)
N <- nrow(t3); k <- length(unique(t3$school))
for (s in c("null", "full")) {
  v <- if (s == "null") null else full
  add("variances", "wellbeing", paste("between", s), "T3", "all", v[1]); add("variances", "wellbeing", paste("within", s), "T3", "all", v[2])
  df <- N - k - (s == "full"); points <- data.frame(estimate = o$Est, std_error = o$SE, conf_low = o$CI_L, conf_high = o$CI_U)
  in_row <- function(name, sd, df) { g <- in_sds(points, sd, df)
    add("clustered", "wellbeing", name, "new - old", "all", g$estimate, g$std_error, o$df, g$conf_low, g$conf_high, o$p_val) }
  in_row(if (s == "null") "g_within" else "g_within_conditional", sqrt(v[2]), df)
  if (s == "full") {   # Satterthwaite for MSB / n0 + (1 - 1 / n0) MSW, expected mean squares from the variances
    n0 <- (N - sum(table(t3$school)^2) / N) / (k - 1); a <- v[1] + v[2] / n0; b <- (1 - 1 / n0) * v[2]
    in_row("g_total_conditional", sqrt(sum(v)), (a + b)^2 / (a^2 / (k - 2) + b^2 / df))
  }
}
exact <- function(n1, n2, rho) {
  g <- rep(seq_along(c(n1, n2)), c(n1, n2)); arm <- rep(1:2, c(sum(n1), sum(n2))); N <- length(g)
  S <- outer(g, g, "==") * rho + diag(N) * (1 - rho)
  within <- function(f) diag(N) - outer(f, f, "==") / as.numeric(table(f)[as.character(f)])
  M <- within(arm); MS <- M %*% S; mean_s <- sum(diag(MS)) / (N - 2); var_s <- 2 * sum(MS * t(MS)) / (N - 2)^2
  a <- ifelse(arm == 2, 1 / sum(n2), -1 / sum(n1))
  c(shrink = mean_s, h = 2 * mean_s^2 / var_s, v = sum(a * (S %*% a)), second = var_s / 4 / mean_s, w = N - length(c(n1, n2)))
}
hedges <- function(name, m, sd, rho, n1, n2) {
  e <- exact(n1, n2, rho); M <- length(c(n1, n2)); q <- qt(.975, M - 2)
  dT <- (m[2] - m[1]) / sd * sqrt(e["shrink"]); dW <- dT / sqrt(1 - rho)
  # as published, the second term divides by (N - 2) x the expectation, where the delta method has its square
  vT <- e["v"] + dT^2 * e["second"]; vW <- e["v"] / (1 - rho) + dW^2 / 2 / e["w"]
  for (i in if (e["w"] > 0) 1:2 else 1) { J <- exact_j(c(e["h"], e["w"])[i]); g <- J * c(dT, dW)[i]; se <- J * sqrt(c(vT, vW)[i])
    add(name, "", c("g_total", "g_within")[i], "arm - comparison", "all", g, se, M - 2, g - q * se, g + q * se, 2 * pt(-abs(g / se), M - 2)) }
}
hedges("hedges equal", c(10, 11.5), 5, .1, rep(20, 5), rep(20, 5))
hedges("hedges unequal", c(3, 2.2), 1.4, .23, c(4, 9, 31), c(12, 7, 18, 5))
hedges("hedges one a school", c(0, 1), 2, 0, rep(1, 4), rep(1, 6))
write_reference(rows, "resampling.csv")
