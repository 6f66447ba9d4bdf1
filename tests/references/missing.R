# Gaps, dose and two reports: mice, pan, clubSandwich, lme4, psych, plain R: Rscript missing.R
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
suppressMessages({library(mice); library(pan); library(psych)})
rows <- list()
add <- function(data, estimand, contrast, subgroup, estimate, std_error = NA, df = NA,
                conf_low = NA, conf_high = NA, p_value = NA, fmi = NA)
  rows[[length(rows) + 1]] <<- data.frame(data, estimand, contrast, subgroup, estimate, std_error,
                                          df, conf_low, conf_high, p_value, fmi)

# Rubin's rules of fixed numbers; complete-data df as mice takes them, n - k
pools <- list(few = list(c(1.1, .9, 1.4, 1.0, .8), c(.2, .25, .22, .3, .21), 9.43),
  many = list(sin(1:20) / 3, .1 + cos(1:20)^2 / 9, 40),
  two = list(c(-.1, .15), c(.05, .06), 4.2),
  "no end" = list(c(2, 2.5, 2.2), c(.5, .4, .45), Inf))
for (n in names(pools)) {
  x <- pools[[n]]
  p <- pool.scalar(x[[1]], x[[2]], n = x[[3]] + 1, k = 1)
  se <- sqrt(p$t)
  add("pool", "pooled", n, "", p$qbar, se, p$df, p$qbar - qt(.975, p$df) * se,
      p$qbar + qt(.975, p$df) * se, 2 * pt(-abs(p$qbar) / se, p$df), p$fmi)
}

# gaps filled by a rule: 5 + 0.1 (place mod 7), and in data set d 0.2 d more, 0.3 d for boys and
# 0.4 d for odd pupils on top; places are counted over pupils, then waves. Then the regression
# with pupil effects and Rubin's rules
all_rows <- read.csv(file.path(here, "synthetic_11_schools.csv"), colClasses = "character",
                     na.strings = c("", "NA"))
all_rows$score <- as.numeric(all_rows$score)
waves <- c("T1", "T2", "T3")
filled <- function(outcome, d, shift = 0) {
  x <- all_rows[all_rows$outcome == outcome, ]
  x <- x[order(x$pupil, x$wave), ]
  gap <- is.na(x$score)
  place <- seq_len(nrow(x)) - 1
  odd <- as.integer(substr(x$pupil, 2, 4)) %% 2
  x$score[gap] <- (5 + .1 * (place %% 7) + d * (.2 + .3 * (x$gender == "boys") + .4 * odd))[gap]
  x$score <- x$score + shift * (gap & x$wave != "T1")
  x$arm <- c("other", "some")[odd + 1]
  x
}
pooled <- function(Q, U, dfcom) {
  p <- pool.scalar(Q, U, n = dfcom + 1, k = 1); se <- sqrt(p$t)
  list(p$qbar, se, p$df, p$qbar - qt(.975, p$df) * se, p$qbar + qt(.975, p$df) * se,
       2 * pt(-abs(p$qbar) / se, p$df))
}
total_sd <- function(outcome) {
  d <- all_rows[all_rows$outcome == outcome & all_rows$wave == "T1" & !is.na(all_rows$score), ]
  v <- as.data.frame(VarCorr(suppressMessages(lmer(score ~ 1 + (1 | school_attended), d))))$vcov
  sqrt(sum(v))
}
for (outcome in c("wellbeing", "flat")) for (delta in c(0, -.2, .5)) {
  sd <- total_sd(outcome)
  fits <- lapply(1:3, function(d) {
    x <- filled(outcome, d, delta * sd)
    cell <- paste(x$wave, x$gender, sep = "|"); X <- dummies(cell)
    share <- share_girls(x)
    L <- do.call(rbind, lapply(c("T2", "T3"), function(w)
      do.call(rbind, lapply(unname(subgroup_list(share)), function(s) weigh(colnames(X), w, "T1", s)))))
    cr2(demean(x$score, x$pupil), apply(X, 2, demean, g = x$pupil), x$school, L)
  })
  for (i in 1:8) {
    Q <- sapply(fits, function(f) f$estimate[i]); U <- sapply(fits, function(f) f$std_error[i]^2)
    do.call(add, c(list(paste("filled", outcome, delta), "mean_change",
                        paste(c("T2", "T3")[(i > 4) + 1], "- T1"),
                        names(subgroup_list(.5))[(i - 1) %% 4 + 1]),
                   pooled(Q, U, fits[[1]]$df[i])))
  }
}
# arms inside schools, at T2 with stratum effects
fits <- lapply(1:3, function(d) {
  x <- filled("wellbeing", d); x <- x[x$wave == "T2", ]
  X <- dummies(paste("T2", x$gender, x$arm, sep = "|"))
  L <- do.call(rbind, lapply(subgroup_list(share_girls(x)), function(s)
    weigh(colnames(X), "T2", "T2", s, "|some", "|other")))
  cr2(demean(x$score, x$school), apply(X, 2, demean, g = x$school), x$school, L)
})
for (i in 1:4) {
  Q <- sapply(fits, function(f) f$estimate[i]); U <- sapply(fits, function(f) f$std_error[i]^2)
  do.call(add, c(list("filled arms", "mean_difference", "some - other at T2",
                      names(subgroup_list(.5))[i]), pooled(Q, U, fits[[1]]$df[i])))
}

