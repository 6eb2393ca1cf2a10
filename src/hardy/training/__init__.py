"""Learning, evaluating and predicting; the run folder and the bundle that come of it."""
