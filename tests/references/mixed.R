# Mixed-model contrasts by lmerTest, marginal means by emmeans and ICCs by lme4:
# Rscript mixed.R <star.csv>
source(file.path(dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))), "common.R"))
suppressMessages(library(emmeans))
# emmeans turns to z above 3,000 rows
emm_options(lmerTest.limit = 1e6, pbkrtest.limit = 0)
rows <- list()
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9),
                     check.conv.singular = "ignore", check.conv.grad = "ignore")
# a free covariance matrix beside a residual variance has one parameter too many, on which no
# contrast depends: what lme4 would say of that is switched off
free <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 1e5),
                    check.conv.singular = "ignore", check.conv.grad = "ignore",
                    check.conv.hess = "ignore", check.nobs.vs.nRE = "ignore",
                    check.nobs.vs.rankZ = "ignore", check.nobs.vs.nlev = "ignore")
fit_terms <- function(d, cell, class = NULL, pupil = "(1 | pupil)", control = tight, more = "") {
  d$cell <- factor(cell); d$at <- paste(d$school, d$wave); d$group <- paste(d$at, d$gender)
  terms <- paste("score ~ 0 + cell", more, "+ (1 | school) + (1 | at) + (1 | group) +", pupil)
  if (!is.null(class)) {
    d$class <- class
    terms <- paste(terms, "+ (1 | class)")
  }
  lmer(as.formula(terms), d, control = control)
}
add <- function(data, outcome, estimand, contrast, subgroup, fit, l) {
  l <- c(l, numeric(length(fixef(fit)) - length(l))) # covariates stand after the cells
  o <- contest1D(fit, l, confint = TRUE)
  rows[[length(rows) + 1]] <<- data.frame(data, outcome, estimand, contrast, subgroup,
    estimate = o$Estimate, std_error = o$`Std. Error`, df = o$df, conf_low = o$lower,
    conf_high = o$upper, p_value = o$`Pr(>|t|)`)
}
# variances of a pupil's scores at each wave, with the residual, and of the other terms
spread <- list()
add_spread <- function(data, outcome, fit) {
  v <- VarCorr(fit)
  own <- diag(as.matrix(v$pupil)) + sigma(fit)^2
  names(own) <- paste("pupil at", sub("^wave", "", names(own)))
  plain <- c(school = "school", at = "school x wave", group = "school x wave x gender",
             class = "class")
  plain <- plain[names(plain) %in% names(v)]
  others <- setNames(vapply(names(plain), function(n) v[[n]][1], 0), plain)
  all <- c(others, own)
  spread[[length(spread) + 1]] <<- data.frame(data, outcome, term = names(all), variance = all)
}
# "all" weighs genders by their share of the pupils of the model, each counted once
marginal <- list()
add_marginal <- function(name, d, outcome, fit) {
  # cov.keep: a number of two values would be a factor, its levels weighed alike
  em <- emmeans(fit, "cell", data = fit@frame, lmer.df = "satterthwaite", cov.keep = character(0))
  cells <- as.character(as.data.frame(em)$cell)
  S <- subgroup_list(share_girls(d))[c("all", genders)]
  for (w in sort(unique(d$wave))) for (s in names(S)) {
    l <- setNames(numeric(length(cells)), cells)
    l[paste(w, genders, sep = "|")] <- S[[s]][genders]
    o <- as.data.frame(confint(contrast(em, list(l)), adjust = "none"))
    marginal[[length(marginal) + 1]] <<- data.frame(data = name, outcome,
      estimand = "marginal_mean", contrast = w, subgroup = s, estimate = o$estimate,
      std_error = o$SE, df = o$df, conf_low = o$lower.CL, conf_high = o$upper.CL)
  }
}
change <- function(name, d, outcome, pairs, more = "") {
  d <- d[d$outcome == outcome & !is.na(d$gender), ]
  cell <- paste(d$wave, d$gender, sep = "|")
  # STAR's teachers are numbered through: a teacher is a class of one wave and school
  fit <- fit_terms(d, cell, d$classroom, "(0 + wave | pupil)", free, more)
  if (more == "") add_spread(name, outcome, fit)
  add_marginal(name, d, outcome, fit)
  S <- subgroup_list(share_girls(d))
  for (p in pairs) for (s in names(S))
    add(name, outcome, "mean_change", paste(p[2], "-", p[1]), s, fit,
        weigh(sort(unique(cell)), p[2], p[1], S[[s]]))
}
syn_pairs <- list(c("T1", "T2"), c("T1", "T3"), c("T2", "T3"))
for (o in c("wellbeing", "flat")) change("synthetic", synthetic, o, syn_pairs)
# made-up covariates of the made-up pupils: one a number that some lack, one a yes or no
number <- as.integer(sub("p", "", synthetic$pupil))
known <- cbind(synthetic, age = number %% 7 + ifelse(synthetic$gender %in% "girls", 0.5, 0),
               meals = (number %% 3 == 0) * 1)[number %% 29 != 0, ]
change("synthetic covariates", known, "wellbeing", syn_pairs, "+ age + meals")
change("star", star, "read", list(c("T1", "T2"), c("T2", "T3"), c("T3", "T4")))

d <- star[star$outcome == "read" & !is.na(star$gender), ]
cell <- paste(d$wave, d$gender, d$arm, sep = "|")
# arms were assigned to classes at entry
fit <- fit_terms(d, cell, paste(d$class_at_entry, d$wave), "(0 + wave | pupil)", free)
for (w in sort(unique(d$wave))) for (a in c("small", "reg+A")) {
  S <- subgroup_list(share_girls(d[d$wave == w, ]))
  for (s in names(S))
    add("star", "read", "mean_difference", paste(a, "- reg at", w), s, fit,
        weigh(sort(unique(cell)), w, w, S[[s]], paste0("|", a), "|reg"))
}
write_reference(rows, "mixed.csv")
write_reference(spread, "mixed_variances.csv")
write_reference(marginal, "marginal.csv")

icc <- list()
add_icc <- function(data, outcome, estimand, contrast, y, g) {
  v <- as.data.frame(VarCorr(lmer(y ~ 1 + (1 | g), control = tight)))$vcov
  icc[[length(icc) + 1]] <<- data.frame(data, outcome, estimand, contrast, between = v[1],
                                        within = v[2], icc = v[1] / sum(v))
}
both <- function(d, outcome, w1, w2) {
  d <- d[d$outcome == outcome, ]
  merge(d[d$wave == w1, ], d[d$wave == w2, c("pupil", "score")], by = "pupil")
}
for (x in list(list("star", star, "read"), list("star", star, "math"),
               list("synthetic", synthetic, "wellbeing"), list("synthetic", synthetic, "flat"))) {
  d <- x[[2]][x[[2]]$outcome == x[[3]], ]
  for (w in sort(unique(d$wave)))
    add_icc(x[[1]], x[[3]], "icc_level", w, d$score[d$wave == w], d$school_attended[d$wave == w])
  b <- both(d, x[[3]], "T1", "T2")
  add_icc(x[[1]], x[[3]], "icc_change", "T2 - T1", b$score.y - b$score.x, b$school)
}
write_reference(icc, "icc.csv")
