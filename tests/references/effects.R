# Effect sizes of two groups, two waves, ranks and variance: Rscript effects.R
# Writes its made-up pupils (effects_cases.csv) and their effect sizes (effects.csv). Estimates are
# those of effectsize, metafor and afex where they have them; limits of noncentralities by uniroot on
# pt and pf; what no package has is written out from the paper named in the library's docstring.
suppressMessages({library(clubSandwich); library(effectsize); library(metafor); library(afex); library(pROC)})
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
set.seed(20260, kind = "Mersenne-Twister", normal.kind = "Inversion")
made <- function(case, school, group, first, later, third)
  data.frame(case, pupil = seq_along(first), school, group, first, later, third)
normal_case <- function(case, school, group, shift, noise = .7) {
  n <- length(school); u <- rnorm(length(unique(school)), 0, .5)[factor(school)]
  x <- 10 + u + rnorm(n); p <- group == "p"
  made(case, school, group, round(x, 3), round(x + .2 + shift * p + rnorm(n, 0, noise), 3),
       round(x + .4 + .5 * shift * p + rnorm(n, 0, 1.3 * noise), 3))
}
balanced <- normal_case("balanced", rep(letters[1:4], each = 10), rep(c("p", "c"), 20), .6)
sizes <- c(5, 14, 9, 12, 6, 11)
unbalanced <- normal_case("unbalanced", rep(letters[1:6], sizes), rep(c("p", "c", "p", "p", "c", "p"), sizes), .9, 1.4)
missing <- transform(balanced, case = "missing")
missing$first[c(2, 17, 30)] <- NA; missing$later[c(5, 17, 38)] <- NA; missing$third[9] <- NA
tiny <- made("tiny", c("a", "b", "c", "a", "b", "c"), rep(c("p", "c"), each = 3), c(1, 2, 4, 2, 3, 3),
             c(3, 2.5, 6, 2, 4, 2.5), c(2, 3, 3, 1, 5, 3))
n <- 30; x <- sample(0:3, n, TRUE); tied <- made("tied", rep(letters[1:5], 6), rep(c("p", "p", "c"), 10), x,
  pmin(3, pmax(0, x + sample(-1:1, n, TRUE, c(1, 2, 2)))), sample(0:3, n, TRUE))
constant <- transform(tied, case = "constant", first = 2, later = 2, third = 2)
constant_first <- transform(tied, case = "constant_first", first = 2)
one_school <- transform(balanced, case = "one_school", school = "a")
cases <- rbind(balanced, unbalanced, missing, tiny, tied, constant, constant_first, one_school)
write.csv(cases, file.path(here, "effects_cases.csv"), row.names = FALSE)

J <- function(df) if (df <= 1) NA else exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)
root <- function(f, at, reach) uniroot(f, at + c(-reach, reach), extendInt = "downX", tol = 1e-13, maxiter = 1e4)$root
nct_limits <- function(t, df) suppressWarnings(c(root(function(l) pt(t, df, l) - .975, t, 3), root(function(l) pt(t, df, l) - .025, t, 3)))
ncf_limits <- function(f, a, b) {
  end <- function(q) if (pf(f, a, b) <= q) 0 else uniroot(function(l) pf(f, a, b, l) - q, c(0, 2000), tol = 1e-13)$root
  c(end(.975), end(.025))
}
rows <- list()
add <- function(case, estimand, interval, estimate, std_error = NA, df = NA, p_value = NA, limits = c(NA, NA), contrast = "")
  rows[[length(rows) + 1]] <<- data.frame(case, estimand, contrast, interval, estimate, std_error, df, p_value,
                                          conf_low = limits[1], conf_high = limits[2])
