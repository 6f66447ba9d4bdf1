# Estimands of levels, change, arms, loss, shares, rates, persons, sites, dose and reports, in pupils
# that are balanced, unbalanced, missing, tiny, tied, constant and of one school:
# Rscript case_values.R <star.csv> <effects_cases.csv>. NA is where there is nothing to be had.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
suppressMessages({library(metafor); library(psych)})
cases <- read.csv(commandArgs(TRUE)[2])
rows <- list()
add <- function(estimand, kind, estimate = NA, std_error = NA, df = NA, p_value = NA, conf_low = NA, conf_high = NA)
  rows[[length(rows) + 1]] <<- data.frame(case = now, estimand, kind, estimate = as.numeric(estimate),
    std_error = as.numeric(std_error), df = as.numeric(df), p_value = as.numeric(p_value),
    conf_low = as.numeric(conf_low), conf_high = as.numeric(conf_high))
put <- function(estimand, kind, o, tested = TRUE)
  add(estimand, kind, o$estimate, o$std_error, o$df, if (tested) o$p_value else NA, o$conf_low, o$conf_high)
nothing <- data.frame(estimate = NA, std_error = NA, df = NA, conf_low = NA, conf_high = NA, p_value = NA)
# an estimate stands alone where there is one school, or nothing is left over
by_school <- function(y, X, g, l) {
  X <- as.matrix(X); fit <- lm.fit(X, y)
  if (fit$rank < ncol(X)) return(nothing)
  o <- nothing; o$estimate <- sum(l * fit$coefficients)
  if (length(unique(g)) < 2 || max(abs(fit$residuals)) < 1e-9 * max(1, abs(y))) return(o)
  found <- cr2(y, X, g, rbind(l)); if (found$std_error < 1e-12 * max(abs(y))) o else found
}
over <- function(o, sd, df) {   # in SDs; without an interval there is the estimate alone
  if (is.na(sd) || sd == 0 || df <= 1 || is.na(o$estimate)) return(nothing)
  if (!is.na(o$std_error)) return(in_sds(o, sd, df))
  o$estimate <- o$estimate / sd * exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2); o
}
spread_of <- function(y, g) if (sd(y) == 0) c(NA, NA) else if (length(unique(g)) < 2) c(sd(y), length(y) - 1) else total_sd(y, g)
jack <- function(f, d, by, there = identity, back = identity, error_there = FALSE, least = 2) {
  e <- f(d); left <- sapply(sort(unique(d[[by]])), function(s) f(d[d[[by]] != s, ])); k <- length(left); o <- nothing; o$estimate <- e
  if (k < least || !is.finite(e) || any(!is.finite(left)) || diff(range(left)) < 1e-12) return(o)
  se <- function(x) sqrt((k - 1) / k * sum((x - mean(x))^2)); half <- qt(.975, k - 1) * se(there(left))
  ends <- sort(back(there(e) + c(-half, half)))
  data.frame(estimate = e, std_error = if (error_there) se(there(left)) else se(left), df = k - 1, conf_low = ends[1],
             conf_high = ends[2], p_value = 2 * pt(-abs(there(e)) / se(there(left)), k - 1))
}
# wild bootstrap by school: the null imposed, every vector of signs, each sample refitted
wild <- function(y, X, g, l) {
  if (length(unique(g)) < 2 || max(abs(y - X %*% MASS::ginv(X) %*% y)) < 1e-9) return(NA)
  G <- MASS::ginv(crossprod(X)); a <- drop(X %*% G %*% l); null <- X %*% G %*% crossprod(X, y) - a * sum(a * y) / sum(l * (G %*% l)); e <- drop(y - null)
  V <- t(as.matrix(expand.grid(rep(list(c(-1, 1)), length(unique(g)))))); Y <- drop(null) + e * V[match(g, unique(g)), ]
  t_of <- function(Y) colSums(a * Y) / sqrt(colSums(rowsum(a * (Y - X %*% G %*% crossprod(X, Y)), g)^2)); mean(abs(t_of(Y)) >= abs(t_of(matrix(y))) * (1 - 1e-9))
}
one <- function(y) matrix(1, length(y))

