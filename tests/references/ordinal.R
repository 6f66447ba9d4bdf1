# Proportional odds with errors clustered by school: MASS polr, sandwich vcovCL. Rscript ordinal.R
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
suppressMessages({library(MASS); library(sandwich)})
d <- read.csv(file.path(here, "synthetic_11_schools.csv"), colClasses = "character", na.strings = c("", "NA"))
d$score <- as.numeric(d$score)
d <- d[d$outcome == "wellbeing" & !is.na(d$score) & !is.na(d$gender), ]
genders <- c("girls", "boys"); rows <- list()
change <- function(name, d, w1, w2) {
  k <- d[ave(d$score, d$pupil, FUN = length) > 1, ]; one <- k[!duplicated(k$pupil), ]
  share <- mean(one$gender == "girls")
  b <- d[d$wave %in% c(w1, w2), ]; b <- b[ave(b$score, b$pupil, FUN = length) == 2, ]
  b$y <- factor(b$score, ordered = TRUE); b$cell <- factor(paste(b$wave, b$gender))
  fit <- if (nlevels(b$y) > 2) polr(y ~ cell, b, Hess = TRUE, control = list(reltol = 1e-15, maxit = 5000))
    else glm(y ~ cell, binomial, b, epsilon = 1e-14) # polr wants three values: this is the same model
  b1 <- coef(fit)[paste0("cell", levels(b$cell)[-1])]
  V <- vcovCL(fit, cluster = b$school, type = "HC0")[names(b1), names(b1)]; df <- length(unique(b$school)) - 1
  S <- list(all = c(share, 1 - share), girls = c(1, 0), boys = c(0, 1), `girls - boys` = c(1, -1))
  for (s in names(S)) {
    l <- setNames(numeric(nlevels(b$cell)), levels(b$cell))
    l[paste(w2, genders)] <- S[[s]]; l[paste(w1, genders)] <- -S[[s]]
    e <- sum(l[-1] * b1); se <- sqrt(drop(l[-1] %*% V %*% l[-1])); half <- qt(.975, df) * se
    rows[[length(rows) + 1]] <<- data.frame(data = name,
      estimand = c("change_log_odds", "change_odds_ratio"), contrast = paste(w2, "-", w1), subgroup = s,
      estimate = c(e, exp(e)), std_error = c(se, NA), df = df, p_value = 2 * pt(-abs(e / se), df),
      conf_low = c(e - half, exp(e - half)), conf_high = c(e + half, exp(e + half)))
  }
}
# whole numbers up to a ceiling, which half of the pupils reach; and two values, all tied
for (p in list(c("T1", "T2"), c("T1", "T3"), c("T2", "T3"))) {
  change("ceiling", transform(d, score = pmin(floor(score), 5)), p[1], p[2])
  change("two values", transform(d, score = (score > 5) * 1), p[1], p[2])
  change("every second school", subset(transform(d, score = pmin(floor(score), 5)),
    as.integer(sub("s", "", school)) %% 2 == 1), p[1], p[2])
}
out <- do.call(rbind, rows); rownames(out) <- NULL
num <- vapply(out, is.numeric, TRUE); out[num] <- lapply(out[num], signif, 12)
write.csv(out, file.path(here, "ordinal.csv"), row.names = FALSE)
