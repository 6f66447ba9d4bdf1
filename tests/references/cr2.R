# CR2 references by clubSandwich: Rscript cr2.R <star.csv>
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
rows <- list()
add <- function(data, outcome, estimand, contrast, subgroup, out)
  rows[[length(rows) + 1]] <<- cbind(data.frame(data, outcome, estimand, contrast, subgroup), out)

# regression over waves, a pupil's scores freely correlated; with complete data pupils as dummies
change <- function(name, d, outcome, pairs, route = "") {
  first <- d[d$outcome == outcome & d$wave == "T1", ]
  d <- d[d$outcome == outcome & !is.na(d$gender), ]
  if (route == "complete") d <- d[ave(d$score, d$pupil, FUN = length) == length(unique(d$wave)), ]
  X <- dummies(paste(d$wave, d$gender, sep = "|"))
  S <- subgroup_list(share_girls(d)); lab <- list(); L <- NULL
  for (p in pairs) for (s in names(S)) {
    L <- rbind(L, weigh(colnames(X), p[2], p[1], S[[s]]))
    lab[[length(lab) + 1]] <- c(paste(p[2], "-", p[1]), s)
  }
  if (route == "complete") {
    # pupils as dummies; the first wave is left out, as constant within a pupil
    keep <- !startsWith(colnames(X), "T1|")
    fit <- lm(d$score ~ 0 + X[, keep] + factor(d$pupil))
    V <- vcovCR(fit, cluster = d$school, type = "CR2")
    pad <- matrix(0, nrow(L), length(coef(fit)) - sum(keep))
    o <- linear_contrast(fit, V, cbind(L[, keep], pad), p_values = TRUE)
    out <- data.frame(estimate = o$Est, std_error = o$SE, df = o$df, conf_low = o$CI_L,
                      conf_high = o$CI_U, p_value = o$p_val)
  } else if (route == "gls") {
    d$cell <- factor(paste(d$wave, d$gender, sep = "|")); d$at <- as.integer(factor(d$wave))
    d <- d[order(d$pupil, d$at), ]
    fit <- nlme::gls(score ~ 0 + cell, d, correlation = nlme::corSymm(form = ~ at | pupil), method = "ML",
      weights = nlme::varIdent(form = ~ 1 | wave), control = nlme::glsControl(tolerance = 1e-10, msTol = 1e-12, maxIter = 200))
    whole <- names(which(table(d$pupil) == length(unique(d$wave))))[1]
    V <- unclass(nlme::getVarCov(fit, individual = whole)); w <- sort(unique(d$wave))
    g <- whitened(d, dummies(as.character(d$cell)), matrix(V, length(w), dimnames = list(w, w)))
    out <- cr2(g$y, g$X, d$school, L)
    stopifnot(all.equal(out$estimate, as.numeric(L %*% coef(fit)), tolerance = 1e-6))
  } else {
    g <- whitened(d, X); out <- cr2(g$y, g$X, d$school, L)
  }
  for (i in seq_along(lab)) add(trimws(paste(name, route)), outcome, "mean_change", lab[[i]][1], lab[[i]][2], out[i, ])
  if (route == "") {
    of <- total_sd(first$score, first$school_attended); g <- in_sds(out, of[1], of[2])
    for (i in seq_along(lab)) add(name, outcome, "g_change_model", lab[[i]][1], lab[[i]][2], g[i, ])
  }
}
syn_pairs <- list(c("T1", "T2"), c("T1", "T3"), c("T2", "T3"))
for (r in c("complete", "gls", "")) change("synthetic", synthetic, "wellbeing", syn_pairs, r)
star_pairs <- list(c("T1", "T2"), c("T2", "T3"), c("T3", "T4"))
for (o in c("read", "math")) change("star", star, o, star_pairs)