levels_and_change <- function(d) {
  k <- d[!is.na(d$later), ]; p <- (k$group == "p") * 1
  for (s in c("all", "p", "c")) { x <- if (s == "all") k else k[k$group == s, ]
    put("mean", s, by_school(x$later, one(x$later), x$school, 1), FALSE); add("sd", s, sd(x$later)) }
  gap <- by_school(k$later, cbind(1, p), k$school, c(0, 1)); put("gender_gap", "", gap)
  z <- gap; z[c("estimate", "std_error", "conf_low", "conf_high")] <- z[c("estimate", "std_error", "conf_low", "conf_high")] / sd(k$later)
  put("gender_gap_standardised", "", if (sd(k$later) > 0) z else nothing)
  b <- d[!is.na(d$first) & !is.na(d$later), ]; b$change <- b$later - b$first
  for (m in c("spearman", "pearson"))
    put(m, "", jack(function(x) suppressWarnings(cor(x$first, x$later, method = m)), b, "school", atanh, tanh, TRUE))
  for (m in c("icc_level", "icc_change")) {
    y <- if (m == "icc_level") k$later else b$change; g <- if (m == "icc_level") k$school else b$school
    n <- as.numeric(table(g)); K <- length(n); N <- sum(n)
    if (K < 2 || sd(y) == 0) { add(m, ""); next }
    v <- as.data.frame(VarCorr(lmer(y ~ 1 + (1 | g), control = lmerControl(check.conv.singular = "ignore", optCtrl = list(xtol_rel = 1e-12, ftol_abs = 1e-14)))))$vcov
    mu <- tapply(y, g, mean); msw <- sum((y - ave(y, g))^2) / (N - K)
    W <- function(r) { w <- n / (1 + n * r); sum(w * (mu - sum(w * mu) / sum(w))^2) / (K - 1) / msw }
    end <- function(q) { f <- function(r) W(r) - qf(q, K - 1, N - K)
      if (f(0) <= 0) 0 else { r <- uniroot(f, c(0, 1e6), tol = 1e-15, maxiter = 1e5)$root; r / (1 + r) } }
    add(m, "", v[1] / sum(v), conf_low = end(.975), conf_high = end(.025))
  }
  change <- by_school(b$change, one(b$change), b$school, 1); p_wild <- wild(b$change, one(b$change), b$school, 1); f <- d[!is.na(d$first), ]
  if (anyNA(d$first) || anyNA(d$later)) {   # every score counts: the covariance by EM
    l <- rbind(data.frame(f[c("pupil", "school")], wave = "T1", score = f$first), data.frame(k[c("pupil", "school")], wave = "T2", score = k$later))
    g <- whitened(transform(l, pupil = as.character(pupil), gender = "all"), dummies(l$wave)); change <- by_school(g$y, g$X, l$school, c(-1, 1)); p_wild <- wild(g$y, g$X, l$school, c(-1, 1))
  }
  put("mean_change", "", change); add("mean_change", "wild", change$estimate, p_value = p_wild); s <- spread_of(f$first, f$school); put("g_change_model", "", over(change, s[1], s[2]))
  difference <- by_school(k$later, cbind(p, 1 - p), k$school, c(1, -1)); s <- spread_of(k$later, k$school)
  put("mean_difference", "", difference); put("g_total", "", over(difference, s[1], s[2]))
  # three waves without a gap: the joint test of both changes
  a <- d[complete.cases(d[c("first", "later", "third")]), ]
  l <- do.call(rbind, lapply(1:3, function(i) data.frame(pupil = as.character(a$pupil), school = a$school, gender = "all", wave = paste0("T", i), score = a[[c("first", "later", "third")[i]]])))
  if (length(unique(a$school)) < 2 || sd(l$score) == 0) return(add("wald_f", ""))
  X <- dummies(l$wave); S <- if (nrow(a) < 10) matrix(.5, 3, 3, dimnames = list(colnames(X), colnames(X))) + .5 * diag(3) else em_covariance(l$score, l$pupil, l$wave, l$gender)
  g <- whitened(l, X, S); fit <- lm(g$y ~ 0 + g$X); V <- vcovCR(fit, cluster = l$school, type = "CR2")
  w <- tryCatch(Wald_test(fit, constraints = rbind(c(-1, 1, 0), c(-1, 0, 1)), vcov = V, test = "HTZ"), error = function(e) NULL)
  if (is.null(w) || !is.finite(w$df_denom) || w$df_denom <= 0) add("wald_f", "") else add("wald_f", "", w$Fstat, df = w$df_denom, p_value = w$p_val)
}

