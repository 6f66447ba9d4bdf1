# Shares, rates, changed persons, picked pupils, sites, coders: Rscript shares.R <star.csv>
# base R where it defines the same thing, metafor, psych, clubSandwich; else plain R from the papers
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
suppressMessages({library(metafor); library(psych)})
rows <- list()
add <- function(family, case, input, estimand, interval, estimate = NA, std_error = NA, df = NA, conf_low = NA,
                conf_high = NA, p_value = NA, subgroup = "", rule = "")
  rows[[length(rows) + 1]] <<- data.frame(family, case, input, rule, subgroup, estimand, interval,
    estimate = as.numeric(estimate), std_error = as.numeric(std_error), df = as.numeric(df),
    conf_low = as.numeric(conf_low), conf_high = as.numeric(conf_high), p_value = as.numeric(p_value))
text <- function(...) paste(format(c(...), digits = 15, trim = TRUE, scientific = FALSE), collapse = " ")
root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-14, maxiter = 1e4)$root
outward <- function(f, from, by) { while (f(from + by) < 0) { from <- from + by; by <- 2 * by }
  root(f, min(from, from + by), max(from, from + by)) }

# ---- one share
for (x in list(c(81, 263), c(0, 20), c(20, 20), c(1, 3), c(0, 1), c(1, 2), c(15, 148))) {
  w <- suppressWarnings(prop.test(x[1], x[2], correct = FALSE)); b <- binom.test(x[1], x[2])
  add("proportion", "one", text(x), "proportion", "Wilson", x[1] / x[2], conf_low = w$conf.int[1], conf_high = w$conf.int[2])
  add("proportion", "one", text(x), "proportion", "Clopper-Pearson", x[1] / x[2], conf_low = b$conf.int[1], conf_high = b$conf.int[2])
}
# ---- two shares
wilson <- function(x, n) suppressWarnings(prop.test(x, n, correct = FALSE))$conf.int
newcombe <- function(x1, n1, x2, n2) {
  a <- wilson(x1, n1); b <- wilson(x2, n2); p <- x1 / n1; q <- x2 / n2
  p - q + c(-sqrt((p - a[1])^2 + (b[2] - q)^2), sqrt((a[2] - p)^2 + (q - b[1])^2))
}
# Koopman: chi-squared at the restricted shares, which a search over q2 finds here
koopman <- function(x1, n1, x2, n2) {
  dev <- function(theta) {
    top <- min(1, exp(-theta))
    g <- function(q2) { q1 <- exp(theta) * q2   # slope of the log likelihood, times q2
      x1 + x2 - (n1 - x1) * q1 / (1 - q1) - (n2 - x2) * q2 / (1 - q2) }
    inner <- top * (1 - 1e-13)   # a likelihood that rises to the edge has its maximum there
    q2 <- if (g(inner) > 0) top else root(g, 0, inner); q1 <- min(exp(theta) * q2, 1)
    part <- function(x, n, q) if (abs(x - n * q) < 1e-13 * n) 0 else (x - n * q)^2 / (n * q * (1 - q))
    part(x1, n1, q1) + part(x2, n2, q2) - qchisq(.95, 1)
  }
  start <- log(max(x1, .01) / n1) - log(max(x2, .01) / n2)
  c(if (x1 == 0) 0 else exp(outward(dev, start, -.25)), if (x2 == 0) Inf else exp(outward(dev, start, .25)))
}
# as fisher.test, whose own ends stop at its uniroot's tolerance of 1e-4
fisher_ends <- function(x1, n1, x2, n2) {
  s <- max(0, x1 + x2 - n2):min(n1, x1 + x2); if (length(s) == 1) return(c(0, Inf))
  tail <- function(t, side) { l <- dhyper(s, n1, n2, x1 + x2, log = TRUE) + t * s; w <- exp(l - max(l)); sum(w[side]) / sum(w) - .025 }
  c(if (x1 == min(s)) 0 else exp(root(function(t) tail(t, s >= x1), -40, 40)),
    if (x1 == max(s)) Inf else exp(root(function(t) tail(t, s <= x1), -40, 40)))
}
for (x in list(c(56, 70, 48, 80), c(9, 10, 3, 10), c(0, 20, 5, 25), c(7, 34, 0, 34), c(0, 10, 0, 10), c(10, 10, 10, 12),
               c(2, 3, 1, 3), c(36, 40, 16, 80), c(300, 400, 280, 400))) {
  m <- matrix(c(x[1], x[2] - x[1], x[3], x[4] - x[3]), 2)
  f <- fisher_ends(x[1], x[2], x[3], x[4]); R <- fisher.test(m)$conf.int
  stopifnot(all(ifelse(is.finite(f) & f > 0, abs(f / R - 1) < .02, f == R)))
  d <- newcombe(x[1], x[2], x[3], x[4]); k <- koopman(x[1], x[2], x[3], x[4])
  fin <- function(v) if (is.finite(v)) v else NA
  p <- x[1] / x[2]; q <- x[3] / x[4]
  add("two", "shares", text(x), "risk_difference", "Newcombe", p - q, conf_low = d[1], conf_high = d[2])
  add("two", "shares", text(x), "risk_ratio", "Koopman", fin(p / q), conf_low = k[1], conf_high = k[2])
  add("two", "shares", text(x), "odds_ratio", "exact conditional", fin(p * (1 - q) / (q * (1 - p))), conf_low = f[1], conf_high = f[2])
  inside <- d[1] <= 0 && d[2] >= 0
  add("two", "shares", text(x), "nnt", "inverted Newcombe", fin(1 / (p - q)), conf_low = if (inside) NA else 1 / d[2], conf_high = if (inside) NA else 1 / d[1])
}
# what metafor calls RR and OR is the same estimate
for (m in c("RR", "OR")) stopifnot(abs(exp(escalc(m, ai = 56, n1i = 70, ci = 48, n2i = 80)$yi) /
  c(RR = (56/70)/(48/80), OR = 56 * 32 / (14 * 48))[m] - 1) < 1e-12)