effects <- function(outcome) {
  d <- star[star$outcome == outcome & !is.na(star$gender), ]
  X <- dummies(paste(d$wave, d$gender, d$arm, sep = "|"))
  block <- paste(d$stratum, d$wave)
  L <- NULL; lab <- list()
  for (w in sort(unique(d$wave))) for (a in c("small", "reg+A")) {
    S <- subgroup_list(share_girls(d[d$wave == w, ]))
    for (s in names(S)) {
      L <- rbind(L, weigh(colnames(X), w, w, S[[s]], paste0("|", a), "|reg"))
      lab[[length(lab) + 1]] <- c(paste(a, "- reg at", w), s)
    }
  }
  out <- cr2(demean(d$score, block), apply(X, 2, demean, block), d$school, L)
  for (i in seq_along(lab)) {
    add("star", outcome, "mean_difference", lab[[i]][1], lab[[i]][2], out[i, ])
    all <- star[star$outcome == outcome & star$wave == sub(".* at ", "", lab[[i]][1]), ]
    of <- total_sd(all$score, all$school_attended)
    add("star", outcome, "g_total", lab[[i]][1], lab[[i]][2], in_sds(out[i, ], of[1], of[2]))
  }
}
for (o in c("read", "math")) effects(o)

# kindergarten's total without gender: no school effects, and school effects as dummies
d <- star[star$outcome == "total" & star$wave == "T1", ]
d$arm <- relevel(factor(d$arm), "reg")
for (schools in c("no school effects", "school effects")) {
  fit <- if (schools == "school effects") lm(score ~ arm + school, d) else lm(score ~ arm, d)
  V <- vcovCR(fit, cluster = d$school, type = "CR2")
  for (a in c("small", "reg+A")) {
    L <- matrix((names(coef(fit)) == paste0("arm", a)) * 1, 1)
    o <- linear_contrast(fit, V, L, p_values = TRUE)
    add(paste("star", schools), "total", "mean_difference", paste(a, "- reg at T1"), "all",
        data.frame(estimate = o$Est, std_error = o$SE, df = o$df, conf_low = o$CI_L,
                   conf_high = o$CI_U, p_value = o$p_val))
  }
}

# cell means from one cell-means regression; attrition by linear probability
d <- star[star$outcome == "read" & !is.na(star$gender), ]
X <- dummies(paste(d$wave, d$gender, d$arm, sep = "|"))
out <- cr2(d$score, X, d$school, diag(ncol(X)))
for (i in seq_len(ncol(X))) {
  part <- strsplit(colnames(X)[i], "|", fixed = TRUE)[[1]]
  add("star", "read", "mean", part[1], paste0(part[2], ", ", part[3]), out[i, ])
}
# a share's ends on the logit scale, by the delta method
on_logit <- function(o) {
  h <- qt(.975, o$df) * o$std_error / (o$estimate * (1 - o$estimate))
  transform(o, conf_low = plogis(qlogis(estimate) - h), conf_high = plogis(qlogis(estimate) + h))
}
seen <- function(d, w) unique(d$pupil[d$wave == w])
attrition <- function(name, d, outcome, arms) {
  first <- d[d$wave == "T1", ]
  base <- first[!duplicated(first$pupil), ]
  for (w in setdiff(sort(unique(d$wave)), "T1")) {
    base$lost <- as.numeric(!(base$pupil %in% seen(d, w))); by <- paste("lost by", w)
    b <- base[!is.na(base$gender), ]
    X <- dummies(b$gender)
    o <- cr2(b$lost, X, b$school, rbind(c(0, 1), c(1, 0), c(-1, 1)))
    add(name, "", "share_lost", by, "girls", on_logit(o[1, ])); add(name, "", "share_lost", by, "boys", on_logit(o[2, ]))
    add(name, "", "risk_difference", by, "girls - boys", o[3, ])
    add(name, "", "share_lost", by, "all", on_logit(cr2(base$lost, cbind(rep(1, nrow(base))), base$school, diag(1))))
    for (a in arms) {
      b <- base[base$arm %in% c(a, "reg"), ]; X <- cbind(1, b$arm == a)
      add(name, "", "risk_difference", by, paste(a, "- reg"), cr2(b$lost, X, b$school, cbind(0, 1)))
    }
    b <- merge(base[c("pupil", "school", "lost")], d[d$wave == "T1" & d$outcome == outcome, c("pupil", "score")])
    b$z <- as.numeric(scale(b$score))
    add(name, outcome, "risk_slope", by, "per SD of T1 score", cr2(b$lost, cbind(1, b$z), b$school, cbind(0, 1)))
    add(name, outcome, "baseline_difference", by, "lost - kept", cr2(b$z, cbind(1, b$lost), b$school, cbind(0, 1)))
  }
}
attrition("star", star, "read", c("small", "reg+A"))
attrition("synthetic", synthetic, "wellbeing", NULL)
write_reference(rows, "cr2.csv")
