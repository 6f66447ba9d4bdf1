# lme4 and lmerTest on one file: Rscript mixed.R <rows.csv> <runs>; prints seconds, then the answers
suppressMessages(library(lmerTest))
arguments <- commandArgs(TRUE)
d <- read.csv(arguments[1], colClasses = c("factor", "factor", "factor", "numeric"))
answers <- function() {
  fit <- lmer(score ~ 0 + wave + (1 | school) + (1 | pupil), d)
  rbind(contest1D(fit, c(-1, 1, 0)), contest1D(fit, c(-1, 0, 1)), contest1D(fit, c(1, 0, 0)))
}
for (run in seq_len(as.integer(arguments[2])))
  cat("seconds", system.time(o <- answers())[["elapsed"]], "\n")
cat("versions R", as.character(getRversion()), "lme4", as.character(packageVersion("lme4")),
    "lmerTest", as.character(packageVersion("lmerTest")), "\n")
for (i in 1:3) cat("answer", format(c(o$Estimate[i], o$`Std. Error`[i], o$df[i]), digits = 12), "\n")