# ---- rates
exact_ratio <- function(x1, t1, x2, t2) poisson.test(c(x1, x2), c(t1, t2))$conf.int
mid_p <- function(x1, t1, x2, t2) {
  n <- x1 + x2; up <- function(p) pbinom(x1, n, p, lower.tail = FALSE) + dbinom(x1, n, p) / 2
  low <- if (x1 == 0) 0 else root(function(p) up(p) - .025, 1e-12, 1 - 1e-12)
  high <- if (x1 == n) 1 else root(function(p) up(p) - .975, 1e-12, 1 - 1e-12)
  c(low / (1 - low), high / (1 - high)) * t2 / t1
}
for (x in list(c(11, 800), c(0, 50), c(1, 3.5), c(137, 24.19893))) {
  p <- poisson.test(x[1], x[2])
  add("rate", "one", text(x), "rate", "exact Poisson", x[1] / x[2], conf_low = p$conf.int[1], conf_high = p$conf.int[2])
}
for (x in list(c(11, 800, 4, 1000), c(0, 10, 4, 12), c(4, 12, 0, 10), c(5, 10, 5, 10), c(1, 2, 1, 3), c(63, 28010, 41, 19017))) {
  e <- exact_ratio(x[1], x[2], x[3], x[4]); m <- mid_p(x[1], x[2], x[3], x[4]); s <- x[2] / (x[2] + x[4])
  t <- min(pbinom(x[1], x[1] + x[3], s), pbinom(x[1] - 1, x[1] + x[3], s, lower.tail = FALSE))
  r <- if (x[3] > 0) x[1] / x[2] / (x[3] / x[4]) else NA
  add("rates", "two", text(x), "rate_ratio", "exact conditional", r, conf_low = e[1], conf_high = e[2], p_value = min(1, 2 * t))
  add("rates", "two", text(x), "rate_ratio", "mid-P", r, conf_low = m[1], conf_high = m[2],
      p_value = min(1, 2 * (t - dbinom(x[1], x[1] + x[3], s) / 2)))
}
# ---- by school: made-up pupils, event = wellbeing above 5, events = whole part of 2 x |flat|
d <- synthetic[synthetic$outcome == "wellbeing" & synthetic$wave == "T1", ]
y <- (d$score > 5) * 1; girl <- (d$gender == "girls") * 1; X <- cbind(girl, 1 - girl)
all <- cr2(y, matrix(1, length(y)), d$school, rbind(1))
on_logit <- function(c) plogis(qlogis(c$estimate) + c(-1, 1) * qt(.975, c$df) * c$std_error / (c$estimate * (1 - c$estimate)))
e <- on_logit(all)
add("by school", "event", "", "proportion", "CR2", all$estimate, all$std_error, all$df, e[1], e[2])
p <- c(mean(y[girl == 1]), mean(y[girl == 0]))
on_log <- function(case, estimand, y, X, w, log_ratio) {
  c <- cr2(y, X, d$school, rbind(w)); h <- c$conf_high - c$estimate; t <- log_ratio / c$std_error
  add("by school", case, "", estimand, "CR2", exp(log_ratio), c$std_error, c$df, exp(log_ratio - h), exp(log_ratio + h), 2 * pt(-abs(t), c$df))
}
diff <- cr2(y, X, d$school, rbind(c(1, -1)))
add("by school", "event", "", "risk_difference", "CR2", diff$estimate, diff$std_error, diff$df, diff$conf_low, diff$conf_high, diff$p_value)
on_log("event", "risk_ratio", y, X, c(1, -1) / p, log(p[1] / p[2]))
on_log("event", "odds_ratio", y, X, c(1, -1) / (p * (1 - p)), qlogis(p[1]) - qlogis(p[2]))
flat <- synthetic[synthetic$outcome == "flat" & synthetic$wave == "T1", ]; stopifnot(all.equal(flat$pupil, d$pupil))
n <- floor(2 * abs(flat$score)); time <- 150 + (seq_along(n) - 1) %% 40
one <- cr2(n / sqrt(time), matrix(sqrt(time)), d$school, rbind(1))
stopifnot(abs(one$estimate - sum(n) / sum(time)) < 1e-12)
h <- qt(.975, one$df) * one$std_error / one$estimate
add("by school", "events", "", "rate", "CR2", one$estimate, one$std_error, one$df, one$estimate * exp(-h), one$estimate * exp(h))
r <- c(sum(n[girl == 1]) / sum(time[girl == 1]), sum(n[girl == 0]) / sum(time[girl == 0]))
on_log("events", "rate_ratio", n / sqrt(time), X * sqrt(time), c(1, -1) / r, log(r[1] / r[2]))

