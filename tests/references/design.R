# Planned designs by the whole covariance matrix of all pupils: Rscript design.R
# No formula for clusters is used: V holds every pair of pupils, the estimate is one vector of
# weights a, its variance a'Va, the df those of clubSandwich on the planned design, power by pt.
suppressMessages(library(clubSandwich))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
rows <- list()
add <- function(case, contrast, std_error, df, alpha = .05, power = .8) {
  found <- function(effect) {
    t <- qt(1 - alpha / 2, df); d <- effect / std_error
    pt(t, df, d, lower.tail = FALSE) + pt(-t, df, d)
  }
  least <- uniroot(function(e) found(e) - power, c(1e-6, 20) * std_error, tol = 1e-14)$root
  rows[[length(rows) + 1]] <<- data.frame(case, contrast, std_error, df, detectable = least,
                                          power_0.2 = found(.2))
}
# pupils of the groups in each school (rows), the first group first
planned <- function(case, contrast, sizes, shared, own, total, kind) {
  k <- nrow(sizes)
  school <- rep(rep(seq_len(k), each = 2), t(sizes)); group <- rep(rep(1:2, k), t(sizes))
  n <- length(school)
  V <- diag(total - shared - own, n) + shared * outer(school, school, "==") +
    own * (outer(school, school, "==") & outer(group, group, "=="))
  y <- sin(seq_len(n)^2)
  X <- cbind(group == 1, group == 2) * 1
  c <- if (kind == "mean") colMeans(X) else c(1, -1)
  if (kind == "within") fit <- lm(y ~ 0 + X[, 1] + factor(school))
  else fit <- lm(y ~ 0 + X)
  if (kind == "within") c <- c(1, rep(0, k))
  M <- model.matrix(fit)
  a <- M %*% solve(crossprod(M), c)
  df <- linear_contrast(fit, vcovCR(fit, cluster = school, type = "CR2"), matrix(c, 1))$df
  if (is.null(df)) df <- linear_contrast(fit, vcovCR(fit, cluster = school, type = "CR2"),
                                         matrix(c, 1), p_values = TRUE)$df
  add(case, contrast, sqrt(drop(t(a) %*% V %*% a)), df)
}
even <- function(k, first, second) cbind(rep(first, k), rep(second, k))
uneven <- cbind(c(5, 9, 12, 14, 18, 26), c(6, 8, 13, 15, 20, 28))
# 11 schools of 40, ICC of change .05, r .6: var(D) = .8
planned("11 schools of 40", "change", even(11, 20, 20), .04, 0, .8, "mean")
planned("uneven", "change", uneven, .04, .016, .8, "mean")
# by chance which pupils are girls: the school's own change counts as pupils' own
planned("11 schools of 40", "gender_difference", even(11, 20, 20), 0, 0, .8, "gap")
planned("uneven", "gender_difference", uneven, 0, .016, .8, "gap")
# arms of schools: each school has one of the two groups; ICC of level .1
s <- rowSums(uneven); odd <- seq_along(s) %% 2 == 0
planned("uneven", "schools", cbind(ifelse(odd, s, 0), ifelse(odd, 0, s)), .1, 0, 1, "gap")
planned("20 schools of 25", "schools", cbind(rep(c(0, 25), 10), rep(c(25, 0), 10)), .1, 0, 1, "gap")
# arms inside schools, with school effects
planned("20 schools of 26", "pupils", even(20, 13, 13), .1, .02, 1, "within")
half <- cbind(s - s %/% 2, s %/% 2)
planned("uneven", "pupils", half, .1, .02, 1, "within")
# the same of changes, of variance .8, of it .05 between schools and .02 of each arm in a school
planned("uneven", "schools on change", cbind(ifelse(odd, s, 0), ifelse(odd, 0, s)), .04, 0, .8, "gap")
planned("uneven", "pupils on change", half, .04, .016, .8, "within")
# one pupil a school: R's own power.t.test
for (k in c(8, 40)) {
  two <- power.t.test(n = k / 2, delta = .2, sd = 1, strict = TRUE)$power
  least <- power.t.test(n = k / 2, power = .8, sd = 1, strict = TRUE, tol = 1e-13)$delta
  rows[[length(rows) + 1]] <- data.frame(case = paste("one pupil in each of", k), contrast = "schools",
    std_error = sqrt(4 / k), df = k - 2, detectable = least, power_0.2 = two)
  two <- power.t.test(n = k, delta = .2, sd = sqrt(.8), type = "paired", strict = TRUE)$power
  least <- power.t.test(n = k, power = .8, sd = sqrt(.8), type = "paired", strict = TRUE, tol = 1e-13)$delta
  rows[[length(rows) + 1]] <- data.frame(case = paste("one pupil in each of", k), contrast = "change",
    std_error = sqrt(.8 / k), df = k - 1, detectable = least, power_0.2 = two)
}
d <- do.call(rbind, rows)
num <- vapply(d, is.numeric, TRUE)
d[num] <- lapply(d[num], function(v) signif(v, 12))
write.csv(d, file.path(here, "design.csv"), row.names = FALSE)
