# Published fits again: Rscript published.R <BtheB.csv> <AER STAR.csv>
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
suppressMessages({library(lmerTest); library(MASS); library(clubSandwich)})
paths <- commandArgs(TRUE); rows <- list()
add <- function(data, term, estimate, std_error = NA, df = NA)
  rows[[length(rows) + 1]] <<- data.frame(data, term, estimate, std_error, df)
mixed <- function(name, f, d) for (reml in c(FALSE, TRUE)) {
  m <- lmer(f, d, REML = reml, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9)))
  label <- paste(name, if (reml) "REML" else "ML"); s <- coef(summary(m)); v <- as.data.frame(VarCorr(m))$vcov
  add(label, rownames(s), s[, "Estimate"], s[, "Std. Error"], s[, "df"])
  add(label, c("between", "residual"), v)
}
# Everitt & Hothorn 2006, A Handbook of Statistical Analyses Using R, chapter 10
b <- read.csv(paths[1], na.strings = c("", "NA")); waves <- paste0("bdi.", c(2, 4, 6, 8), "m")
long <- do.call(rbind, lapply(seq_along(waves), function(i) data.frame(b[c("drug", "length", "treatment", "bdi.pre")],
  subject = seq_len(nrow(b)), time = 2 * i, bdi = b[[waves[i]]])))
long$treatment <- factor(long$treatment, c("TAU", "BtheB"))
mixed("BtheB", bdi ~ bdi.pre + time + treatment + drug + length + (1 | subject), long)
# Snijders & Bosker 1999, Multilevel Analysis, the empty model of language scores
mixed("bdf", langPOST ~ 1 + (1 | schoolNR), nlme::bdf)
# Crawley, The R Book, negative binomial errors; Venables & Ripley 2002
for (f in c("Days ~ Eth * Sex * Age * Lrn", "Days ~ Eth + Sex + Age + Lrn")) {
  m <- glm.nb(as.formula(f), quine, control = glm.control(epsilon = 1e-14, maxit = 500))
  add(f, c("theta", "twologlik"), c(m$theta, m$twologlik))
  k <- coef(m)[!is.na(coef(m))]
  if (length(k) < 10) add(f, names(k), k)
}
# Hanck, Arnold, Gerber & Schmelzer, Introduction to Econometrics with R, section 13.3
s <- read.csv(paths[2], na.strings = c("", "NA")); s$total <- s$readk + s$mathk
s <- s[!is.na(s$total) & !is.na(s$stark), ]; s$stark <- relevel(factor(s$stark), "regular")
m <- lm(total ~ stark, s); o <- coef_test(m, vcovCR(m, s$schoolidk, "CR2"), test = "Satterthwaite")
add("STAR", rownames(coef(summary(m))), o$beta, o$SE, if (is.null(o$df_Satt)) o$df else o$df_Satt)
out <- do.call(rbind, rows); rownames(out) <- NULL
num <- vapply(out, is.numeric, TRUE); out[num] <- lapply(out[num], signif, 12)
write.csv(out, file.path(here, "published.csv"), row.names = FALSE)