same <- function(a, b, tol = 1e-9) stopifnot(abs(a - b) <= tol * max(1, abs(b)))
jack <- function(f, d, fisher = FALSE) {
  e <- f(d); left <- sapply(sort(unique(d$school)), function(s) f(d[d$school != s, ])); k <- length(left)
  if (k < 2 || !is.finite(e) || any(!is.finite(left))) return(list(NA, NA, NA, c(NA, NA)))
  if (fisher) { if (max(abs(c(e, left))) > 1 - 1e-12) return(list(NA, NA, NA, c(NA, NA))); e <- atanh(e); left <- atanh(left) }
  se <- sqrt((k - 1) / k * sum((left - mean(left))^2)); ends <- e + c(-1, 1) * qt(.975, k - 1) * se
  list(se, k - 1, 2 * pt(-abs(e) / se, k - 1), if (fisher) tanh(ends) else ends)
}
school_row <- function(case, estimand, e, j) add(case, estimand, "school", e, j[[1]], j[[2]], j[[3]], j[[4]])
cr2_row <- function(case, estimand, fit, cluster, scale) {
  if (length(unique(cluster)) < 2) return(add(case, estimand, "school", coef(fit)[2] * scale))
  L <- matrix(0, 1, length(coef(fit))); L[2] <- 1
  o <- linear_contrast(fit, vcovCR(fit, cluster = cluster, type = "CR2"), L, p_values = TRUE)
  add(case, estimand, "school", o$Est * scale, o$SE * scale, o$df, o$p_val, c(o$CI_L, o$CI_U) * scale)
}
nothing <- function(case, names, kinds = c("textbook", "school")) for (e in names) for (k in kinds) add(case, e, k, NA)