# paired differences, one school left out at a time
jackknife <- function(f, d, by, there = identity, back = identity) {
  e <- f(d); left <- sapply(sort(unique(d[[by]])), function(k) f(d[d[[by]] != k, ]))
  k <- length(left); z <- there(left); half <- qt(.975, k - 1) * sqrt((k - 1) / k * sum((z - mean(z))^2))
  ends <- sort(back(there(e) + c(-half, half)))
  c(e, sqrt((k - 1) / k * sum((left - mean(left))^2)), k - 1, ends)
}
w <- reshape(synthetic[synthetic$outcome == "wellbeing", c("pupil", "school", "gender", "wave", "score")],
             idvar = c("pupil", "school", "gender"), timevar = "wave", direction = "wide")
names(w)[4:6] <- waves
for (later in c("T2", "T3")) {
  d <- w[!is.na(w$T1) & !is.na(w[[later]]), ]; d$change <- d[[later]] - d$T1
  m <- function(g) function(x) mean(x$change[x$gender %in% g])
  S <- list(all = m(genders), girls = m("girls"), boys = m("boys"),
            "girls - boys" = function(x) m("girls")(x) - m("boys")(x))
  for (s in names(S)) {
    j <- jackknife(S[[s]], if (s %in% genders) d[d$gender == s, ] else d, "school")
    do.call(add, c(list("jackknife", "mean_change", paste(later, "- T1"), s), as.list(j),
                   2 * pt(-abs(j[1]) / j[2], j[3])))
  }
}

# complete cases: pupils with a score at every wave
d <- synthetic[synthetic$outcome == "wellbeing", ]
d <- d[d$pupil %in% names(which(table(d$pupil) == 3)), ]
X <- dummies(paste(d$wave, d$gender, sep = "|"))
for (later in c("T2", "T3")) {
  S <- subgroup_list(share_girls(d))
  L <- do.call(rbind, lapply(S, function(s) weigh(colnames(X), later, "T1", s)))
  f <- cr2(demean(d$score, d$pupil), apply(X, 2, demean, g = d$pupil), d$school, L)
  for (i in 1:4) do.call(add, c(list("complete", "mean_change", paste(later, "- T1"), names(S)[i]),
                                as.list(f[i, c("estimate", "std_error", "df", "conf_low", "conf_high", "p_value")])))
}

# dose by class: three classes a school, sessions 0 to 10 by a rule; change of wellbeing
d <- w[!is.na(w$T1) & !is.na(w$T2), ]
number <- as.integer(substr(d$pupil, 2, 4)); place <- as.integer(substr(d$school, 2, 3))
d$dose <- ((number %% 3) * 7 + place * 3) %% 11
d$between <- ave(d$dose, d$school); d$within <- d$dose - d$between
y <- d$T2 - d$T1
told <- function(f, names) for (i in seq_along(names))
  do.call(add, c(list("dose", names[i], "T2 - T1", "sessions, per session"),
                 as.list(f[i, c("estimate", "std_error", "df", "conf_low", "conf_high", "p_value")])))
told(cr2(y, cbind(1, d$dose), d$school, rbind(c(0, 1))), "dose_slope")
told(cr2(y, cbind(1, d$within, d$between), d$school, rbind(c(0, 1, 0), c(0, 0, 1))),
     c("dose_slope_within", "dose_slope_between"))

# two reports: wellbeing at T1 as the pupil's, at T2 + 0.3 as the teacher's; 33 teachers
d$pupil_report <- d$T1; d$teacher_report <- d$T2 + .3
d$rater <- paste(d$school, number %% 3)
gap <- d$teacher_report - d$pupil_report
b <- cr2(gap, matrix(1, nrow(d), 1), d$rater, matrix(1))
say <- function(data, name, kind, v, p = NA) do.call(add, c(list(data, name, "teacher - pupil", kind), as.list(unname(unlist(v))), p))
say("raters", "rater_bias", "teachers", b[1, c("estimate", "std_error", "df", "conf_low", "conf_high")], b$p_value)
plain_bias <- function(x) { t <- t.test(x); c(t$estimate, t$stderr, t$parameter, t$conf.int) }
icc <- function(x) ICC(x[, c("pupil_report", "teacher_report")], lmer = FALSE)$results[2, ]
measures <- list(rater_correlation = function(x) cor(x$pupil_report, x$teacher_report),
  icc_a1 = function(x) icc(x)$ICC,
  loa_low = function(x) { g <- x$teacher_report - x$pupil_report; mean(g) - qnorm(.975) * sd(g) },
  loa_high = function(x) { g <- x$teacher_report - x$pupil_report; mean(g) + qnorm(.975) * sd(g) })