# ---- changed persons: wellbeing times 3, rounded; reliability .8, important from 3
w <- synthetic[synthetic$outcome == "wellbeing", ]; w$score <- round(3 * w$score)
both <- merge(w[w$wave == "T1", c("pupil", "school", "gender", "score")], w[w$wave == "T3", c("pupil", "score")], by = "pupil")
change <- both$score.y - both$score.x
S <- sd(w$score[w$wave == "T1"]) * sqrt(2 * (1 - .8))
limit <- qnorm(.975) * S
status <- list(any = sign(change), reliable = sign(change) * (abs(change) > limit), important = sign(change) * (abs(change) >= 3))
# the first whole difference that counts, less a half
chance <- c(reliable = pnorm(-(floor(limit) + 1 - .5) / S), important = pnorm(-2.5 / S))
sides <- c(share_improved = 1, share_unchanged = 0, share_deteriorated = -1)
# reliable change: SD, limit and share made anew without each school
reliably <- function(begun, both, side, s) {
  change <- both$score.y - both$score.x; far <- qnorm(.975) * sd(begun$score) * sqrt(2 * (1 - .8))
  hit <- sign(change) * (abs(change) > far) == side; of <- function(g) mean(hit[both$gender %in% g])
  if (s == "girls - boys") of("girls") - of("boys") else of(if (s %in% genders) s else genders)
}
left_out <- function(begun, both, side, s) {
  p <- reliably(begun, both, side, s); schools <- unique(begun$school); k <- length(schools)
  l <- sapply(schools, function(x) reliably(begun[begun$school != x, ], both[both$school != x, ], side, s)); se <- sqrt((k - 1) / k * sum((l - mean(l))^2))
  df <- length(unique(both$school[both$gender %in% if (s %in% genders) s else genders])) - 1; half <- qt(.975, df) * se
  o <- data.frame(estimate = p, std_error = se, df = df, conf_low = p - half, conf_high = p + half, p_value = NA)
  if (s == "girls - boys") o$p_value <- 2 * pt(-abs(p / se), df) else o[c("conf_low", "conf_high")] <- on_logit(o)
  o
}
for (rule in names(status)) for (s in c("all", "girls", "boys", "girls - boys")) {
  inside <- both$gender %in% if (s %in% genders) s else genders
  X <- if (s == "girls - boys") cbind(both$gender == "girls", both$gender == "boys") * 1 else matrix(1, sum(inside))
  for (side in names(sides)) {
    if (rule == "reliable") {
      o <- left_out(w[w$wave == "T1", ], both, sides[side], s)
      add("persons", "rounded", "", side, "jackknife", o$estimate, o$std_error, o$df, o$conf_low, o$conf_high, o$p_value, s, rule)
      next
    }
    c <- cr2((status[[rule]] == sides[side])[inside] * 1, X, both$school[inside], rbind(if (ncol(X) == 2) c(1, -1) else 1))
    ends <- if (ncol(X) == 2) pmin(pmax(c(c$conf_low, c$conf_high), -1), 1) else on_logit(c)
    add("persons", "rounded", "", side, "CR2", c$estimate, c$std_error, c$df, ends[1], ends[2], subgroup = s, rule = rule)
  }
  changed <- tapply(status[[rule]] != 0, both$gender, mean)
  by <- if (rule == "any") switch(s, all = mean(status$any != 0), changed["girls"] - changed["boys"]) / 2 else
    if (s == "girls - boys") 0 else chance[rule]
  if (rule == "any" && s %in% genders) by <- changed[s] / 2
  for (side in c("share_improved_by_chance", "share_deteriorated_by_chance"))
    add("persons", "rounded", "", side, "none", by, subgroup = s, rule = rule)
}
# as scored, so that the limit moves with every school: nobody of school 11 seen later, no girls in school 2
w <- synthetic[synthetic$outcome == "wellbeing" & !(synthetic$school == "s02" & synthetic$gender %in% "girls"), ]
both <- merge(w[w$wave == "T1", c("pupil", "school", "gender", "score")], w[w$wave == "T3" & w$school != "s11", c("pupil", "score")], by = "pupil")
for (s in c("all", "girls", "boys", "girls - boys")) for (side in names(sides)) {
  o <- left_out(w[w$wave == "T1", ], both, sides[side], s)
  add("persons", "uneven", "", side, "jackknife", o$estimate, o$std_error, o$df, o$conf_low, o$conf_high, o$p_value, s, "reliable")
}

