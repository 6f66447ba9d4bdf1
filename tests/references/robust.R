# Joint HTZ tests by clubSandwich; the wild bootstrap, every sample refitted on the pupils, in
# plain R: Rscript robust.R <star.csv>
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
rows <- list()
add <- function(data, outcome, estimand, contrast, subgroup, estimate = NA, std_error = NA, df = NA,
                conf_low = NA, conf_high = NA, p_value = NA, q = NA)
  rows[[length(rows) + 1]] <<- data.frame(data, outcome, estimand, contrast, subgroup, estimate,
    std_error, df, conf_low, conf_high, p_value, q)

# --- joint tests ---
# Ls: subgroup -> rows of weights over the columns of X
htz <- function(name, outcome, contrast, y, X, cluster, Ls) {
  keep <- qr(X)$pivot[seq_len(qr(X)$rank)]
  K <- X[, keep, drop = FALSE]; G <- MASS::ginv(X) %*% K
  fit <- lm(y ~ 0 + K); V <- vcovCR(fit, cluster = cluster, type = "CR2")
  for (s in names(Ls)) {
    w <- Wald_test(fit, constraints = Ls[[s]] %*% G, vcov = V, test = "HTZ")
    add(name, outcome, "wald_f", contrast, s, w$Fstat, df = w$df_denom, p_value = w$p_val, q = w$df_num)
  }
}
change_data <- function(d, outcome) {
  d[d$outcome == outcome & !is.na(d$gender), ]
}
change_joint <- function(name, d, outcome, pairs) {
  d <- change_data(d, outcome)
  X <- dummies(paste(d$wave, d$gender, sep = "|")); S <- subgroup_list(share_girls(d))
  label <- paste(sapply(pairs, function(p) paste(p[2], "-", p[1])), collapse = ", ")
  Ls <- lapply(S, function(w) t(sapply(pairs, function(p) weigh(colnames(X), p[2], p[1], w))))
  g <- whitened(d, X); htz(name, outcome, label, g$y, g$X, d$school, Ls)
}
change_joint("synthetic", synthetic, "wellbeing", list(c("T1", "T2"), c("T1", "T3")))
for (o in c("read", "math")) change_joint("star", star, o, list(c("T1", "T2"), c("T2", "T3"), c("T3", "T4")))
effect_joint <- function(outcome) {
  d <- star[star$outcome == outcome & !is.na(star$gender), ]
  X <- dummies(paste(d$wave, d$gender, d$arm, sep = "|")); block <- paste(d$stratum, d$wave)
  Ls <- list()
  for (s in names(subgroup_list(.5))) {
    L <- NULL; lab <- NULL
    for (w in sort(unique(d$wave))) for (a in c("small", "reg+A")) {
      S <- subgroup_list(share_girls(d[d$wave == w, ]))
      L <- rbind(L, weigh(colnames(X), w, w, S[[s]], paste0("|", a), "|reg"))
      lab <- c(lab, paste(a, "- reg at", w))
    }
    Ls[[s]] <- L
  }
  htz("star", outcome, paste(lab, collapse = ", "), demean(d$score, block), apply(X, 2, demean, block), d$school, Ls)
}
effect_joint("read")
# tiny: five schools of three, one covariate, three coefficients at once
tiny <- data.frame(y = c(2, 3, 5, 1, 4, 4, 6, 8, 7, 3, 2, 6, 9, 7, 5), g = rep(letters[1:5], each = 3),
                   x = c(0, 1, 2, 1, 1, 3, 0, 2, 5, 2, 2, 4, 1, 0, 6), z = rep(c(0, 1, 0, 0, 1), each = 3))
htz("tiny", "y", "x, z", tiny$y, cbind(1, tiny$x, tiny$z), tiny$g, list(all = rbind(c(0, 1, 0), c(0, 0, 1))))

# --- wild bootstrap: each sample refitted on the pupils, the null imposed ---
wild <- function(y, X, cluster, l, V, null) {
  # least squares with the restriction l'b = null, by the textbook formula over a generalised inverse
  G <- MASS::ginv(crossprod(X)); P <- function(Y) X %*% (G %*% crossprod(X, Y)); a <- X %*% G %*% l
  b <- sum(l * (G %*% crossprod(X, y))); fitted <- P(y) - a * (b - null) / sum(l * (G %*% l))
  t_of <- function(Y) {
    E <- Y - P(Y); parts <- rowsum(E * as.numeric(a), cluster)
    (as.numeric(crossprod(Y, a)) - null) / sqrt(colSums(parts^2))
  }
  e <- as.numeric(y - fitted)
  draws <- matrix(fitted, length(y), ncol(V)) + e * V[match(cluster, sort(unique(cluster))), ]
  mean(abs(t_of(draws)) >= abs(t_of(matrix(y))) * (1 - 1e-9))
}
all_vectors <- function(k, points) t(as.matrix(expand.grid(rep(list(points), k))))
ends <- function(y, X, cluster, l, V) {
  G <- MASS::ginv(crossprod(X)); a <- X %*% G %*% l; b <- sum(a * y)
  e <- y - X %*% G %*% crossprod(X, y); se <- sqrt(sum(rowsum(e * as.numeric(a), cluster)^2))
  sapply(c(-1, 1), function(side) {
    kept <- 0; x <- .5
    while (x < 10) { if (wild(y, X, cluster, l, V, b + side * x * se) > .05) kept <- x; x <- x + .05 }
    low <- kept; high <- kept + .05
    for (i in 1:30) { m <- (low + high) / 2; if (wild(y, X, cluster, l, V, b + side * m * se) > .05) low <- m else high <- m }
    b + side * low * se
  })
}
wild_change <- function(name, d, subgroups, points, interval) {
  d <- change_data(d, "wellbeing"); X <- dummies(paste(d$wave, d$gender, sep = "|"))
  S <- subgroup_list(share_girls(d)); V <- all_vectors(length(unique(d$school)), points)
  white <- whitened(d, X); y <- white$y; Z <- white$X
  for (p in list(c("T1", "T2"), c("T1", "T3"))) for (s in subgroups) {
    l <- weigh(colnames(X), p[2], p[1], S[[s]])
    ci <- if (interval && (s == "girls - boys" || (s == "all" && p[2] == "T2"))) ends(y, Z, d$school, l, V) else c(NA, NA)
    add(name, "wellbeing", "mean_change", paste(p[2], "-", p[1]), s, sum(l * (MASS::ginv(crossprod(Z)) %*% crossprod(Z, y))),
        p_value = wild(y, Z, d$school, l, V, 0), conf_low = ci[1], conf_high = ci[2])
  }
}
four <- c("all", "girls", "boys", "girls - boys")
schools <- sort(unique(synthetic$school))
webb <- c(-1, 1) %x% sqrt(c(1.5, 1, .5))
wild_change("wild 6 schools", synthetic[synthetic$school %in% schools[1:6], ], four, c(-1, 1), TRUE)
wild_change("wild webb 4 schools", synthetic[synthetic$school %in% schools[1:4], ], four, webb, TRUE)
wild_change("wild 11 schools", synthetic, four, c(-1, 1), FALSE)
write_reference(rows, "robust.csv")
