# Shared by the reference scripts: data, cells, contrasts, and a tidy row.
suppressMessages({library(clubSandwich); library(lmerTest)})
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
source(file.path(here, "waves.R"))
star_path <- commandArgs(TRUE)[1]
read_frame <- function(path) {
  d <- read.csv(path, colClasses = "character", na.strings = c("", "NA"))
  d$score <- as.numeric(d$score)
  d[!is.na(d$score), ]
}
star <- read_frame(star_path)
synthetic <- read_frame(file.path(here, "synthetic_11_schools.csv"))
genders <- c("girls", "boys")
# weights of the cells "wave|gender" or "wave|gender|arm" for the four subgroups
subgroup_list <- function(share) list(
  all = c(girls = share, boys = 1 - share), girls = c(girls = 1, boys = 0),
  boys = c(girls = 0, boys = 1), "girls - boys" = c(girls = 1, boys = -1))
share_girls <- function(d) { one <- d[!duplicated(d$pupil), ]; mean(one$gender == "girls") }
weigh <- function(names, plus, minus, w, tail_plus = "", tail_minus = "") {
  l <- setNames(numeric(length(names)), names)
  for (g in genders) {
    l[paste0(plus, "|", g, tail_plus)] <- l[paste0(plus, "|", g, tail_plus)] + w[g]
    l[paste0(minus, "|", g, tail_minus)] <- l[paste0(minus, "|", g, tail_minus)] - w[g]
  }
  l
}
dummies <- function(cell) {
  levels <- sort(unique(cell)); X <- outer(cell, levels, "==") * 1; colnames(X) <- levels; X
}
demean <- function(x, g) x - ave(x, g)
# CR2 and Satterthwaite for the rows of L (over the columns of X), from clubSandwich
cr2 <- function(y, X, cluster, L) {
  keep <- qr(X)$pivot[seq_len(qr(X)$rank)]
  K <- X[, keep, drop = FALSE]
  A <- L %*% MASS::ginv(X) %*% K   # the same estimable function over the kept columns
  fit <- lm(y ~ 0 + K)
  out <- linear_contrast(fit, vcovCR(fit, cluster = cluster, type = "CR2"), A, p_values = TRUE)
  data.frame(estimate = out$Est, std_error = out$SE, df = out$df, conf_low = out$CI_L,
             conf_high = out$CI_U, p_value = out$p_val)
}
# total SD of the model without covariates by lme4, its df from the mean squares of anova()
total_sd <- function(y, g) {
  g <- factor(g); n <- as.numeric(table(g)); N <- sum(n)
  fit <- lme4::lmer(y ~ 1 + (1 | g), control = lme4::lmerControl(optCtrl = list(xtol_rel = 1e-12, ftol_abs = 1e-14)))
  tab <- anova(lm(y ~ g)); n0 <- (N - sum(n^2) / N) / (length(n) - 1)
  parts <- c(tab[1, "Mean Sq"] / n0, (1 - 1 / n0) * tab[2, "Mean Sq"])
  c(sqrt(sum(as.data.frame(lme4::VarCorr(fit))$vcov)), sum(parts)^2 / sum(parts^2 / tab$Df))
}
# an estimate over an SD with its df: each end solves the equation of recovered variances (Donner &
# Zou 2012), found by halving brackets; limits of the SD from qchisq
in_sds <- function(out, sd, df, J = exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)) {
  of_sd <- sd * sqrt(df / qchisq(c(.975, .025), df))
  end <- function(c, limit, side) {
    if (is.na(limit)) return(NA)
    S <- of_sd[if (side * limit > 0) 1 else 2]
    f <- function(g) (c - g * sd)^2 - (limit - c)^2 - g^2 * (S - sd)^2
    far <- c / sd; step <- side * abs(limit - c) / sd / 8
    while (f(far) <= 0) far <- far + step
    uniroot(f, sort(c(c / sd, far)), tol = 1e-14)$root
  }
  c <- out$estimate; g <- c / sd
  out$conf_low <- mapply(end, c, out$conf_low, -1); out$conf_high <- mapply(end, c, out$conf_high, 1)
  out$std_error <- J * sqrt((out$std_error / sd)^2 + g^2 / 2 / df); out$estimate <- J * g
  out
}
write_reference <- function(rows, name) {
  d <- do.call(rbind, rows); rownames(d) <- NULL
  num <- vapply(d, is.numeric, TRUE)
  d[num] <- lapply(d[num], function(v) signif(v, 12))
  write.csv(d, file.path(here, name), row.names = FALSE)
}