# ---- picked by the first score: at most 4; reliability .7; comparison: every other pupil by number
u <- synthetic[synthetic$outcome == "wellbeing", ]
b <- merge(u[u$wave == "T1", c("pupil", "school", "score")], u[u$wave == "T3", c("pupil", "score")], by = "pupil", all.x = TRUE)
names(b)[3:4] <- c("x", "y"); pick <- function(b) b$x <= 4 & !is.na(b$y)
expected <- function(b) .3 * (mean(b$x) - mean(b$x[pick(b)]))
adjusted <- function(b) mean((b$y - b$x)[pick(b)]) - expected(b)
schools <- sort(unique(b$school)); k <- length(schools)
for (m in list(list("picked_change", adjusted), list("expected_regression", expected))) {
  l <- sapply(schools, function(s) m[[2]](b[b$school != s, ])); e <- m[[2]](b); se <- sqrt((k - 1) / k * sum((l - mean(l))^2))
  add("picked", "low", "", m[[1]], "jackknife", e, se, k - 1, e - qt(.975, k - 1) * se, e + qt(.975, k - 1) * se, 2 * pt(-abs(e / se), k - 1))
}
# where scores are normal, the formula of Barnett et al. 2005: sigma_w^2 / sigma_t C(z), C(z) = phi(z) / Phi(z) below a cut
z <- qnorm(ppoints(2e5, .5)); mu <- 50; st <- 10; cut <- 42; rho <- .7; c0 <- (cut - mu) / st
add("picked", "barnett", text(mu, st, cut, rho), "expected_regression", "", (1 - rho) * st^2 / st * dnorm(c0) / pnorm(c0))
b$arm <- (seq_len(nrow(b)) - 1) %% 2; q <- b[pick(b), ]
a <- cr2(q$y, cbind(1, q$arm, q$x), q$school, rbind(c(0, 1, 0)))
add("picked", "low", "", "picked_difference", "CR2", a$estimate, a$std_error, a$df, a$conf_low, a$conf_high, a$p_value)

