# Alpha, omega, ordinal and categorical omega, two items, and item functioning:
# Rscript reliability.R <synthetic_answers.csv> <bfi.csv> [<SWMDK.rda>]
suppressMessages({library(psych); library(lavaan); library(semTools); library(MASS)})
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
paths <- commandArgs(TRUE)
rows <- list()
add <- function(data, outcome, contrast, subgroup, estimand, interval, value, n, k)
  rows[[length(rows) + 1]] <<- data.frame(data, outcome, contrast, subgroup, estimand, interval,
    estimate = value[1], std_error = value[2], conf_low = value[3], conf_high = value[4], n, k)
write_reference <- function(rows, name) {
  d <- do.call(rbind, rows); rownames(d) <- NULL; num <- vapply(d, is.numeric, TRUE)
  d[num] <- lapply(d[num], function(v) signif(v, 12))
  write.csv(d, file.path(here, name), row.names = FALSE)
}
one_factor <- function(items) paste("f =~", paste(items, collapse = " + "))
omega_of <- function(d, items) {
  fit <- cfa(one_factor(items), d[items], std.lv = TRUE, control = list(rel.tol = 1e-13))
  l <- lavInspect(fit, "est")$lambda; u <- diag(lavInspect(fit, "est")$theta)
  value <- sum(l)^2 / (sum(l)^2 + sum(u))
  theirs <- suppressMessages(suppressWarnings(reliability(fit)))["omega", "f"]
  stopifnot(abs(theirs - value) < 1e-8)
  value
}
# lavaan's two-step polychoric correlations, unweighted least squares, delta parametrisation
ordinal_of <- function(d, items) {
  fit <- suppressWarnings(cfa(one_factor(items), d[items], std.lv = TRUE, ordered = items,
    estimator = "ULS", se = "none", test = "none", control = list(rel.tol = 1e-13)))
  l <- lavInspect(fit, "est")$lambda
  c(omega_ordinal = sum(l)^2 / (sum(l)^2 + sum(1 - l^2)),
    omega_categorical = suppressMessages(suppressWarnings(reliability(fit)))["omega", "f"])
}
pair_of <- function(d, items) { r <- cor(d[items])[1, 2]; 2 * r / (1 + r) }
alpha_of <- function(x) ncol(x) / (ncol(x) - 1) * (1 - sum(diag(cov(x))) / sum(cov(x)))
jackknife <- function(f, d) {
  whole <- f(d); k <- length(unique(d$school))
  left <- vapply(unique(d$school), function(s) f(d[d$school != s, ]), whole)
  left <- matrix(left, nrow = length(whole)); t <- qt(.975, k - 1)
  error <- function(x) sqrt((k - 1) / k * rowSums((x - rowMeans(x))^2))
  half <- t * error(log(1 - left))
  cbind(whole, error(left), 1 - exp(log(1 - whole) + half), 1 - exp(log(1 - whole) - half))
}
set.seed(4)
drawn <- function(d, items, draws = 20000) {
  parts <- split(d[items], d$school); k <- length(parts)
  # schools as whole frames, put one below the other
  values <- replicate(draws, alpha_of(as.matrix(do.call(rbind, parts[sample(k, k, TRUE)]))))
  q <- pnorm(c(-1, 1) * sqrt(k / (k - 1)) * qt(.975, k - 1))
  c(sd(values), quantile(values, q))
}
scale_of <- function(data, name, d, items, wave, group, ordinal, spared, boot = FALSE) {
  if (group != "all") d <- d[!is.na(d$gender) & d$gender == group, ]
  d <- d[complete.cases(d[items]), ]
  n <- nrow(d); k <- length(unique(d$school)); p <- length(items)
  put <- function(estimand, interval, value) add(data, name, wave, group, estimand, interval, value, n, k)
  a <- suppressMessages(suppressWarnings(psych::alpha(d[items], check.keys = FALSE)))$total$raw_alpha
  put("alpha", "Feldt", c(a, NA, 1 - (1 - a) * qf(.975, n - 1, (n - 1) * (p - 1)),
                          1 - (1 - a) * qf(.025, n - 1, (n - 1) * (p - 1))))
  if (boot) put("alpha", "draws", c(a, drawn(d, items)))
  once <- function(f) if (spared) jackknife(f, d) else cbind(f(d), NA, NA, NA)
  if (p == 2) put("spearman_brown", "jackknife", once(function(x) pair_of(x, items))[1, ])
  else put("omega_total", "jackknife", once(function(x) omega_of(x, items))[1, ])
  if (ordinal) {
    both <- once(function(x) ordinal_of(x, items))
    put("omega_ordinal", "jackknife", both[1, ]); put("omega_categorical", "jackknife", both[2, ])
  }
}
made <- read.csv(paths[1]); bfi <- read.csv(paths[2])
scales <- list(a = paste0("a", 1:5), b = paste0("b", 1:4), c = c("c1", "c2"))
for (w in c("T1", "T2")) for (g in c("all", "girls", "boys")) for (s in names(scales))
  scale_of("synthetic", s, made[made$wave == w, ], scales[[s]], w, g, s != "c",
           spared = w == "T1" && g != "boys", boot = w == "T1" && g == "all")