two_groups <- function(name, d) {
  d <- d[!is.na(d$later), ]; d$p <- as.numeric(d$group == "p")
  x <- d$later[d$p == 1]; y <- d$later[d$p == 0]; n1 <- length(x); n2 <- length(y); s1 <- sd(x); s2 <- sd(y)
  if (sd(d$later) == 0) {
    nothing(name, c("g_independent", "d_glass", "cles_normal", "u3_normal"))
    add(name, "rank_biserial", "textbook", 0); add(name, "rank_biserial", "school", 0)
    add(name, "prob_superiority", "textbook", .5); add(name, "prob_superiority", "school", .5)
    return(add(name, "u3_median", "drawn", .5))
  }
  fit <- lm(later ~ p, d); df <- n1 + n2 - 2; sp <- sqrt(((n1 - 1) * s1^2 + (n2 - 1) * s2^2) / df)
  es <- escalc("SMD", m1i = mean(x), m2i = mean(y), sd1i = s1, sd2i = s2, n1i = n1, n2i = n2)
  g <- as.numeric(es$yi); d0 <- (mean(x) - mean(y)) / sp; t <- d0 / sqrt(1 / n1 + 1 / n2)
  h <- hedges_g(x, y); same(h$Hedges_g, g); l <- nct_limits(t, df) * sqrt(1 / n1 + 1 / n2)
  same(c(h$CI_low, h$CI_high), l * J(df), 1e-3)  # effectsize multiplies the limits by J
  add(name, "g_independent", "textbook", g, sqrt(es$vi), df, t.test(x, y, var.equal = TRUE)$p.value, l)
  cr2_row(name, "g_independent", fit, d$school, J(df) / sp)
  dg <- (mean(x) - mean(y)) / s2; same(glass_delta(x, y)$Glass_delta, dg); u <- sqrt(1 / n2 + s1^2 / (n1 * s2^2))
  l <- nct_limits(dg / u, n2 - 1) * u; same(unlist(glass_delta(x, y)[c("CI_low", "CI_high")]), l, 1e-3)
  add(name, "d_glass", "textbook", dg, sqrt(u^2 + dg^2 / (2 * n2)), n2 - 1, 2 * pt(-abs(dg / u), n2 - 1), l)
  cr2_row(name, "d_glass", fit, d$school, 1 / s2)

  A <- function(v) mean(outer(v$later[v$p == 1], v$later[v$p == 0], function(a, b) (a > b) + (a == b) / 2))
  r <- rank_biserial(x, y, verbose = FALSE)$r_rank_biserial; same(r, 2 * A(d) - 1)
  px <- sapply(x, function(a) mean((a > y) + (a == y) / 2)); py <- sapply(y, function(b) mean((b > x) + (b == x) / 2))
  v <- var(px) / n1 + var(py) / n2; a <- A(d)
  same(v, as.numeric(var(roc(d$p, d$later, levels = c(0, 1), direction = "<", quiet = TRUE), method = "delong")), 1e-9)
  bm <- v^2 / ((var(px) / n1)^2 / (n1 - 1) + (var(py) / n2)^2 / (n2 - 1)); se <- sqrt(v) / (a * (1 - a))
  l <- plogis(qlogis(a) + c(-1, 1) * qt(.975, bm) * se); p <- 2 * pt(-abs(qlogis(a)) / se, bm)
  add(name, "prob_superiority", "textbook", a, sqrt(v), bm, p, l)
  add(name, "rank_biserial", "textbook", r, 2 * sqrt(v), bm, p, 2 * l - 1)
  j <- jack(function(v) 2 * A(v) - 1, d, TRUE)
  school_row(name, "rank_biserial", r, j); j[[4]] <- (j[[4]] + 1) / 2; school_row(name, "prob_superiority", a, j)

  q <- (mean(x) - mean(y)) / sqrt(s1^2 + s2^2); M <- (s1^2 + s2^2) / (s1^2 / n1 + s2^2 / n2)
  f <- (s1^2 + s2^2)^2 / (s1^4 / (n1 - 1) + s2^4 / (n2 - 1))
  add(name, "cles_normal", "textbook", pnorm(q), dnorm(q) * sqrt(1 / M + q^2 / (2 * f)), f, 2 * pt(-abs(sqrt(M) * q), f),
      pnorm(nct_limits(sqrt(M) * q, f) / sqrt(M)))
  same(cohens_u3(x, y)$Cohens_U3, pnorm(d0))
  add(name, "u3_normal", "textbook", pnorm(d0), dnorm(d0) * sqrt(1 / n1 + 1 / n2 + d0^2 / (2 * df)), df,
      2 * pt(-abs(t), df), pnorm(nct_limits(t, df) * sqrt(1 / n1 + 1 / n2)))
  of <- list(cles_normal = function(v) { a <- v$later[v$p == 1]; b <- v$later[v$p == 0]; (mean(a) - mean(b)) / sqrt(var(a) + var(b)) },
             u3_normal = function(v) if (length(unique(v$p)) < 2) NA else coef(lm(later ~ p, v))[[2]] / summary(lm(later ~ p, v))$sigma)
  for (m in names(of)) {
    j <- jack(of[[m]], d); e <- of[[m]](d)
    if (!is.na(j[[1]])) { j[[1]] <- j[[1]] * dnorm(e); j[[4]] <- pnorm(j[[4]]) }
    school_row(name, m, pnorm(e), j)
  }
  share <- function(a, b) mean(b < median(a)) + mean(b == median(a)) / 2
  if (name == "balanced") {
    wide <- function(q, k) { z <- sqrt(k / (k - 1)) * qt(.975, k - 1); quantile(q, pnorm(c(-z, z)), names = FALSE) }
    b <- replicate(20000, share(sample(x, replace = TRUE), sample(y, replace = TRUE)))
    add(name, "u3_median", "drawn", share(x, y), sd(b), limits = wide(b, min(n1, n2)))
  } else add(name, "u3_median", "drawn", share(x, y))
}