# ---- sites: metafor's adhoc (Knapp & Hartung, never narrower); prediction t(k - 2)
g <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
sites <- list(bcg = list(g$yi, sqrt(g$vi)), six = list(c(.42, .10, .31, -.05, .22, .55), c(.12, .15, .10, .21, .18, .14)),
  three = list(c(.1, .5, .9), c(.1, .1, .1)), two = list(c(.1, .9), c(.2, .3)), tied = list(rep(.3, 5), c(.1, .2, .1, .3, .2)),
  alike = list(c(.30, .31, .29, .30), c(.2, .3, .2, .25)))
for (s in names(sites)) {
  v <- as.numeric(sites[[s]][[1]]); e <- as.numeric(sites[[s]][[2]]); k <- length(v); input <- paste(text(v), text(e), sep = "|")
  m <- rma(v, e^2, method = "REML", test = "adhoc", control = list(threshold = 1e-12, maxiter = 1e4)); ci <- confint(m, control = list(tol = 1e-12, tau2.max = 1e5))$random
  add("sites", s, input, "mean_of_sites", "Hartung-Knapp", m$b, m$se, k - 1, m$ci.lb, m$ci.ub, m$pval)
  half <- if (k > 2) qt(.975, k - 2) * sqrt(m$tau2 + m$se^2) else NA
  add("sites", s, input, "next_site", "prediction", m$b, conf_low = m$b - half, conf_high = m$b + half)
  add("sites", s, input, "tau2", "Q-profile", m$tau2, conf_low = ci["tau^2", 2], conf_high = ci["tau^2", 3])
  add("sites", s, input, "i2", "Q-profile", m$I2 / 100, conf_low = ci["I^2(%)", 2] / 100, conf_high = ci["I^2(%)", 3] / 100)
  add("sites", s, input, "q_between", "", m$QE, df = k - 1, p_value = m$QEp)
}

