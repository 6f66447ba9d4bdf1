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
write_reference <- function(rows, name) {
  d <- do.call(rbind, rows); rownames(d) <- NULL
  num <- vapply(d, is.numeric, TRUE)
  d[num] <- lapply(d[num], function(v) signif(v, 12))
  write.csv(d, file.path(here, name), row.names = FALSE)
}