conditional <- function(d) {
  names <- c("g_total_conditional", "g_within", "g_within_conditional"); b <- d[!is.na(d$first) & !is.na(d$later), ]; p <- (b$group == "p") * 1
  n <- as.numeric(table(b$school)); K <- length(n); N <- sum(n); o <- by_school(b$later, cbind(1, p, b$first), b$school, c(0, 1, 0))
  if (K < 2 || is.na(o$estimate)) { for (m in names) add(m, ""); return(invisible()) }
  part <- function(f) as.data.frame(VarCorr(lmer(f, b, control = lmerControl(check.conv.singular = "ignore", optCtrl = list(xtol_rel = 1e-12, ftol_abs = 1e-14)))))$vcov
  plain <- part(later ~ 1 + (1 | school)); given <- part(later ~ p + first + (1 | school))
  # columns that vary within schools cost df there, the others between
  inner <- qr(cbind(p - ave(p, b$school), b$first - ave(b$first, b$school)))$rank
  dw <- N - K - inner; db <- K - 1 - (2 - inner); n0 <- (N - sum(n^2) / N) / (K - 1)
  parts <- c(given[1] + given[2] / n0, (1 - 1 / n0) * given[2])
  put(names[1], "", if (db < 1 || dw < 1) nothing else over(o, sqrt(sum(given)), sum(parts)^2 / sum(parts^2 / c(db, dw))))
  put(names[2], "", over(o, sqrt(plain[2]), N - K)); put(names[3], "", if (db < 1 || dw < 1) nothing else over(o, sqrt(given[2]), dw))
}

# every third pupil is lost after the first wave
loss <- function(d) {
  d$lost <- (d$pupil %% 3 == 0) * 1; put("share_lost", "", logit_ends(by_school(d$lost, one(d$lost), d$school, 1)), FALSE)
  b <- d[!is.na(d$first), ]
  if (sd(b$first) == 0) { add("risk_slope", ""); return(add("baseline_difference", "")) }
  z <- as.numeric(scale(b$first)); put("risk_slope", "", by_school(b$lost, cbind(1, z), b$school, c(0, 1)))
  put("baseline_difference", "", by_school(z, cbind(b$lost, 1 - b$lost), b$school, c(1, -1)))
}

logit_ends <- function(o) { if (is.na(o$std_error)) return(o); e <- plogis(qlogis(o$estimate) + c(-1, 1) * qt(.975, o$df) * o$std_error / (o$estimate * (1 - o$estimate)))
  o$conf_low <- e[1]; o$conf_high <- e[2]; o }
log_ends <- function(o, e) { half <- o$conf_high - o$estimate; t <- log(e) / o$std_error; o$estimate <- e; o$p_value <- 2 * pt(-abs(t), o$df)
  o$conf_low <- e * exp(-half); o$conf_high <- e * exp(half); o }