# ---- sites of pupils in schools: errors estimated (CR2), so that they have df
# Welch's test of means with variances v + t, of which v is estimated on f df; oneway.test is t = 0
welch <- function(y, v, f, t) {
  w <- 1 / (v + t); h <- w / sum(w); k <- length(y); a <- sum((1 - h)^2 / (f * ((v + t) / v)^2))
  pf(sum(w * (y - sum(h * y))^2) / (k - 1) / (1 + 2 * (k - 2) / (k^2 - 1) * a), k - 1, (k^2 - 1) / 3 / a, lower.tail = FALSE)
}
for (x in list(list(c(3, 5, 4, 8), c(9, 7, 12), c(1, 2, 2, 6, 3)), list(c(1, 2), c(4, 9, 5)), list(c(1, 2, 4), c(2, 3, 1, 3), c(2, 2.5), c(1, 9, 5)))) {
  m <- sapply(x, mean); n <- lengths(x); p <- oneway.test(y ~ g, data.frame(y = unlist(x), g = rep(seq_along(x), n)))$p.value
  stopifnot(abs(welch(m, sapply(x, var) / n, n - 1, 0) - p) < 1e-12)
  add("welch", paste(length(x), "groups"), paste(sapply(x, text), collapse = "|"), "q_between", "Welch", p_value = p)
}
ends_of <- function(y, v, f) {   # every step of a fine grid, whichever way p goes
  p <- function(t) welch(y, v, f, t); t <- c(0, exp(seq(log(1e-7 * min(v)), log(1e5 * max(v, diff(range(y))^2)), length.out = 2e4))); q <- sapply(t, p)
  low <- which(q >= .025)[1]; high <- max(which(q <= .975), 0)
  c(if (low == 1) 0 else root(function(x) p(x) - .025, t[low - 1], t[low]), if (high == 0) 0 else root(function(x) p(x) - .975, t[high], t[high + 1]))
}
# school i (in order, from 0) stands at site i mod `by`, or, ranked by its mean, at site i div `by`;
# a site of one school has no error
for (s in list(list("synthetic", "wellbeing", 2), list("synthetic", "wellbeing", 3), list("synthetic", "wellbeing", 6),
               list("synthetic", "flat", 3), list("synthetic", "flat", 4), list("star", "math", 8), list("star", "read", 20),
               list("synthetic", "wellbeing", -2), list("synthetic", "flat", -4), list("star", "math", -10), list("star", "read", -27))) {
  d <- get(s[[1]]); d <- d[d$outcome == s[[2]] & d$wave == "T1", ]; by <- s[[3]]
  at <- if (by > 0) (match(d$school, sort(unique(d$school), method = "radix")) - 1) %% by else
    (rank(tapply(d$score, d$school, mean))[d$school] - 1) %/% -by
  own <- do.call(rbind, lapply(sort(unique(at)), function(i) { x <- d[at == i, ]
    if (length(unique(x$school)) < 2) NULL else cr2(x$score, matrix(1, nrow(x)), x$school, matrix(1)) }))
  y <- own$estimate; v <- own$std_error^2; k <- length(y); e <- ends_of(y, v, own$df); input <- paste(s[[2]], by)
  m <- rma(y, v, method = "REML", test = "adhoc", control = list(threshold = 1e-12, maxiter = 1e4)); u <- (k - 1) * sum(1 / v) / (sum(1 / v)^2 - sum(1 / v^2))
  put <- function(...) add("sites_pupils", s[[1]], input, ...)
  put("mean_of_sites", "Hartung-Knapp", m$b, m$se, k - 1, m$ci.lb, m$ci.ub, m$pval)
  put("tau2", "Welch", m$tau2, conf_low = e[1], conf_high = e[2])
  put("i2", "Welch", m$I2 / 100, conf_low = e[1] / (e[1] + u), conf_high = e[2] / (e[2] + u))
  put("q_between", "Welch", m$QE, df = k - 1, p_value = welch(y, v, own$df, 0))
}