two_waves <- function(name, d) {
  b <- d[!is.na(d$first) & !is.na(d$later) & d$group == "p", ]
  S <- list(z = function(a, b, c) sqrt(a + b - 2 * c), av_mean = function(a, b, c) (sqrt(a) + sqrt(b)) / 2,
            av_rms = function(a, b, c) sqrt((a + b) / 2), pre = function(a, b, c) sqrt(a),
            rm = function(a, b, c) sqrt(a + b - 2 * c) / sqrt(2 * (1 - c / sqrt(a * b))))
  value <- function(m, g) function(v) {
    a <- var(v$first); b <- var(v$later); c <- cov(v$first, v$later); s <- S[[m]](a, b, c); nu <- nrow(v) - 1
    if (!is.finite(s) || s == 0) return(NA)
    e <- mean(v$later - v$first) / s
    if (g) e * J(df_of(m, a, b, c, nu)) else e
  }
  df_of <- function(m, a, b, c, nu) {
    if (nu < 2 || !m %in% c("av_mean", "av_rms")) return(nu)
    h <- numDeriv::grad(function(v) log(S[[m]](v[1], v[2], v[3])), c(a, b, c))
    V <- matrix(c(2 * a^2, 2 * c^2, 2 * a * c, 2 * c^2, 2 * b^2, 2 * b * c, 2 * a * c, 2 * b * c, a * b + c^2), 3) / nu
    1 / (2 * c(h %*% V %*% h))
  }
  for (m in names(S)) for (g in c(FALSE, TRUE)) {
    estimand <- paste0(if (g) "g_" else "d_", m); f <- value(m, g); n <- nrow(b); change <- b$later - b$first
    a <- var(b$first); v <- var(b$later); c <- cov(b$first, b$later); s <- S[[m]](a, v, c)
    # with a first wave that does not vary only z and av have a value, and no df by derivatives
    if (!is.finite(s) || s == 0 || (a == 0 && (g || m %in% c("rm", "pre")))) {
      if (a == 0 && g && s > 0 && is.finite(s)) next
      nothing(name, estimand); next
    }
    e <- f(b)
    if (a == 0) { add(name, estimand, "estimate", e); next }
    df <- df_of(m, a, v, c, n - 1); factor <- if (g) J(df) else 1
    se <- factor * sqrt(var(change) / ((n - 1) * s^2) + (mean(change) / s)^2 / (2 * df))
    l <- nct_limits(sqrt(n) * mean(change) / sd(change), n - 1) / sqrt(n) * sd(change) / s
    add(name, estimand, "textbook", e, se, n - 1, t.test(change)$p.value, l)
    school_row(name, estimand, e, jack(f, b))
    if (estimand == "g_pre") same(e, as.numeric(escalc("SMCR", m1i = mean(b$later), m2i = mean(b$first), sd1i = sqrt(a), ni = n, ri = cor(b$first, b$later))$yi))
    if (estimand == "g_z") same(e, hedges_g(b$later, b$first, paired = TRUE)$Hedges_g)
  }
  w <- b[b$later != b$first, ]; change <- round(w$later - w$first, 9); n <- length(change)
  if (n == 0) return(nothing(name, "rank_biserial_pairs"))
  matched <- function(v) { q <- round(v$later - v$first, 9); sum(sign(q) * rank(abs(q))) / (length(q) * (length(q) + 1) / 2) }
  r <- matched(w); same(r, rank_biserial(change, verbose = FALSE)$r_rank_biserial)
  if (abs(r) > 1 - 1e-12 || n < 3) { add(name, "rank_biserial_pairs", "textbook", r); return(add(name, "rank_biserial_pairs", "school", r)) }
  h <- sapply(change, function(q) mean((change + q > 1e-9) + (abs(change + q) < 1e-9) / 2))
  se <- 4 * sd(h) / sqrt(n) / (1 - r^2)
  add(name, "rank_biserial_pairs", "textbook", r, se, n - 1, 2 * pt(-abs(atanh(r)) / se, n - 1), tanh(atanh(r) + c(-1, 1) * qt(.975, n - 1) * se))
  school_row(name, "rank_biserial_pairs", r, jack(matched, w, TRUE))
}

