# Poisson and negative binomial rate ratios with errors by school: MASS glm.nb, clubSandwich on glm;
# and MASS's quine. Rscript counts.R
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE)))
suppressMessages({library(MASS); library(clubSandwich)})
# events made of the made-up scores at T1, over an exposure of 1 to 2.5; every second pupil in group a
d <- read.csv(file.path(here, "synthetic_11_schools.csv"))
d <- d[d$outcome == "wellbeing" & d$wave == "T1", ]
number <- as.integer(sub("p", "", d$pupil))
d$exposure <- 1 + number %% 4 / 2; d$age <- number %% 7; d$group <- ifelse(number %% 2 == 0, "a", "b")
d$events <- floor(exp(d$score - 4.5) * d$exposure * ifelse(d$group == "a", 1.3, 1))
rows <- list()
rate <- function(name, d, covariates = "") {
  d$g <- (d$group == "a") * 1
  f <- as.formula(paste("events ~ g", covariates, "+ offset(log(exposure))"))
  fits <- list(rate_ratio_poisson = glm(f, poisson, d, epsilon = 1e-14, maxit = 100),
               rate_ratio_negbin = glm.nb(f, d, control = glm.control(epsilon = 1e-14, maxit = 500)))
  for (n in names(fits)) {
    m <- fits[[n]]; alpha <- if (is.null(m$theta)) 0 else 1 / m$theta
    # the weighted regression of the last Newton step, whitened: CR2 with an identity working model
    mu <- fitted(m); X <- model.matrix(m); w <- sqrt(mu / (1 + alpha * mu))
    white <- data.frame(z = w * (drop(X %*% coef(m)) + (d$events - mu) / mu)); white$X <- w * X
    step <- lm(z ~ 0 + X, white)
    o <- linear_contrast(step, vcovCR(step, cluster = d$school, type = "CR2"), rbind(diag(ncol(X))[2, ]), p_values = TRUE)
    # vcovCR of the glm itself takes another root of the same equation: beside, to be near
    near <- sqrt(vcovCR(m, cluster = d$school, type = "CR2")[2, 2])
    rows[[length(rows) + 1]] <<- data.frame(data = name, estimand = n, estimate = exp(coef(m)[["g"]]),
      log_error = o$SE, log_error_glm = near, df = o$df, p_value = o$p_val, conf_low = exp(o$CI_L),
      conf_high = exp(o$CI_U), alpha = alpha)
  }
}
rate("eleven schools", d)
rate("with covariate", d, "+ age")
rate("unbalanced", d[!(d$school %in% c("s01", "s02") & d$group == "a"), ])
rate("three schools", d[d$school %in% c("s01", "s02", "s03"), ])
q <- MASS::quine
d <- data.frame(events = q$Days, exposure = 1, group = ifelse(q$Sex == "M", "a", "b"), school = paste(q$Eth, q$Age, q$Lrn))
rate("quine", d)
# HC2: every row its own cluster
d$school <- seq_len(nrow(d)); rate("quine rows", d)
out <- do.call(rbind, rows); rownames(out) <- NULL
num <- vapply(out, is.numeric, TRUE); out[num] <- lapply(out[num], signif, 12)
write.csv(out, file.path(here, "counts.csv"), row.names = FALSE)
