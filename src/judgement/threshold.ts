/** Visitors that an estate is taken to have in a month when less than a day of it has been seen. */
const USUAL_VISITORS = 10_000;

/**
 * The score at which an actor is called a scanner. Weights are log likelihood ratios, so a visitor's score ever reaches h
 * with probability at most e^-h (Wald's inequality; for the CUSUM, G. Lorden, Annals of Mathematical Statistics 42, 1971);
 * with V visitors a month and N wrong incidents accepted, h = ln(V / N).
 * @param budget wrong incidents a month that the user accepts; above 0
 */
export function thresholdOf(budget: number, visitors = USUAL_VISITORS): number {
  return Math.log(Math.max(visitors, USUAL_VISITORS) / budget);
}