pretest_posttest <- function(name, d) {
  d <- d[!is.na(d$first) & !is.na(d$later), ]; d$p <- as.numeric(d$group == "p"); d$gain <- d$later - d$first
  pre <- lm(first ~ p, d); post <- lm(later ~ p, d)
  if (sum(resid(pre)^2) < 1e-12) nothing(name, c("d_ppc2"))
  else {
    s <- summary(pre)$sigma; df <- nrow(d) - 2; r <- sum(resid(pre) * resid(post)) / sqrt(sum(resid(pre)^2) * sum(resid(post)^2))
    n1 <- sum(d$p); n2 <- sum(1 - d$p); e <- J(df) * coef(lm(gain ~ p, d))[[2]] / s; N <- (n1 + n2) / (n1 * n2)
    v <- 2 * J(df)^2 * (1 - r) * N * (df / (df - 2)) * (1 + e^2 / (2 * (1 - r) * N)) - e^2
    add(name, "d_ppc2", "textbook", e, sqrt(v), NA, 2 * pnorm(-abs(e) / sqrt(v)), e + c(-1, 1) * qnorm(.975) * sqrt(v))
    cr2_row(name, "d_ppc2", lm(gain ~ p, d), d$school, J(df) / s)
  }
  if (sum(resid(post)^2) < 1e-12 || sum(resid(pre)^2) < 1e-12) return(nothing(name, "g_ancova"))
  fit <- lm(later ~ p + first, d); s <- summary(post)$sigma; df <- nrow(d) - 2; b <- summary(fit)$coefficients[2, ]
  se <- J(df) * sqrt(b[[2]]^2 / s^2 + (b[[1]] / s)^2 / (2 * df)); e <- J(df) * b[[1]] / s
  add(name, "g_ancova", "textbook", e, se, df - 1, b[[4]], e + c(-1, 1) * qt(.975, df - 1) * se)
  cr2_row(name, "g_ancova", fit, d$school, J(df) / s)
}

variance <- function(name, d) {
  d <- d[complete.cases(d[c("first", "later", "third")]), ]
  long <- reshape(d, direction = "long", varying = c("first", "later", "third"), v.names = "y", timevar = "wave", times = 1:3, idvar = "pupil")
  for (observed in c(FALSE, TRUE)) {
    fit <- suppressMessages(suppressWarnings(aov_ez("pupil", "y", long, between = "group", within = "wave", type = 3, check_contrasts = TRUE,
      observed = if (observed) "group" else NULL, anova_table = list(correction = "none", es = "ges"))))
    t <- fit$anova_table
    for (i in seq_len(nrow(t))) {
      contrast <- c(group = "group", wave = "wave", "group:wave" = "group x wave")[[rownames(t)[i]]]
      a <- t[i, "num Df"]; b <- t[i, "den Df"]; f <- t[i, "F"]
      add(name, "generalised_eta_squared", if (observed) "observed" else "assigned", t[i, "ges"], NA, b, t[i, "Pr(>F)"], contrast = contrast)
      if (observed) next
      l <- ncf_limits(f, a, b); e <- F_to_eta2(f, a, b)$Eta2_partial
      add(name, "partial_eta_squared", "textbook", e, NA, b, t[i, "Pr(>F)"], l / (l + a + b + 1), contrast)
    }
  }
}
for (name in unique(cases$case)) {
  d <- cases[cases$case == name, ]
  two_groups(name, d); two_waves(name, d); pretest_posttest(name, d)
  if (!name %in% c("constant", "constant_first", "one_school")) variance(name, d)
}
out <- do.call(rbind, rows); rownames(out) <- NULL
num <- vapply(out, is.numeric, TRUE); out[num] <- lapply(out[num], function(v) signif(v, 12))
write.csv(out, file.path(here, "effects.csv"), row.names = FALSE)
