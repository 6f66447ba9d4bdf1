# Marginal means, ordinal change, reliability, item functioning and coders in the seven cases of
# case_values.R: Rscript case_fits.R <star.csv> <effects_cases.csv>. NA is where there is nothing.
suppressMessages({library(lmerTest); library(MASS); library(sandwich); library(psych); library(lavaan); library(semTools)})
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
cases <- read.csv(commandArgs(TRUE)[2]); rows <- list()
add <- function(estimand, kind, estimate = NA, std_error = NA, df = NA, p_value = NA, conf_low = NA, conf_high = NA)
  rows[[length(rows) + 1]] <<- data.frame(case = now, estimand, kind, estimate = as.numeric(estimate), std_error = as.numeric(std_error),
    df = as.numeric(df), p_value = as.numeric(p_value), conf_low = as.numeric(conf_low), conf_high = as.numeric(conf_high))
two_waves <- function(d) {
  x <- rbind(data.frame(d[c("pupil", "school")], wave = "T1", score = d$first), data.frame(d[c("pupil", "school")], wave = "T2", score = d$later))
  x[!is.na(x$score), ]
}

# error and df only where no variance is 0: at an edge every program has its own way
marginal <- function(d) {
  x <- two_waves(d); x$at <- paste(x$school, x$wave)
  if (length(unique(x$school)) < 2 || sd(x$score) == 0) { for (w in c("T1", "T2")) add("marginal_mean", w); return(invisible()) }
  fit <- suppressMessages(lmer(score ~ 0 + wave + (1 | school) + (1 | at) + (1 | pupil), x, control = lmerControl(optimizer = "bobyqa",
    optCtrl = list(rhoend = 1e-9), check.conv.singular = "ignore", check.conv.grad = "ignore", check.conv.hess = "ignore")))
  for (i in 1:2) { o <- contest1D(fit, (1:2 == i) * 1, confint = TRUE); e <- if (isSingular(fit)) rep(NA, 4) else c(o$`Std. Error`, o$df, o$lower, o$upper)
    add("marginal_mean", paste0("T", i), o$Estimate, e[1], e[2], conf_low = e[3], conf_high = e[4]) }
}

# whole parts of the scores of pupils with both
ordinal <- function(d) {
  d <- d[!is.na(d$first) & !is.na(d$later), ]; x <- two_waves(d); x$y <- factor(floor(x$score), ordered = TRUE); k <- length(unique(x$school)); none <- c(NA, NA, NA, NA)
  if (nrow(d) < 10 || nlevels(x$y) < 2) { add("change_log_odds", ""); return(add("change_odds_ratio", "")) }
  fit <- polr(y ~ wave, x, Hess = TRUE, control = list(reltol = 1e-15, maxit = 5000)); b <- coef(fit)[[1]]
  if (k > 1) { se <- sqrt(vcovCL(fit, cluster = x$school, type = "HC0")[1, 1]); none <- c(se, 2 * pt(-abs(b / se), k - 1), b + c(-1, 1) * qt(.975, k - 1) * se) }
  df <- if (k > 1) k - 1 else NA
  add("change_log_odds", "", b, none[1], df, none[2], none[3], none[4]); add("change_odds_ratio", "", exp(b), NA, df, none[2], exp(none[3]), exp(none[4]))
}