# events: a later score above the mean first one
shares <- function(d) {
  k <- d[!is.na(d$later), ]; y <- (k$later > mean(d$first, na.rm = TRUE)) * 1; p <- (k$group == "p") * 1; x <- sum(y); n <- length(y)
  put("proportion", "school", logit_ends(by_school(y, one(y), k$school, 1)), FALSE)
  w <- suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int; b <- binom.test(x, n)$conf.int
  add("proportion", "Wilson", x / n, conf_low = w[1], conf_high = w[2]); add("proportion", "Clopper", x / n, conf_low = b[1], conf_high = b[2])
  q <- c(mean(y[p == 1]), mean(y[p == 0])); X <- cbind(p, 1 - p); o <- by_school(y, X, k$school, c(1, -1))
  o$conf_low <- max(o$conf_low, -1); o$conf_high <- min(o$conf_high, 1); put("risk_difference", "school", o); rd <- o
  e <- c(risk_ratio = q[1] / q[2], odds_ratio = q[1] * (1 - q[2]) / q[2] / (1 - q[1]))
  for (m in names(e)) { w <- if (m == "risk_ratio") c(1, -1) / q else c(1, -1) / (q * (1 - q))
    o <- if (all(is.finite(w))) by_school(y, X, k$school, w) else nothing
    put(m, "school", if (is.na(o$std_error)) transform(nothing, estimate = if (is.finite(e[[m]])) e[[m]] else NA) else log_ends(o, e[[m]])) }
  inside <- is.na(rd$conf_low) || rd$conf_low <= 0 && rd$conf_high >= 0; none <- q[1] == q[2]
  add("nnt", "school", if (none) NA else 1 / (q[1] - q[2]), df = rd$df, p_value = rd$p_value, conf_low = if (inside) NA else 1 / rd$conf_high, conf_high = if (inside) NA else 1 / rd$conf_low)
}
# events: squared distances from the median; exposure 1, 1.5, 2, 2.5 and again
rates <- function(d) {
  k <- d[!is.na(d$later), ]; n <- floor((3 * (k$later - median(k$later)))^2); t <- 1 + (seq_along(n) - 1) %% 4 / 2; p <- (k$group == "p") * 1
  o <- by_school(n / sqrt(t), sqrt(t), k$school, 1)
  put("rate", "school", if (is.na(o$std_error)) o else log_ends(transform(o, conf_high = estimate + (conf_high - estimate) / estimate), o$estimate) |> transform(std_error = o$std_error), FALSE)
  e <- poisson.test(sum(n), sum(t))$conf.int; add("rate", "exact", sum(n) / sum(t), conf_low = e[1], conf_high = e[2])
  both <- c(sum(n[p == 1]), sum(n[p == 0])); time <- c(sum(t[p == 1]), sum(t[p == 0])); r <- both / time
  if (sum(n) == 0) return(for (m in list(c("rate_ratio", "school"), c("rate_ratio", "exact"), c("rate_ratio_poisson", ""), c("rate_ratio_negbin", ""))) add(m[1], m[2]))
  e <- poisson.test(both, time); add("rate_ratio", "exact", r[1] / r[2], p_value = NA, conf_low = e$conf.int[1], conf_high = e$conf.int[2])
  o <- by_school(n / sqrt(t), cbind(p, 1 - p) * sqrt(t), k$school, c(1, -1) / r)
  put("rate_ratio", "school", if (is.na(o$std_error)) o <- transform(nothing, estimate = if (length(unique(k$school)) > 1) NA else r[1] / r[2]) else log_ends(o, r[1] / r[2]))
  for (m in c("rate_ratio_poisson", "rate_ratio_negbin")) {
    fit <- glm(n ~ p + offset(log(t)), poisson, epsilon = 1e-14, maxit = 100); b <- coef(fit); alpha <- 0; X <- cbind(1, p)
    if (m == "rate_ratio_negbin") {   # the likelihood itself: glm.nb runs away from six pupils
      loss <- function(v) -sum(dnbinom(n, size = exp(v[3]), mu = t * exp(v[1] + v[2] * p), log = TRUE)); v <- c(b, -1)
      for (i in 1:8) v <- optim(v, loss, method = if (i %% 2) "Nelder-Mead" else "BFGS", control = list(reltol = 1e-16, maxit = 5000))$par
      b <- v[1:2]; alpha <- exp(-v[3])
    }
    # the weighted regression of the last Newton step, whitened
    mu <- drop(t * exp(X %*% b)); w <- sqrt(mu / (1 + alpha * mu))
    o <- by_school(w * (drop(X %*% b) + (n - mu) / mu), w * X, k$school, c(0, 1))
    add(m, "", exp(o$estimate), df = o$df, p_value = o$p_value, conf_low = exp(o$conf_low), conf_high = exp(o$conf_high))
  }
}