there <- list(rater_correlation = atanh, icc_a1 = function(v) log(1 - v), loa_low = identity, loa_high = identity)
back <- list(rater_correlation = tanh, icc_a1 = function(v) 1 - exp(v), loa_low = identity, loa_high = identity)
for (name in names(measures))
  say("raters", name, "teachers", jackknife(measures[[name]], d, "rater", there[[name]], back[[name]]))
small <- data.frame(pupil_report = c(1, 3, 4), teacher_report = c(2, 3, 6))
tied <- data.frame(pupil_report = c(1, 1, 2, 2, 3, 3), teacher_report = c(1, 2, 2, 2, 3, 2))
for (case in list(list("raters", d), list("raters three", small), list("raters tied", tied))) {
  x <- case[[2]]; n <- nrow(x); g <- x$teacher_report - x$pupil_report
  say(case[[1]], "rater_bias", "pupils", plain_bias(g), t.test(g)$p.value)
  i <- icc(x)
  say(case[[1]], "icc_a1", "pupils", c(i$ICC, NA, NA, i[["lower bound"]], i[["upper bound"]]))
  r <- cor(x$pupil_report, x$teacher_report); half <- qnorm(.975) / sqrt(n - 3)
  say(case[[1]], "rater_correlation", "pupils", c(r, NA, NA, if (n > 3) tanh(atanh(r) + c(-half, half)) else c(NA, NA)))
  se <- sd(g) * sqrt(1 / n + qnorm(.975)^2 / (2 * (n - 1)))
  for (name in c("loa_low", "loa_high")) {
    e <- measures[[name]](x)
    say(case[[1]], name, "pupils", c(e, se, n - 1, e - qt(.975, n - 1) * se, e + qt(.975, n - 1) * se))
  }
}
write_reference(rows, "missing.csv")

# pan: 1000 imputations of wellbeing, all of school s11 lost at T3, on standardised columns with
# the priors of models/imputation.py; what the completed data say, mean and SD over imputations
rows <- list()
wide <- reshape(all_rows[all_rows$outcome == "wellbeing", c("pupil", "school", "gender", "wave", "score")],
                idvar = c("pupil", "school", "gender"), timevar = "wave", direction = "wide")
wide <- wide[order(wide$school), ]
Y <- as.matrix(wide[, 4:6]); Y[wide$school == "s11", 3] <- NA
centre <- colMeans(Y, na.rm = TRUE)
spread <- apply(Y, 2, function(v) sqrt(mean((v - mean(v, na.rm = TRUE))^2, na.rm = TRUE)))
Z <- sweep(sweep(Y, 2, centre), 2, spread, "/")
pred <- cbind(wide$gender == "girls", wide$gender == "boys", 1) * 1
prior <- list(a = 3, Binv = 3 * .1 * diag(3), c = 3, Dinv = 3 * .05 * diag(3))
subj <- as.integer(factor(wide$school))
one <- function(start, seed, iter) {
  given <- list(y = Z, subj = subj, pred = pred, xcol = 1:2, zcol = 3, prior = prior, seed = seed, iter = iter)
  if (!is.null(start)) given$start <- start
  do.call(pan, given)
}
last <- one(NULL, 1, 1000)$last
girls <- wide$gender == "girls"; lost <- wide$school == "s11"
stat <- t(sapply(1:1000, function(i) {
  got <- one(last, 1 + i, 25); last <<- got$last
  y <- sweep(sweep(got$y, 2, spread, "*"), 2, centre, "+")
  c(girls = mean(y[girls, 2] - y[girls, 1]), boys = mean(y[!girls, 2] - y[!girls, 1]),
    "girls, T3" = mean(y[girls, 3] - y[girls, 1]), "boys, T3" = mean(y[!girls, 3] - y[!girls, 1]),
    "lost school, T3" = mean(y[lost, 3]), "SD at T3" = sd(y[, 3]),
    "SD of school means at T3" = sd(tapply(y[, 3], wide$school, mean)))
}))
draws <- data.frame(what = colnames(stat), mean = colMeans(stat), sd = apply(stat, 2, sd))
num <- vapply(draws, is.numeric, TRUE); draws[num] <- lapply(draws[num], function(v) signif(v, 12))
write.csv(draws, file.path(here, "missing_draws.csv"), row.names = FALSE)