for (g in c("all", "girls", "boys"))
  scale_of("bfi", "agreeableness", bfi, paste0("A", 1:5), "T1", g, FALSE, spared = TRUE)
write_reference(rows, "reliability.csv")

if (length(paths) > 2) {
  rows <- list(); load(paths[3]); s <- as.data.frame(SWMDK); s$school <- s$classId
  scale_of("swmdk", "teachers", s, paste0("Item", 1:7), "T1", "all", TRUE, spared = FALSE, boot = FALSE)
  scale_of("swmdk", "classmates", s, paste0("Item", 8:13), "T1", "all", TRUE, spared = FALSE, boot = FALSE)
  write_reference(rows, "reliability_swmdk.csv")
}

# polychoric correlations, pair by pair
rows <- list()
for (s in c("a", "b")) { d <- made[made$wave == "T1", scales[[s]]]; d <- d[complete.cases(d), ]
  for (i in 2:ncol(d)) for (j in seq_len(i - 1)) rows[[length(rows) + 1]] <- data.frame(
    scale = s, first = names(d)[j], second = names(d)[i],
    rho = polycor::polychor(d[[j]], d[[i]], ML = FALSE)) }
write_reference(rows, "polychoric.csv")

# item functioning
rows <- list()
# an answer nobody in one group gave joins the rarer of its neighbours
merged <- function(y, group) {
  y <- as.integer(factor(y))
  repeat {
    t <- table(factor(y, seq_len(max(y))), group); empty <- which(rowSums(t == 0) > 0)
    if (length(empty) == 0) return(factor(y))
    side <- intersect(empty[1] + c(-1, 1), seq_len(max(y))); side <- side[which.min(rowSums(t)[side])]
    y[y == empty[1]] <- side; y <- as.integer(factor(y))
  }
}
fit_items <- function(d, items, group, out) do.call(rbind, lapply(items, function(i) {
  rest <- rowSums(d[setdiff(items, c(i, out))])
  # the same model with a centred score: easier for optim, the same likelihood and uniform slope
  d$y <- merged(d[[i]], group); d$r <- rest - mean(rest); d$g <- as.numeric(group)
  fit <- function(f) polr(f, d, Hess = TRUE, control = list(reltol = 1e-15, maxit = 2000))
  m <- list(fit(y ~ r), fit(y ~ r + g), fit(y ~ r + g + r:g))
  l <- vapply(m, function(x) as.numeric(logLik(x)), 0); n <- nrow(d); k <- length(unique(d$school))
  null <- as.numeric(logLik(fit(y ~ 1))); r2 <- (1 - exp(-2 * (l - null) / n)) / (1 - exp(2 * null / n))
  V <- lapply(m, function(x) sandwich::vcovCL(x, cluster = d$school))
  b <- coef(m[[3]])[2:3]; W <- b %*% solve(V[[3]][names(b), names(b)]) %*% b
  se <- sqrt(V[[2]]["g", "g"])
  data.frame(item = i, chi2 = 2 * (l[3] - l[1]), p_value = pchisq(2 * (l[3] - l[1]), 2, lower = FALSE),
    p_uniform = pchisq(2 * (l[2] - l[1]), 1, lower = FALSE),
    p_nonuniform = pchisq(2 * (l[3] - l[2]), 1, lower = FALSE),
    r2_change = r2[3] - r2[1], r2_uniform = r2[2] - r2[1], mcfadden_change = (l[1] - l[3]) / null,
    log_odds = coef(m[[2]])["g"], std_error = se,
    p_uniform_clustered = 2 * pt(-abs(coef(m[[2]])["g"] / se), k - 1),
    p_clustered = pf(as.numeric(W) * (k - 2) / (2 * (k - 1)), 2, k - 2, lower = FALSE), n = n, n_clusters = k)
}))
functioning <- function(d, scale, contrast, subgroup, group) {
  items <- scales[[scale]]; whole <- complete.cases(d[items]); d <- d[whole, ]; group <- group[whole]
  out <- character(0)
  for (step in 1:10) {
    t <- fit_items(d, items, group, out); t$p_adjusted <- p.adjust(t$p_value, "BH")
    t$flagged <- t$p_adjusted < .05 & t$r2_change >= .035
    rows[[length(rows) + 1]] <<- data.frame(purified = step > 1, step, scale, contrast, subgroup, t)
    if (setequal(out, t$item[t$flagged])) break
    out <- t$item[t$flagged]
  }
}
for (s in c("a", "b")) {
  for (w in c("T1", "T2")) { d <- made[made$wave == w, ]
    functioning(d, s, w, "girls - boys", d$gender == "girls") }
  functioning(made, s, "T2 - T1", "all", made$wave == "T2")
}
write_reference(rows, "functioning.csv")
