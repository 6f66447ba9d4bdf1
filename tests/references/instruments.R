# Item-rest correlations and alphas of psych's bfi, keyed and as they come: Rscript instruments.R
suppressMessages(library(psych))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
reversed <- c("A1", "C4", "C5", "E1", "E2", "O2", "O5")   # bfi's manual page
rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- data.frame(...)
for (scored in c("keyed", "raw")) for (scale in c("A", "C", "E", "N", "O")) {
  X <- as.matrix(psych::bfi[, paste0(scale, 1:5)])
  if (scored == "keyed") for (item in intersect(colnames(X), reversed)) X[, item] <- 7 - X[, item]
  for (j in 1:5) {
    there <- !is.na(X[, j]) & rowSums(!is.na(X[, -j])) >= 2
    test <- cor.test(X[there, j], rowMeans(X[there, -j], na.rm = TRUE))  # Fisher's interval
    add(scale = tolower(scale), scored, what = "item_rest", item = tolower(colnames(X)[j]),
        n = sum(there), value = unname(test$estimate), conf_low = test$conf.int[1],
        conf_high = test$conf.int[2])
  }
  a <- psych::alpha(X, warnings = FALSE)$total$raw_alpha
  add(scale = tolower(scale), scored, what = "alpha", item = "", n = nrow(X), value = a,
      conf_low = NA, conf_high = NA)
  score <- ifelse(rowSums(!is.na(X)) >= 4, rowMeans(X, na.rm = TRUE), NA)
  for (what in c("mean", "sd"))
    add(scale = tolower(scale), scored, what, item = "", n = sum(!is.na(score)),
        value = get(what)(score, na.rm = TRUE), conf_low = NA, conf_high = NA)
}
d <- do.call(rbind, rows)
num <- vapply(d, is.numeric, TRUE)
d[num] <- lapply(d[num], function(v) signif(v, 12))
write.csv(d, file.path(here, "instruments.csv"), row.names = FALSE)
