# Numbers of the SYNTHETIC Bounce Forward study, from the true answers of its generated pupils:
# Rscript bounce_forward.R <bounce_forward_answers.csv>
# The true pupils are known here, so that the raw files' typing faults, the linking, the words for
# answers and the scoring of the library are all held against what R makes of the truth.
suppressMessages({library(clubSandwich); library(lmerTest)})
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
source(file.path(here, "waves.R"))
d <- read.csv(commandArgs(TRUE)[1])
d$T <- c(before = "T1", end = "T2", follow_up = "T3")[d$wave]
rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- data.frame(...)

answers <- function(instrument, items) as.matrix(d[paste(instrument, items, sep = "_")])
prorated <- function(m, most_missing) ifelse(rowSums(is.na(m)) <= most_missing,
                                             rowMeans(m, na.rm = TRUE) * ncol(m), NA)
behaviour <- answers("mmf", 11:16)
behaviour[, 5] <- 2 - behaviour[, 5]     # item 15 is answered the other way
scores <- list(
  self_esteem = rowMeans(answers("srs_peer12", 31:33)),    # all three are needed
  emotional_difficulties = prorated(answers("mmf", 1:10), 3),
  behavioural_difficulties = prorated(behaviour, 2),
  # the item that was made to work differently for girls left out, the same share answered
  peer_support_without_21 = {
    m <- answers("srs_peer12", setdiff(15:26, 21))
    ifelse(rowMeans(!is.na(m)) >= .75, rowMeans(m, na.rm = TRUE), NA)
  })

for (o in names(scores)) {
  d$y <- scores[[o]]
  f <- d[!is.na(d$y), ]
  for (w in c("T1", "T2", "T3")) for (g in c("girl", "boy")) {
    y <- f$y[f$T == w & f$gender == g]
    add(outcome = o, contrast = w, subgroup = paste0(g, "s"), estimand = "mean", estimate = mean(y),
        std_error = NA, df = NA, n = length(y))
    add(outcome = o, contrast = w, subgroup = paste0(g, "s"), estimand = "sd", estimate = sd(y),
        std_error = NA, df = NA, n = length(y))
  }
  # level: one-way random intercept at the first wave
  v <- as.data.frame(VarCorr(lme4::lmer(y ~ 1 + (1 | school), f[f$T == "T1", ])))$vcov
  add(outcome = o, contrast = "T1", subgroup = "all", estimand = "icc_level",
      estimate = v[1] / sum(v), std_error = NA, df = NA, n = sum(f$T == "T1"))
  # change: regression over waves, a pupil's scores freely correlated; rows whitened by that
  cells <- expand.grid(T = c("T1", "T2", "T3"), g = c("girl", "boy"), stringsAsFactors = FALSE)
  X <- sapply(seq_len(6), function(i) (f$T == cells$T[i] & f$gender == cells$g[i]) * 1)
  white <- whitened(data.frame(score = f$y, pupil = f$pupil, wave = f$T, gender = f$gender), X)
  fit <- lm(white$y ~ 0 + white$X)
  V <- vcovCR(fit, cluster = f$school, type = "CR2")
  one <- f[!duplicated(f$pupil), ]; p <- mean(one$gender == "girl")
  groups <- list(all = c(girl = p, boy = 1 - p), girls = c(girl = 1, boy = 0),
                 boys = c(girl = 0, boy = 1), "girls - boys" = c(girl = 1, boy = -1))
  for (w in c("T2", "T3")) for (s in names(groups)) {
    l <- ((cells$T == w) - (cells$T == "T1")) * groups[[s]][cells$g]
    t <- linear_contrast(fit, V, matrix(l, 1), p_values = TRUE)
    add(outcome = o, contrast = paste(w, "- T1"), subgroup = s, estimand = "mean_change",
        estimate = t$Est, std_error = t$SE, df = t$df, n = NA)
  }
}
out <- do.call(rbind, rows)
num <- vapply(out, is.numeric, TRUE)
out[num] <- lapply(out[num], function(v) signif(v, 12))
write.csv(out, file.path(here, "bounce_forward.csv"), row.names = FALSE)
