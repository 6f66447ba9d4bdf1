# Schools' change drawn towards the mean of schools: Rscript school_change.R <star.csv>
# Variances by lme4 (y ~ 1 + (1 | school), REML); the predicted change of each school is fixef +
# ranef. Its error variance is taken from the inverse of Henderson's mixed model equations, written
# out here: Var(m^ + b^_j - m - b_j) = C[m, m] + C[j, j] + 2 C[m, j]. A singular fit has no values.
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))),
                 "common.R"))
change_of <- function(d, o, first, last) {
  d <- d[d$outcome == o, ]
  f <- merge(d[d$wave == first, c("pupil", "school", "score")],
             d[d$wave == last, c("pupil", "score")], by = "pupil")
  data.frame(school = f$school, change = f$score.y - f$score.x)
}
rows <- list()
predict_schools <- function(data, o, first, last, f) {
  model <- lmer(change ~ 1 + (1 | school), f, control = lmerControl(
    optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10)))
  v <- as.data.frame(VarCorr(model))$vcov
  if (isSingular(model)) {
    school <- sort(unique(f$school))
    rows[[length(rows) + 1]] <<- data.frame(data = data, outcome = o,
      contrast = paste(last, "-", first), school = school,
      n = as.vector(table(f$school)[school]), shrunk = NA_real_, std_error = NA_real_,
      shrunk_low = NA_real_, shrunk_high = NA_real_)
    return(invisible())
  }
  modes <- ranef(model, condVar = TRUE)$school
  school <- rownames(modes)
  Z <- outer(f$school, school, "==") * 1
  W <- cbind(1, Z)
  penalty <- diag(c(0, rep(v[2] / v[1], length(school))))
  C <- solve(crossprod(W) + penalty) * v[2]
  # lme4's own conditional variance is that of b alone, m taken as known
  stopifnot(all.equal(attr(modes, "postVar")[1, 1, ],
                      v[1] * v[2] / (colSums(Z) * v[1] + v[2]), tolerance = 1e-8,
                      check.attributes = FALSE))
  j <- seq_along(school) + 1
  error <- sqrt(C[1, 1] + diag(C)[j] + 2 * C[1, j])
  at <- fixef(model)[[1]] + modes[["(Intercept)"]]
  rows[[length(rows) + 1]] <<- data.frame(data = data, outcome = o,
    contrast = paste(last, "-", first), school = school, n = colSums(Z), shrunk = at,
    std_error = error, shrunk_low = at - qnorm(.975) * error,
    shrunk_high = at + qnorm(.975) * error)
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
