# Numbers of the Junior School Project, from its raw file alone:
# Rscript junior_school_project.R <jsp.csv>
# Within each year: counts, means, SDs; the gender gap (girls - boys) with CR2 by school, in points
# and over the SD of all pupils of that year; variance between and within schools (one-way, REML).
# Schools within each year: what lme4 predicts of each (conditional mode), over the same SD, with
# its conditional standard deviation and a normal interval.
# Between years: Pearson and Spearman. Their interval is t on Fisher's z with the delete-one-school
# jackknife standard error of z and as many degrees of freedom as schools less one; that of girls'
# less boys' correlation is t with the same jackknife of the difference itself.
suppressMessages({library(clubSandwich); library(lme4)})
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
d <- read.csv(commandArgs(TRUE)[1])
d$T <- paste0("T", d$year + 1)
waves <- c("T1", "T2", "T3")
schools_of <- list()
groups <- list(all = c("girl", "boy"), girls = "girl", boys = "boy")
rows <- list()
add <- function(outcome, contrast, subgroup, estimand, estimate, std_error = NA, df = NA,
                conf_low = NA, conf_high = NA, p_value = NA, n = NA, n_clusters = NA)
  rows[[length(rows) + 1]] <<- data.frame(outcome, contrast, subgroup, estimand, estimate,
    std_error, df, conf_low, conf_high, p_value, n, n_clusters)

for (o in c("english", "math")) {
  for (w in waves) {
    f <- data.frame(y = d[[o]], school = d$school, girl = d$gender == "girl")[d$T == w, ]
    count <- function(g) list(n = nrow(g), n_clusters = length(unique(g$school)))
    for (s in names(groups)) {
      part <- f[f$girl %in% (groups[[s]] == "girl"), ]
      for (e in c("mean", "sd"))
        do.call(add, c(list(o, w, s, e, match.fun(e)(part$y)), count(part)))
    }
    # gap: dividing by a number divides the whole row but df and p
    fit <- lm(y ~ girl, f)
    t <- linear_contrast(fit, vcovCR(fit, cluster = f$school, type = "CR2"), matrix(0:1, 1),
                         p_values = TRUE)
    for (by in list(list("gender_gap", 1), list("gender_gap_standardised", sd(f$y))))
      do.call(add, c(list(o, w, "girls - boys", by[[1]], t$Est / by[[2]], t$SE / by[[2]], t$df,
                          t$CI_L / by[[2]], t$CI_U / by[[2]], t$p_val), count(f)))
    model <- lmer(y ~ 1 + (1 | school), f, control = lmerControl(
      optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10)))
    v <- as.data.frame(VarCorr(model))$vcov
    modes <- ranef(model, condVar = TRUE)$school
    at <- modes[["(Intercept)"]] / sd(f$y)
    error <- sqrt(attr(modes, "postVar")[1, 1, ]) / sd(f$y)
    schools_of[[length(schools_of) + 1]] <- data.frame(
      outcome = o, contrast = w, school = rownames(modes),
      n = as.vector(table(f$school)[rownames(modes)]), estimate = at, std_error = error, conf_low = at - qnorm(.975) * error,
      conf_high = at + qnorm(.975) * error)
    for (e in list(list("icc_level", v[1] / sum(v)), list("variance_between_schools", v[1]),
                   list("variance_within_schools", v[2])))
      do.call(add, c(list(o, w, "all", e[[1]], e[[2]]), count(f)))
  }
  wide <- reshape(d[c("id", "school", "gender", "T", o)], idvar = c("id", "school", "gender"),
                  timevar = "T", direction = "wide", sep = "_")
  for (pair in list(c("T1", "T2"), c("T2", "T3"), c("T1", "T3"))) for (s in names(groups)) {
    f <- wide[wide$gender %in% groups[[s]], c("school", paste(o, pair, sep = "_"))]
    f <- f[complete.cases(f), ]
    schools <- unique(f$school)
    J <- length(schools)
    for (method in c("pearson", "spearman")) {
      z <- function(g) atanh(cor(g[[2]], g[[3]], method = method))
      without <- vapply(schools, function(k) z(f[f$school != k, ]), 0)
      se <- sqrt((J - 1) / J * sum((without - mean(without))^2))
      ends <- z(f) + c(-1, 1) * qt(.975, J - 1) * se
      # the standard error is that of z; the estimate and its interval are correlations
      add(o, paste(pair[2], "with", pair[1]), s, method, tanh(z(f)), se, J - 1, tanh(ends[1]),
          tanh(ends[2]), 2 * pt(-abs(z(f) / se), J - 1), nrow(f), J)
    }
  }
  for (pair in list(c("T1", "T2"), c("T2", "T3"), c("T1", "T3"))) {
    f <- wide[c("school", "gender", paste(o, pair, sep = "_"))]
    f <- f[complete.cases(f), ]
    schools <- unique(f$school)
    J <- length(schools)
    for (method in c("pearson", "spearman")) {
      less <- function(g) {
        r <- function(s) cor(g[[3]][g$gender == s], g[[4]][g$gender == s], method = method)
        r("girl") - r("boy")
      }
      without <- vapply(schools, function(k) less(f[f$school != k, ]), 0)
      se <- sqrt((J - 1) / J * sum((without - mean(without))^2))
      add(o, paste(pair[2], "with", pair[1]), "girls - boys", method, less(f), se, J - 1,
          less(f) - qt(.975, J - 1) * se, less(f) + qt(.975, J - 1) * se,
          2 * pt(-abs(less(f) / se), J - 1), nrow(f), J)
    }
  }
}
out <- do.call(rbind, rows)
num <- vapply(out, is.numeric, TRUE)
out[num] <- lapply(out[num], function(v) signif(v, 12))
write.csv(out, file.path(here, "junior_school_project.csv"), row.names = FALSE)
positions <- do.call(rbind, schools_of)
num <- vapply(positions, is.numeric, TRUE)
positions[num] <- lapply(positions[num], function(v) signif(v, 12))
write.csv(positions, file.path(here, "junior_school_project_schools.csv"), row.names = FALSE)