# ---- coders: psych's kappas; alpha, Fleiss and shares in plain R; stories left out one by one, then schools
jack <- function(f, m, unit, low) {   # f of rows of m; ends lie about the estimate less the jackknife's bias
  e <- f(m); u <- unique(unit); k <- length(u); none <- c(e, rep(NA, 4)); if (k < 5 || is.na(e)) return(none)
  left <- sapply(u, function(x) f(m[unit != x, , drop = FALSE])); if (anyNA(left) || diff(range(left)) < 1e-12) return(none)
  middle <- k * e - (k - 1) * mean(left); se <- (k - 1) * sd(left) / sqrt(k); half <- qt(.975, k - 1) * se
  if (abs(middle - e) > half) none else c(e, se, k - 1, max(low, middle - half), min(1, middle + half))
}
kripp <- function(m, delta) {   # stories by coders; pairs of one story, counted as Krippendorff does
  v <- sort(unique(m[!is.na(m)])); o <- matrix(0, length(v), length(v))
  for (i in seq_len(nrow(m))) { r <- m[i, !is.na(m[i, ])]; if (length(r) > 1)
    for (a in seq_along(r)) for (b in seq_along(r)) if (a != b)
      o[match(r[a], v), match(r[b], v)] <- o[match(r[a], v), match(r[b], v)] + 1 / (length(r) - 1) }
  n <- rowSums(o); D <- outer(seq_along(v), seq_along(v), Vectorize(function(a, b) delta(a, b, v, n)))
  1 - (sum(n) - 1) * sum(o * D) / sum(outer(n, n) * D)
}
deltas <- list(nominal = function(a, b, v, n) (a != b) * 1, interval = function(a, b, v, n) (v[a] - v[b])^2,
  ordinal = function(a, b, v, n) (sum(n[min(a, b):max(a, b)]) - (n[a] + n[b]) / 2)^2)
set.seed(4)
draw <- function(n, coders, values, noise) { t <- sample(values, n, TRUE)
  sapply(seq_len(coders), function(i) ifelse(runif(n) < noise, sample(values, n, TRUE), t)) }
codings <- list(balanced = draw(60, 2, 1:4, .3), binary = draw(25, 2, 0:1, .2), tiny = cbind(c(1, 2, 3), c(1, 2, 2)),
  against = cbind(c(1, 2, 1, 2), c(2, 1, 2, 1)), three = draw(40, 3, 1:5, .4))
codings$missing <- codings$three; codings$missing[cbind(c(1, 2, 5, 5, 9, 33), c(1, 2, 1, 3, 2, 3))] <- NA
say <- function(m) paste(apply(m, 1, function(r) paste(ifelse(is.na(r), "NA", r), collapse = " ")), collapse = ";")
for (c in names(codings)) for (by in c("", "schools")) {
  m <- codings[[c]]; top <- max(m, na.rm = TRUE); v <- sort(unique(m[!is.na(m)])); gap <- abs(outer(v, v, "-")); coded <- rowSums(!is.na(m))
  unit <- if (by == "") seq_len(nrow(m)) else floor(sqrt(seq_len(nrow(m)) - 1))   # schools of 1, 3, 5, ... stories
  put <- function(estimand, f, used, low = -1) { o <- jack(f, m[used, , drop = FALSE], unit[used], low)
    add("coders", c, say(m), estimand, "", o[1], o[2], o[3], o[4], o[5], rule = by) }
  for (l in names(deltas)) put(paste0("krippendorff_", l), function(x) kripp(x, deltas[[l]]), coded > 1)
  weigh <- function(w) function(x) suppressWarnings(cohen.kappa(matrix(table(factor(x[, 1], v), factor(x[, 2], v)), length(v)), w = 1 - w / max(w)))$weighted.kappa
  if (ncol(m) == 2) {
    put("cohen_kappa", weigh((gap > 0) * 1), coded > 1)
    put("cohen_kappa_quadratic", weigh(gap^2), coded > 1, -Inf); put("cohen_kappa_linear", weigh(gap), coded > 1, -Inf)
  }
  if (!anyNA(m)) put("fleiss_kappa", function(x) { N <- sapply(v, function(a) rowSums(x == a)); r <- ncol(x)
    P <- mean((rowSums(N^2) - r) / (r * (r - 1))); e <- sum((colSums(N) / sum(N))^2); (P - e) / (1 - e) }, coded > 1)
  put("code_prevalence", function(x) mean(x == top, na.rm = TRUE), coded > 0, 0)
}
write_reference(rows, "shares.csv")
