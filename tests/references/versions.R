# Versions of R and its packages that wrote the reference files: Rscript versions.R
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
p <- c("lme4", "lmerTest", "clubSandwich", "MASS", "psych", "lavaan", "semTools", "polycor", "sandwich",
       "effectsize", "metafor", "afex", "pROC", "numDeriv", "mice", "pan", "boot", "emmeans", "nlme")
write.csv(data.frame(package = c("R", p), version = c(as.character(getRversion()),
  vapply(p, function(x) as.character(packageVersion(x)), ""))), file.path(here, "versions.csv"), row.names = FALSE)
