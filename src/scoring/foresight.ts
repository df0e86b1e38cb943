/** What was foretold of deals that happened later: all of one subject have one forecast. */
export interface Foretold {
  readonly probability: number; // that a deal goes badly, 0 to 1
  readonly good: number; // deals that went well
  readonly bad: number;
}

/** How well deals were foretold. Null where there is nothing to measure it on. */
export interface Foresight {
  readonly deals: number;
  readonly bad: number;
  /** The chance that a deal which went badly was thought the riskier one of two; ½ is no better than chance. */
  readonly auc: number | null;
  /** Mean surprise in nats; less is better. */
  readonly logLoss: number | null;
  /** Expected calibration error: how far what was said lay from what happened, on average; 0 is best. */
  readonly calibrationError: number | null;
}

const BINS = 20; // of equally many deals each, because most forecasts lie close together

export function foresightOf(forecasts: readonly Foretold[]): Foresight {
  const told = forecasts.filter(({ good, bad }) => good + bad > 0).toSorted((a, b) => a.probability - b.probability);
  const good = told.reduce((sum, each) => sum + each.good, 0);
  const bad = told.reduce((sum, each) => sum + each.bad, 0);
  const deals = good + bad;
  return {
    deals,
    bad,
    auc: good === 0 || bad === 0 ? null : winsOf(told) / (good * bad),
    logLoss: deals === 0 ? null : told.reduce((sum, each) => sum + surpriseOf(each), 0) / deals,
    calibrationError: deals === 0 ? null : calibrationErrorOf(told, deals),
  };
}

/** Nats over all deals of a forecast. A probability of 0 or 1 counts as one in 10^12 off it. */
export function surpriseOf({ probability, good, bad }: Foretold): number {
  const clipped = Math.min(1 - 1e-12, Math.max(1e-12, probability));
  return -(good * Math.log(1 - clipped) + bad * Math.log(clipped));
}

/** Pairs of a good and a bad deal in which the bad one had the higher forecast; a tie counts half. */
function winsOf(ascending: readonly Foretold[]): number {
  let wins = 0;
  let goodBelow = 0;
  for (let first = 0; first < ascending.length;) {
    let tiedGood = 0;
    let tiedBad = 0;
    const { probability } = ascending[first]!;
    for (; first < ascending.length && ascending[first]!.probability === probability; first++) {
      tiedGood += ascending[first]!.good;
      tiedBad += ascending[first]!.bad;
    }
    wins += tiedBad * (goodBelow + tiedGood / 2);
    goodBelow += tiedGood;
  }
  return wins;
}

function calibrationErrorOf(ascending: readonly Foretold[], deals: number): number {
  const gaps = Array.from({ length: BINS }, () => 0); // expected less happened
  let seen = 0;
  for (const { probability, good, bad } of ascending) {
    const middle = seen + (good + bad) / 2;
    gaps[Math.min(BINS - 1, Math.floor((middle / deals) * BINS))]! += probability * (good + bad) - bad;
    seen += good + bad;
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / deals;
}