# answers 0 to 3: whole points above the lowest score of the wave
answers <- function(d) {
  q <- function(v) pmin(3, pmax(0, floor(v - min(v, na.rm = TRUE)))); x <- data.frame(q1 = q(d$first), q2 = q(d$later), q3 = q(d$third), school = d$school, group = d$group)
  x[complete.cases(x), ]
}
jack <- function(f, x) {
  e <- f(x); left <- sapply(sort(unique(x$school)), function(s) f(x[x$school != s, ])); k <- length(left); if (k < 3 || any(is.na(left))) return(c(e, rep(NA, 4)))
  half <- qt(.975, k - 1) * sqrt((k - 1) / k * sum((log(1 - left) - mean(log(1 - left)))^2))
  c(e, sqrt((k - 1) / k * sum((left - mean(left))^2)), k - 1, 1 - exp(log(1 - e) + half), 1 - exp(log(1 - e) - half))
}
items <- c("q1", "q2", "q3"); model <- "f =~ q1 + q2 + q3"
heywood <- function(fit) any(abs(lavInspect(fit, "std")$lambda) >= 1)
omega <- function(x) { if (nrow(x) < 3 || any(sapply(x[items], sd) == 0)) return(NA)
  fit <- suppressWarnings(cfa(model, x, std.lv = TRUE, control = list(rel.tol = 1e-13))); if (heywood(fit)) return(NA)
  l <- lavInspect(fit, "est")$lambda; sum(l)^2 / (sum(l)^2 + sum(diag(lavInspect(fit, "est")$theta))) }
ordinals <- function(x) { fit <- suppressWarnings(cfa(model, x[items], std.lv = TRUE, ordered = items, estimator = "ULS", se = "none", test = "none", control = list(rel.tol = 1e-13)))
  if (heywood(fit)) return(c(NA, NA)); l <- lavInspect(fit, "est")$lambda
  c(sum(l)^2 / (sum(l)^2 + sum(1 - l^2)), suppressMessages(suppressWarnings(reliability(fit)))["omega", "f"]) }
scales <- function(d) {
  x <- answers(d); n <- nrow(x); names <- c("omega_total", "omega_ordinal", "omega_categorical", "spearman_brown")
  if (n < 10 || any(sapply(x[items], sd) == 0)) { for (m in c("alpha", names)) add(m, ""); return(invisible()) }
  a <- suppressMessages(suppressWarnings(psych::alpha(x[items], check.keys = FALSE)))$total$raw_alpha
  add("alpha", "", a, conf_low = 1 - (1 - a) * qf(.975, n - 1, (n - 1) * 2), conf_high = 1 - (1 - a) * qf(.025, n - 1, (n - 1) * 2))
  show <- function(m, v) add(m, "", v[1], v[2], v[3], conf_low = v[4], conf_high = v[5])
  show("omega_total", jack(omega, x)); o <- ordinals(x); add("omega_ordinal", "estimate", o[1]); add("omega_categorical", "estimate", o[2])
  show("spearman_brown", jack(function(v) { r <- cor(v$q1, v$q2); 2 * r / (1 + r) }, x))
}

# the first item by group, given the other two; answers that a group lacks are merged
functioning <- function(d) {
  x <- answers(d); if (nrow(x) < 10 || sd(x$q1) == 0) { add("dif_log_odds", ""); return(add("dif_r2", "")) }
  y <- as.integer(factor(x$q1)); g <- (x$group == "p") * 1; r <- x$q2 + x$q3; r <- r - mean(r)
  repeat { t <- table(factor(y, seq_len(max(y))), g); empty <- which(rowSums(t == 0) > 0); if (!length(empty)) break
    side <- intersect(empty[1] + c(-1, 1), seq_len(max(y))); y[y == empty[1]] <- side[which.min(rowSums(t)[side])]; y <- as.integer(factor(y)) }
  y <- factor(y); fit <- function(f) polr(f, Hess = TRUE, control = list(reltol = 1e-15, maxit = 2000)); m <- list(fit(y ~ r), fit(y ~ r + g), fit(y ~ r + g + r:g))
  l <- sapply(m, function(f) as.numeric(logLik(f))); n <- length(y); null <- as.numeric(logLik(fit(y ~ 1))); r2 <- (1 - exp(-2 * (l - null) / n)) / (1 - exp(2 * null / n))
  se <- if (length(unique(x$school)) > 1) sqrt(vcovCL(m[[2]], cluster = x$school)["g", "g"]) else NA
  add("dif_log_odds", "", coef(m[[2]])["g"], se); add("dif_r2", "", r2[3] - r2[1], p_value = pchisq(2 * (l[3] - l[1]), 2, lower = FALSE))
}