# reliability .8; steps of 1 and of a half where most scores are held by several
persons <- function(d) {
  b <- d[!is.na(d$first) & !is.na(d$later), ]; change <- round(b$later - b$first, 9); S <- sd(d$first, na.rm = TRUE) * sqrt(2 * .2)
  limit <- qnorm(.975) * S; step <- c(tied = 1, tiny = .5)[now]; edge <- if (is.na(step)) limit else step * (floor(limit / step) + .5)
  # SD, limit and share made anew without each school; nothing on the logit scale for 0 and 1
  share <- function(x, side) { l <- qnorm(.975) * sd(x$first, na.rm = TRUE) * sqrt(.4); g <- round(x$later - x$first, 9); mean((sign(g) * (abs(g) > l))[!is.na(g)] == side) }
  reliably <- function(side) { o <- jack(function(x) share(x, side), d, "school"); if (o$estimate %in% 0:1) o[-1] <- NA; logit_ends(o) }
  for (rule in c("any", "reliable")) {
    status <- if (rule == "any") sign(change) else sign(change) * (abs(change) > limit); sides <- c(share_improved = 1, share_unchanged = 0, share_deteriorated = -1)
    if (rule == "reliable" && S == 0) { add("share_improved", rule); next }
    for (s in names(sides)) put(s, rule, if (rule == "any") logit_ends(by_school((status == sides[s]) * 1, one(change), b$school, 1)) else reliably(sides[s]), FALSE)
    by <- if (rule == "any") mean(status != 0) / 2 else pnorm(-edge / S)
    for (s in c("share_improved_by_chance", "share_deteriorated_by_chance")) add(s, rule, by)
  }
}
# picked with at most the median first score; reliability .7
picked <- function(d) {
  f <- d[!is.na(d$first), ]; cut <- median(f$first); of <- function(x) x$first <= cut & !is.na(x$later)
  expected <- function(x) .3 * (mean(x$first) - mean(x$first[of(x)])); adjusted <- function(x) mean((x$later - x$first)[of(x)]) - expected(x)
  put("picked_change", "", jack(adjusted, f, "school")); put("expected_regression", "", jack(expected, f, "school"))
  q <- f[of(f), ]; X <- cbind(1, q$group == "p"); if (sd(q$first) > 0) X <- cbind(X, q$first)
  put("picked_difference", "", by_school(q$later, X, q$school, c(0, 1, 0)[seq_len(ncol(X))]))
}
# schools as sites with the textbook error of their mean; and pupils of two sites, by school
sites <- function(d) {
  k <- d[!is.na(d$later), ]; v <- as.numeric(tapply(k$later, k$school, mean)); e <- as.numeric(tapply(k$later, k$school, function(x) sd(x) / sqrt(length(x)))); K <- length(v)
  at <- c("north", "south")[match(k$school, sort(unique(k$school))) %% 2 + 1]
  for (s in sort(unique(at))) { x <- k[at == s, ]; put("site_mean", s, by_school(x$later, one(x$later), x$school, 1)) }
  if (K < 2 || any(e == 0)) { for (m in c("mean_of_sites", "next_site", "tau2", "i2", "q_between")) add(m, ""); return(invisible()) }
  m <- rma(v, e^2, method = "REML", test = "adhoc", control = list(threshold = 1e-12, maxiter = 1e4)); ci <- confint(m, control = list(tol = 1e-12, tau2.max = 1e5))$random
  add("mean_of_sites", "", m$b, m$se, K - 1, m$pval, m$ci.lb, m$ci.ub); half <- qt(.975, K - 2) * sqrt(m$tau2 + m$se^2)
  add("next_site", "", m$b, conf_low = m$b - half, conf_high = m$b + half); add("tau2", "", m$tau2, conf_low = ci["tau^2", 2], conf_high = ci["tau^2", 3])
  add("i2", "", m$I2 / 100, conf_low = ci["I^2(%)", 2] / 100, conf_high = ci["I^2(%)", 3] / 100); add("q_between", "", m$QE, df = K - 1, p_value = m$QEp)
}
# dose by school and group: number of the school mod 3, half that number, and for "p" 1 or 2 more
doses <- function(d) {
  b <- d[!is.na(d$first) & !is.na(d$later), ]; i <- match(b$school, sort(unique(d$school))) - 1; x <- i %% 3 + .5 * i + (b$group == "p") * (1 + i %% 2)
  names <- c("dose_slope", "dose_slope_within", "dose_slope_between"); y <- b$later - b$first
  if (length(unique(b$school)) < 2) { for (m in names) add(m, ""); return(invisible()) }
  between <- ave(x, b$school); inside <- x - between; put(names[1], "", by_school(y, cbind(1, x), b$school, c(0, 1)))
  X <- if (max(abs(inside)) < 1e-9) cbind(1, between) else cbind(1, inside, between)
  put(names[2], "", if (ncol(X) < 3) nothing else by_school(y, X, b$school, c(0, 1, 0))); put(names[3], "", by_school(y, X, b$school, c(numeric(ncol(X) - 1), 1)))
}
# later scores as the teacher's report of the first ones, schools as teachers
raters <- function(d) {
  b <- d[!is.na(d$first) & !is.na(d$later), ]; gap <- function(x) x$later - x$first; put("rater_bias", "", by_school(gap(b), one(b$first), b$school, 1))
  icc <- function(x) { if (nrow(x) < 2 || sd(c(x$first, x$later)) == 0) return(NA)
    s <- summary(aov(y ~ factor(i) + factor(j), data.frame(y = c(x$first, x$later), i = seq_len(nrow(x)), j = rep(1:2, each = nrow(x)))))[[1]][["Mean Sq"]]
    (s[1] - s[3]) / (s[1] + s[3] + 2 * (s[2] - s[3]) / nrow(x)) }
  if (!is.na(icc(b))) stopifnot(abs(icc(b) - suppressWarnings(suppressMessages(ICC(cbind(b$first, b$later), lmer = FALSE)))$results["Single_random_raters", "ICC"]) < 1e-8)
  j <- function(m, ...) { o <- jack(..., least = 3); if (m == "icc_a1") o$conf_low <- max(o$conf_low, -1); put(m, "", o, FALSE) }
  j("rater_correlation", function(x) suppressWarnings(cor(x$first, x$later)), b, "school", atanh, tanh); j("icc_a1", icc, b, "school", function(v) log(1 - v), function(v) 1 - exp(v))
  j("loa_low", function(x) mean(gap(x)) - qnorm(.975) * sd(gap(x)), b, "school"); j("loa_high", function(x) mean(gap(x)) + qnorm(.975) * sd(gap(x)), b, "school")
}
for (now in c("balanced", "unbalanced", "missing", "tiny", "tied", "constant", "one_school")) {
  d <- cases[cases$case == now, ]
  for (f in list(levels_and_change, conditional, loss, shares, rates, persons, picked, sites, doses, raters)) f(d)
}
write_reference(rows, "case_values.csv")
