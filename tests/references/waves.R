# Shared by scripts with a regression over waves: no package.
# covariance of a pupil's scores over waves: maximum likelihood by EM, a mean for each wave and gender
em_covariance <- function(score, pupil, wave, gender) {
  waves <- sort(unique(wave)); pupils <- unique(pupil)
  Y <- matrix(NA, length(pupils), length(waves), dimnames = list(pupils, waves))
  Y[cbind(match(pupil, pupils), match(wave, waves))] <- score
  g <- gender[match(pupils, pupil)]; parts <- split(seq_along(g), paste(g, apply(is.na(Y), 1, paste, collapse = "")))
  M <- sapply(unique(g), function(l) colMeans(Y[g == l, , drop = FALSE], na.rm = TRUE))
  S <- diag(apply(Y, 2, var, na.rm = TRUE))
  repeat {
    Z <- Y; V <- 0 * S
    for (i in parts) {
      o <- !is.na(Y[i[1], ]); m <- M[, g[i[1]]]
      if (all(o)) next
      B <- S[!o, o, drop = FALSE] %*% solve(S[o, o, drop = FALSE])
      Z[i, !o] <- rep(m[!o], each = length(i)) + sweep(Y[i, o, drop = FALSE], 2, m[o]) %*% t(B)
      V[!o, !o] <- V[!o, !o] + length(i) * (S[!o, !o] - B %*% S[o, !o])
    }
    M <- sapply(colnames(M), function(l) colMeans(Z[g == l, , drop = FALSE]))
    new <- (crossprod(Z - t(M)[g, ]) + V) / nrow(Y)
    step <- max(abs(new - S)) / max(abs(S)); S <- new
    if (step < 1e-13) break
  }
  dimnames(S) <- list(waves, waves); S
}
# rows of each pupil times the inverse Cholesky factor of their part of S
whiten <- function(x, pupil, wave, S) {
  x <- as.matrix(x)
  for (i in split(seq_along(pupil), pupil)) x[i, ] <- forwardsolve(t(chol(S[wave[i], wave[i], drop = FALSE])), x[i, , drop = FALSE])
  x
}
whitened <- function(d, X, S = em_covariance(d$score, d$pupil, d$wave, d$gender))
  list(y = as.numeric(whiten(d$score, d$pupil, d$wave, S)), X = whiten(X, d$pupil, d$wave, S))