# whole parts of the three scores as codings; whether above their mean first score as a code; one story
# left out at a time, ends about the estimate less the jackknife's bias
spared <- function(estimand, f, m, low = -1) {
  e <- f(m); k <- nrow(m); left <- if (k < 5 || is.na(e)) NA else sapply(seq_len(k), function(i) f(m[-i, , drop = FALSE]))
  if (anyNA(left) || diff(range(left)) < 1e-12) return(add(estimand, "", e))
  middle <- k * e - (k - 1) * mean(left); se <- (k - 1) * sd(left) / sqrt(k); half <- qt(.975, k - 1) * se
  if (abs(middle - e) > half) add(estimand, "", e) else add(estimand, "", e, se, k - 1, conf_low = max(low, middle - half), conf_high = min(1, middle + half))
}
kripp <- function(m, delta) {   # stories by coders; pairs of one story, counted as Krippendorff does
  v <- sort(unique(m[!is.na(m)])); o <- matrix(0, length(v), length(v))
  for (i in seq_len(nrow(m))) { r <- m[i, !is.na(m[i, ])]; if (length(r) > 1) for (a in seq_along(r)) for (b in seq_along(r)) if (a != b)
    o[match(r[a], v), match(r[b], v)] <- o[match(r[a], v), match(r[b], v)] + 1 / (length(r) - 1) }
  n <- rowSums(o); D <- outer(seq_along(v), seq_along(v), Vectorize(function(a, b) delta(a, b, v, n)))
  1 - (sum(n) - 1) * sum(o * D) / sum(outer(n, n) * D)
}
deltas <- list(nominal = function(a, b, v, n) (a != b) * 1, interval = function(a, b, v, n) (v[a] - v[b])^2, ordinal = function(a, b, v, n) (sum(n[min(a, b):max(a, b)]) - (n[a] + n[b]) / 2)^2)
coders <- function(d) {
  m <- floor(as.matrix(d[c("first", "later", "third")])); high <- (as.matrix(d[c("first", "later")]) > mean(d$first, na.rm = TRUE)) * 1
  spared("code_prevalence", function(x) mean(x, na.rm = TRUE), high[rowSums(!is.na(high)) > 0, ], 0)
  kappas <- c("cohen_kappa", "cohen_kappa_linear", "cohen_kappa_quadratic")
  if (length(unique(m[!is.na(m)])) < 2) { for (e in c(kappas, "fleiss_kappa", paste0("krippendorff_", names(deltas)))) add(e, ""); return(invisible()) }
  for (l in names(deltas)) spared(paste0("krippendorff_", l), function(x) kripp(x, deltas[[l]]), m[rowSums(!is.na(m)) > 1, ])
  two <- m[!is.na(m[, 1]) & !is.na(m[, 2]), 1:2]; v <- sort(unique(c(m[!is.na(m)]))); gap <- abs(outer(v, v, "-"))
  for (p in 0:2) { w <- 1 - (if (p) gap^p / max(gap^p) else (gap > 0)); spared(kappas[p + 1], function(x)
    suppressWarnings(cohen.kappa(matrix(table(factor(x[, 1], v), factor(x[, 2], v)), length(v)), w = w))$weighted.kappa, two, if (p) -Inf else -1) }
  if (anyNA(m)) return(add("fleiss_kappa", ""))
  spared("fleiss_kappa", function(x) { N <- sapply(v, function(a) rowSums(x == a)); P <- mean((rowSums(N^2) - 3) / 6); e <- sum((colSums(N) / sum(N))^2); (P - e) / (1 - e) }, m)
}
for (now in c("balanced", "unbalanced", "missing", "tiny", "tied", "constant", "one_school")) {
  d <- cases[cases$case == now, ]; for (f in list(marginal, ordinal, scales, functioning, coders)) f(d)
}
out <- do.call(rbind, rows); rownames(out) <- NULL; num <- vapply(out, is.numeric, TRUE); out[num] <- lapply(out[num], signif, 12)
write.csv(out, file.path(here, "case_fits.csv"), row.names = FALSE)
